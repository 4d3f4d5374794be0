using System.Reflection;
using System.Runtime.Loader;

namespace Hotstack.Help;

/// <summary>Loads the cmdlets of a published module.</summary>
internal static class CmdletAssembly
{
    public static Assembly Load(string path)
    {
        string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        AssemblyLoadContext.Default.Resolving += (context, name) =>
        {
            string file = Path.Combine(folder, "dependencies", name.Name + ".dll");
            return File.Exists(file) ? context.LoadFromAssemblyPath(file) : null;
        };
        return AssemblyLoadContext.Default.LoadFromAssemblyPath(Path.GetFullPath(path));
    }
}
