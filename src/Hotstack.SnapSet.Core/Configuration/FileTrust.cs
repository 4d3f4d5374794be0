using System.Globalization;
using System.Runtime.InteropServices;

namespace Hotstack.Configuration;

/// <summary>
/// Whether a file that was found, and not named, may decide where secrets go: another user may have put it there, for example into the
/// current directory. Git is as strict (https://git-scm.com/docs/git-config, safe.directory).
/// </summary>
internal static class FileTrust
{
    /// <summary>Why it is not trusted: another user owns it or its folder, or can write to one of them.</summary>
    /// <returns>Null if it is trusted, or there are no owners.</returns>
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

        string folder = sources.FolderOf(path);
        return sources.OwnershipOf(folder) is { } around ? WhyNotFolder(us, folder, around) : null;
    }

    private static string? WhyNotFolder(UnixUser us, string folder, UnixOwnership found)
    {
        if (!us.Trusts(found.User))
        {
            return $"its folder {folder} belongs to another user (uid {found.User})";
        }

        // In a sticky folder, such as /tmp, others can add files but not replace them.
        return us.LetsOthersWrite(found) && (found.Mode & UnixFileMode.StickyBit) == 0
            ? $"others can write its folder {folder} (mode {Octal(found.Mode)})"
            : null;
    }

    private static string Octal(UnixFileMode mode) => Convert.ToString((int)mode, 8).PadLeft(4, '0');
}

/// <summary>The user of this process, where files have owners.</summary>
/// <param name="Id">The uid.</param>
/// <param name="PrivateGroup">The user's own group, if it has no other members; null if there is none.</param>
/// <param name="Caller">The uid of the user who became root by sudo; null without sudo.</param>
public sealed record UnixUser(uint Id, uint? PrivateGroup, uint? Caller)
{
    private const string Groups = "/etc/group";

    /// <summary>This process; null anywhere but on Linux.</summary>
    public static UnixUser? OfThisProcess()
    {
        if (!OperatingSystem.IsLinux())
        {
            return null;
        }

        try
        {
            uint id = FileFacts.CurrentUser;
            uint group = getegid();
            bool isCaller = uint.TryParse(
                Environment.GetEnvironmentVariable("SUDO_UID"), NumberStyles.None, CultureInfo.InvariantCulture, out uint caller);
            return new(id, group == id || IsNamedLikeUs(group) ? group : null, id == 0 && isCaller ? caller : null);
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Whether the owner of a file is trusted: root, the user, and the user behind sudo.</summary>
    public bool Trusts(uint owner) => owner == 0 || owner == Id || owner == Caller;

    /// <summary>Whether others can write it: by its mode, or through a group with other members. Root's group counts as having none.</summary>
    public bool LetsOthersWrite(UnixOwnership file) =>
        (file.Mode & UnixFileMode.OtherWrite) != 0
        || ((file.Mode & UnixFileMode.GroupWrite) != 0 && file.Group != 0 && file.Group != PrivateGroup);

    /// <summary>Distributions with private groups name each like its user (https://wiki.debian.org/UserPrivateGroups).</summary>
    private static bool IsNamedLikeUs(uint group)
    {
        try
        {
            string start = $"{Environment.UserName}:";
            return File.ReadLines(Groups)
                .Where(line => line.StartsWith(start, StringComparison.Ordinal))
                .Select(line => line.Split(':'))
                .Any(fields => fields is [_, _, var id, ""] && id == group.ToString(CultureInfo.InvariantCulture));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    [DllImport("libc"), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern uint getegid();
}

/// <summary>The owner and the permissions of a file or folder.</summary>
/// <param name="User">The owner's uid.</param>
/// <param name="Group">Its gid.</param>
/// <param name="Mode">Its permissions.</param>
public sealed record UnixOwnership(uint User, uint Group, UnixFileMode Mode)
{
    /// <summary>Of a path, links followed; null if there is nothing, or this is not Linux.</summary>
    public static UnixOwnership? Of(string path) =>
        FileFacts.OfPath(path, follow: true) is { } facts ? new(facts.Owner, facts.Group, facts.Mode) : null;
}
