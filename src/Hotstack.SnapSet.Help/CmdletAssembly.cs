using System.Reflection;
using System.Runtime.Loader;

namespace Hotstack.Help;

/// <summary>Loads the cmdlets of a module, built or published.</summary>
internal static class CmdletAssembly
{
    public static Assembly Load(string path)
    {
        string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        AssemblyLoadContext.Default.Resolving += (context, name) =>
        {
            string[] places = [Path.Combine(folder, "dependencies", name.Name + ".dll"), Path.Combine(folder, name.Name + ".dll")];
            return places.FirstOrDefault(File.Exists) is { } file ? context.LoadFromAssemblyPath(file) : null;
        };
        return AssemblyLoadContext.Default.LoadFromAssemblyPath(Path.GetFullPath(path));
    }
}
