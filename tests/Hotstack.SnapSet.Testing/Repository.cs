namespace Hotstack;

/// <summary>The source tree in which the tests run.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Hotstack.SnapSet.sln")))
        {
            folder = folder.Parent ?? throw new DirectoryNotFoundException("The tests run inside the source tree.");
        }

        return folder.FullName;
    }
}
