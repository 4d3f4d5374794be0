using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Hotstack.Configuration;

/// <summary>Whose a file or folder is, and who may do what with it, where there are owners.</summary>
/// <param name="User">The owner's uid.</param>
/// <param name="Group">Its gid.</param>
/// <param name="Mode">Its permissions.</param>
public sealed record UnixOwnership(uint User, uint Group, UnixFileMode Mode)
{
    /// <summary>Of what a path leads to, links followed; null if it is not there or cannot be told, as anywhere but on Linux.</summary>
    public static UnixOwnership? Of(string path)
    {
        if (!OperatingSystem.IsLinux() || path.Contains('\0', StringComparison.Ordinal))
        {
            return null;
        }

        try
        {
            byte[] found = new byte[StatxSize];
            return statx(AtCurrentDirectory, [.. Encoding.UTF8.GetBytes(path), 0], 0, BasicStats, found) == 0
                ? new(
                    BinaryPrimitives.ReadUInt32LittleEndian(Native(found, UserAt, 4)),
                    BinaryPrimitives.ReadUInt32LittleEndian(Native(found, GroupAt, 4)),
                    (UnixFileMode)(BinaryPrimitives.ReadUInt16LittleEndian(Native(found, ModeAt, 2)) & Permissions))
                : null;
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
        {
            return null;
        }
    }

    // The structure of statx(2) is the same on all architectures, but for the order of bytes:
    // https://man7.org/linux/man-pages/man2/statx.2.html.
    private const int StatxSize = 256;
    private const int UserAt = 20;
    private const int GroupAt = 24;
    private const int ModeAt = 28;
    private const int AtCurrentDirectory = -100;
    private const uint BasicStats = 0x7ff;
    private const int Permissions = 0xfff;

    private static ReadOnlySpan<byte> Native(byte[] found, int at, int length)
    {
        Span<byte> value = found.AsSpan(at, length);
        if (!BitConverter.IsLittleEndian)
        {
            value.Reverse();
        }

        return value;
    }

    [DllImport("libc"), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int statx(int directory, byte[] path, int flags, uint mask, byte[] found);
}

/// <summary>Who we are, where files have owners.</summary>
/// <param name="Id">Our uid.</param>
/// <param name="PrivateGroup">Our own group, if nobody else is in it; null if there is none.</param>
/// <param name="Caller">The uid of the user who became root by sudo; null if nobody did.</param>
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
            uint id = geteuid();
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
    private static extern uint geteuid();

    [DllImport("libc"), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern uint getegid();
}
