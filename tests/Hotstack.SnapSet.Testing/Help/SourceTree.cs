namespace Hotstack.Help;

/// <summary>A copy of the files that the update of the help reads and writes.</summary>
internal sealed class SourceTree : IDisposable
{
    public SourceTree()
    {
        string[] files = ["README.md", "CHANGELOG.md", "Hotstack.SnapSet.psd1", "Hotstack.SnapSet.Format.ps1xml", SurfaceText.GoldenFile,
            .. FilesIn("docs/en-US"), .. FilesIn("tests/Pester")];
        foreach (string file in files)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(Root, file))!);
            File.Copy(Path.Combine(Repository.Root, file), Path.Combine(Root, file));
        }
    }

    public string Root { get; } = Directory.CreateTempSubdirectory("hotstack-help-").FullName;

    public void Dispose() => Directory.Delete(Root, recursive: true);

    private static IEnumerable<string> FilesIn(string folder) => Directory.EnumerateFiles(Path.Combine(Repository.Root, folder))
        .Select(file => Path.GetRelativePath(Repository.Root, file));
}
