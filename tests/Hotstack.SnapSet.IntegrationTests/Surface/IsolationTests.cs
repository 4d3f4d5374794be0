using System.Reflection;
using System.Runtime.Loader;
using Hotstack.Commands;
using Hotstack.Hosting;
using Xunit;

namespace Hotstack.Surface;

public sealed class IsolationTests
{
    /// <summary>PowerShell lists the exported types before it calls <see cref="DependencyIsolation"/>. A public member
    /// with a value type of Core, or a base or an interface from there, would need Core by then.</summary>
    [Fact]
    public void The_exported_types_load_without_Core()
    {
        var context = new WithoutCore();
        try
        {
            Type[] types = [.. context.LoadFromAssemblyPath(PublishedModule.Assembly).ExportedTypes];
            Assert.Contains(types, type => type.Name == nameof(DependencyIsolation));
        }
        finally
        {
            context.Unload();
        }
    }

    [Fact]
    public void Only_cmdlets_and_what_PowerShell_must_find_are_public() =>
        Assert.Equal(
            [
                nameof(ClusterCmdlet), nameof(ClusterWayCmdlet), nameof(DependencyIsolation), nameof(DeploymentCheckCmdlet),
                nameof(DeploymentClusterCmdlet), nameof(Display), nameof(HotstackCmdlet),
            ],
            typeof(HotstackCmdlet).Assembly.ExportedTypes
                .Where(type => CmdletTypes.Cmdlet(type) is null).Select(type => type.Name).Order(StringComparer.Ordinal));

    private sealed class WithoutCore() : AssemblyLoadContext(isCollectible: true)
    {
        protected override Assembly? Load(AssemblyName assemblyName) => assemblyName.Name == "Hotstack.SnapSet.Core"
            ? throw new FileNotFoundException("Core is not to be had yet.")
            : null;
    }
}
