namespace Hotstack.Configuration;

/// <summary>
/// Whether a file that was only found, and not named, may say where secrets go: another user may have put it there, as into the
/// folder that one happens to be in. Git is as strict with what it finds (https://git-scm.com/docs/git-config, safe.directory).
/// </summary>
internal static class FileTrust
{
    /// <summary>Why it is not trusted: another user owns it or its folder, or can write one of them.</summary>
    /// <returns>Null if it is trusted, or where there are no owners.</returns>
    public static string? WhyNot(ConfigurationSources sources, string path)
    {
        if (sources.User is not { } us || sources.OwnershipOf(path) is not { } file)
        {
            return null;
        }

        if (!us.Trusts(file.User))
        {
            return $"it belongs to another user (uid {file.User})";
        }

        if (us.LetsOthersWrite(file))
        {
            return $"others than its owner can write it (mode {Octal(file.Mode)})";
        }

        string folder = ConfigurationPaths.FolderOf(sources, path);
        return sources.OwnershipOf(folder) is { } around ? WhyNotFolder(us, folder, around) : null;
    }

    private static string? WhyNotFolder(UnixUser us, string folder, UnixOwnership found)
    {
        if (!us.Trusts(found.User))
        {
            return $"its folder {folder} belongs to another user (uid {found.User})";
        }

        // In a sticky folder, as /tmp is, others can add files but not replace ours.
        return us.LetsOthersWrite(found) && (found.Mode & UnixFileMode.StickyBit) == 0
            ? $"others can write its folder {folder} (mode {Octal(found.Mode)})"
            : null;
    }

    private static string Octal(UnixFileMode mode) => Convert.ToString((int)mode, 8).PadLeft(4, '0');
}
