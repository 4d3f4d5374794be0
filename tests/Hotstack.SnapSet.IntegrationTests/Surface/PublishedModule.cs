namespace Hotstack.Surface;

/// <summary>The module as users get it. The build of this project publishes and packs it.</summary>
internal static class PublishedModule
{
    private static readonly string Parent = Path.Combine(AppContext.BaseDirectory, "module");

    public static string Folder { get; } = Path.Combine(Parent, "Hotstack.SnapSet");

    public static string Assembly { get; } = Path.Combine(Folder, "Hotstack.SnapSet.dll");

    public static string Help { get; } = Path.Combine(Folder, "en-US");

    public static IReadOnlyDictionary<string, object> Manifest { get; } =
        Psd1.Read(File.ReadAllText(Path.Combine(Folder, "Hotstack.SnapSet.psd1")));

    /// <summary>What the manifest says for a gallery.</summary>
    public static IReadOnlyDictionary<string, object> GalleryData { get; } =
        (IReadOnlyDictionary<string, object>)((IReadOnlyDictionary<string, object>)Manifest["PrivateData"])["PSData"];

    /// <summary>With the label of a prerelease, if it is one.</summary>
    public static string Version { get; } = $"{Manifest["ModuleVersion"]}-{GalleryData["Prerelease"]}".TrimEnd('-');

    public static string Package { get; } = Path.Combine(Parent, $"Hotstack.SnapSet.{Version}.nupkg");

    /// <summary>Relative to the folder, with slashes.</summary>
    public static IReadOnlyList<string> Files { get; } =
        [.. Directory.EnumerateFiles(Folder, "*", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(Folder, file).Replace('\\', '/')).Order(StringComparer.Ordinal)];
}
