using System.Management.Automation;
using System.Reflection;
using System.Runtime.Loader;

namespace Hotstack.Hosting;

/// <summary>
/// Loads Core and its packages from <c>dependencies/</c> into a load context of their own, so that other modules may bring
/// other versions of the same packages. PowerShell calls it on import.
/// </summary>
public sealed class DependencyIsolation : IModuleAssemblyInitializer
{
    private const string Core = "Hotstack.SnapSet.Core";

    private static readonly DependencyContext Dependencies = new();
    private static int _isHooked;

    /// <inheritdoc/>
    /// <remarks>Once for the process, and never undone: another runspace may still use the module.</remarks>
    public void OnImport()
    {
        if (Interlocked.Exchange(ref _isHooked, 1) == 0)
        {
            AssemblyLoadContext.Default.Resolving += ResolveCore;
        }
    }

    /// <summary>Only Core: Core itself asks for the packages, inside the context.</summary>
    private static Assembly? ResolveCore(AssemblyLoadContext asker, AssemblyName name) =>
        name.Name == Core ? Dependencies.LoadFromAssemblyName(name) : null;

    private sealed class DependencyContext() : AssemblyLoadContext("Hotstack.SnapSet")
    {
        private readonly string _folder =
            Path.Combine(Path.GetDirectoryName(typeof(DependencyIsolation).Assembly.Location)!, "dependencies");

        /// <summary>Assemblies that are not in the folder (.NET, PowerShell) come from the default context.</summary>
        protected override Assembly? Load(AssemblyName assemblyName)
        {
            string file = Path.Combine(_folder, assemblyName.Name + ".dll");
            return File.Exists(file) ? LoadFromAssemblyPath(file) : null;
        }
    }
}
