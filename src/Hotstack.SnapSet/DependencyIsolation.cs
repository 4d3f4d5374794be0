using System.Management.Automation;
using System.Reflection;
using System.Runtime.Loader;

namespace Hotstack;

/// <summary>
/// Loads Core and its packages from <c>dependencies/</c> into a context of their own, so that other modules may bring
/// other versions of the same packages. PowerShell calls it on import.
/// </summary>
public sealed class DependencyIsolation : IModuleAssemblyInitializer
{
    private const string Core = "Hotstack.SnapSet.Core";

    private static readonly DependencyContext Dependencies = new();
    private static int _isHooked;

    /// <inheritdoc/>
    /// <remarks>Once for the process, and never undone: another runspace may still use the module after one of them
    /// has removed it.</remarks>
    public void OnImport()
    {
        if (Interlocked.Exchange(ref _isHooked, 1) == 0)
        {
            AssemblyLoadContext.Default.Resolving += ResolveCore;
        }
    }

    /// <summary>Only Core: the packages are asked for by Core itself, and so inside the context.</summary>
    private static Assembly? ResolveCore(AssemblyLoadContext asker, AssemblyName name) =>
        name.Name == Core ? Dependencies.LoadFromAssemblyName(name) : null;

    private sealed class DependencyContext() : AssemblyLoadContext("Hotstack.SnapSet")
    {
        private readonly string _folder =
            Path.Combine(Path.GetDirectoryName(typeof(DependencyIsolation).Assembly.Location)!, "dependencies");

        /// <summary>What is not in the folder (.NET, PowerShell) comes from the default context.</summary>
        protected override Assembly? Load(AssemblyName assemblyName)
        {
            string file = Path.Combine(_folder, assemblyName.Name + ".dll");
            return File.Exists(file) ? LoadFromAssemblyPath(file) : null;
        }
    }
}
