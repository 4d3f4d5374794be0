using Xunit;

namespace Hotstack.Surface;

public sealed class SurfaceTests
{
    private static readonly string Golden = Path.Combine(
        Repository.Root, "tests", "Hotstack.SnapSet.Tests", "Surface", "surface.txt");

    /// <summary>Users' scripts rest on it. Who means a change runs this once with HOTSTACK_NEW_SURFACE=1.</summary>
    [Fact]
    public void The_surface_is_the_agreed_one()
    {
        string surface = SurfaceText.Render();
        if (Environment.GetEnvironmentVariable("HOTSTACK_NEW_SURFACE") == "1")
        {
            File.WriteAllText(Golden, surface);
        }

        Assert.Equal(File.ReadAllText(Golden), surface, ignoreLineEndingDifferences: true);
    }
}
