using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Hotstack.Configuration;

/// <summary>The kind of a file.</summary>
internal enum FileKind
{
    Regular,
    Directory,
    Link,
    Pipe,
    Socket,
    Device,

    /// <summary><c>/dev/null</c>: a device that reads like an empty file.</summary>
    Null,
    Other,
}

/// <summary>
/// Facts of a file that .NET does not report: its kind, owner, number of names, and identity. By <c>statx</c>
/// (https://man7.org/linux/man-pages/man2/statx.2.html), whose structure is the same on every processor and C library.
/// </summary>
/// <param name="Kind">What it is.</param>
/// <param name="Owner">The owner's user id.</param>
/// <param name="Group">Its group id.</param>
/// <param name="Links">How many names the file has.</param>
/// <param name="Mode">Its permissions.</param>
/// <param name="Device">The file system that holds it.</param>
/// <param name="Inode">Its number there.</param>
internal sealed record FileFacts(FileKind Kind, uint Owner, uint Group, uint Links, UnixFileMode Mode, ulong Device, ulong Inode)
{
    /// <summary>The permissions by which others than the owner can change a file, or the contents of a folder.</summary>
    public const UnixFileMode WritableByOthers = UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;

    private const int CurrentDirectory = -100;
    private const int NoFollow = 0x100;
    private const int EmptyPath = 0x1000;
    private const uint BasicStats = 0x7ff;
    private const int Length = 256;

    /// <summary>Whether <see cref="OfPath"/> and <see cref="OfOpen"/> have facts on this platform.</summary>
    public static bool AreKnown => OperatingSystem.IsLinux();

    /// <summary>The effective user of this process.</summary>
    public static uint CurrentUser => AreKnown ? Native.EffectiveUser() : 0;

    public bool IsOurs => Owner == CurrentUser;

    /// <summary>The kind, for messages: <c>a named pipe</c>.</summary>
    public string KindText => Kind switch
    {
        FileKind.Regular => "a file",
        FileKind.Directory => "a folder",
        FileKind.Link => "a link",
        FileKind.Pipe => "a named pipe",
        FileKind.Socket => "a socket",
        FileKind.Device or FileKind.Null => "a device",
        _ => "not a file",
    };

    /// <summary>The facts of a path, which is not opened.</summary>
    /// <param name="path">The path.</param>
    /// <param name="follow">Follow a link.</param>
    /// <returns>Null if there is nothing, the facts cannot be read, or this is not Linux.</returns>
    public static FileFacts? OfPath(string path, bool follow) =>
        path.Contains('\0', StringComparison.Ordinal) ? null : Read(CurrentDirectory, path, follow ? 0 : NoFollow);

    /// <summary>The facts of an open file.</summary>
    /// <returns>Null if this is not Linux.</returns>
    public static FileFacts? OfOpen(SafeFileHandle file)
    {
        bool isHeld = false;
        try
        {
            file.DangerousAddRef(ref isHeld);
            return Read((int)file.DangerousGetHandle(), "", EmptyPath);
        }
        finally
        {
            if (isHeld)
            {
                file.DangerousRelease();
            }
        }
    }

    public bool IsSameAs(FileFacts? other) => other is not null && (Device, Inode) == (other.Device, other.Inode);

    private static FileFacts? Read(int directory, string path, int flags)
    {
        if (!AreKnown)
        {
            return null;
        }

        byte[] answer = new byte[Length];
        try
        {
            return Native.Statx(directory, path, flags, BasicStats, answer) == 0 ? From(answer) : null;
        }
        catch (EntryPointNotFoundException)
        {
            // A C library older than 2018.
            return null;
        }
    }

    private static FileFacts From(ReadOnlySpan<byte> answer)
    {
        ushort mode = MemoryMarshal.Read<ushort>(answer[28..]);
        (uint major, uint minor) special = (Number(answer, 128), Number(answer, 132));
        return new FileFacts(
            (mode & 0xf000) switch
            {
                0x8000 => FileKind.Regular,
                0x4000 => FileKind.Directory,
                0xa000 => FileKind.Link,
                0x1000 => FileKind.Pipe,
                0xc000 => FileKind.Socket,
                0x2000 when special == (1, 3) => FileKind.Null,
                0x2000 or 0x6000 => FileKind.Device,
                _ => FileKind.Other,
            },
            Number(answer, 20), Number(answer, 24), Number(answer, 16), (UnixFileMode)(mode & 0xfff),
            ((ulong)Number(answer, 136) << 32) | Number(answer, 140), MemoryMarshal.Read<ulong>(answer[32..]));
    }

    private static uint Number(ReadOnlySpan<byte> answer, int at) => MemoryMarshal.Read<uint>(answer[at..]);

    private static class Native
    {
        [DllImport("libc", EntryPoint = "statx"), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static extern int Statx(
            int directory, [MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags, uint mask, [Out] byte[] answer);

        [DllImport("libc", EntryPoint = "geteuid"), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static extern uint EffectiveUser();
    }
}
