using System.Globalization;
using System.Runtime.InteropServices;

namespace Hotstack.Configuration;

/// <summary>Who we are, where files have owners.</summary>
/// <param name="Id">Our uid.</param>
/// <param name="PrivateGroup">Our own group, if it has no other members; null if there is none.</param>
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

    /// <summary>Root, and we ourselves, may change what is ours anyhow.</summary>
    public bool Trusts(uint owner) => owner == 0 || owner == Id || owner == Caller;

    /// <summary>Others than those can write it: by its mode, or through a group that is not only ours. A group that is root's has no others.</summary>
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
