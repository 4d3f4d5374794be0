namespace Hotstack.Configuration;

/// <summary>
/// Paths by the rules of the sources' platform, which need not be the one that we run on: <see cref="Path"/> only knows
/// the latter.
/// </summary>
internal static class ConfigurationPaths
{
    /// <summary>An absolute path: <c>~</c> expanded, a relative one taken from the current directory.</summary>
    public static string Resolve(ConfigurationSources sources, string path)
    {
        if (sources.HomeDirectory.Length > 0 && path.StartsWith('~') && (path.Length == 1 || IsSeparator(sources, path[1])))
        {
            return path.Length <= 2 ? sources.HomeDirectory : Join(sources, sources.HomeDirectory, path[2..]);
        }

        return IsAbsolute(sources, path) || sources.CurrentDirectory.Length == 0
            ? path
            : Join(sources, sources.CurrentDirectory, path);
    }

    public static bool IsAbsolute(ConfigurationSources sources, string path) =>
        path.Length > 0
        && (IsSeparator(sources, path[0])
            || (sources.Platform == ConfigurationPlatform.Windows && path.Length > 1 && path[1] == ':'));

    public static string Join(ConfigurationSources sources, string directory, params string[] names)
    {
        var separator = sources.Platform == ConfigurationPlatform.Windows ? '\\' : '/';
        foreach (var name in names)
        {
            directory = directory.Length > 0 && IsSeparator(sources, directory[^1])
                ? directory + name
                : directory + separator + name;
        }

        return directory;
    }

    /// <summary>The folder that a file of an absolute path is in.</summary>
    public static string FolderOf(ConfigurationSources sources, string path)
    {
        int end = path.Length - 1;
        while (end > 0 && !IsSeparator(sources, path[end]))
        {
            end--;
        }

        return path[..Math.Max(end, 1)];
    }

    private static bool IsSeparator(ConfigurationSources sources, char character) =>
        character == '/' || (character == '\\' && sources.Platform == ConfigurationPlatform.Windows);
}
