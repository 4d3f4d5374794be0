using Hotstack.Help;
using Xunit;

namespace Hotstack.Surface;

public sealed class SurfaceTests
{
    /// <summary>Users' scripts depend on it. If a change is meant, run: dotnet run --project src/Hotstack.SnapSet.Help -- update</summary>
    [Fact]
    public void The_surface_is_the_agreed_one() => Assert.Equal(
        File.ReadAllText(Path.Combine(Repository.Root, SurfaceText.GoldenFile)),
        SurfaceText.Of(CmdletTypes.Cmdlets),
        ignoreLineEndingDifferences: true);
}
