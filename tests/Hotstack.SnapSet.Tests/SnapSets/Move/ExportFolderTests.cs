using System.Diagnostics;
using System.Runtime.Versioning;
using Hotstack.Configuration;
using Hotstack.Moving;
using Xunit;

namespace Hotstack.SnapSets.Move;

/// <summary>An export below a folder that others may write into: what it writes stays the user's own.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class ExportFolderTests : MoveFixture
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode OwnerFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode All = (UnixFileMode)0b110_110_110;

    [Fact]
    public async Task A_new_folder_is_private()
    {
        NeedsModes();

        SnapSetExport export = await ExportedAsync((await FrozenAsync()).Id);

        Assert.Equal(OwnerOnly, File.GetUnixFileMode(export.Path));
        Assert.All(Directory.GetFiles(export.Path), file => Assert.Equal(OwnerFile, File.GetUnixFileMode(file)));
    }

    [Fact]
    public async Task A_folder_that_others_can_write_to_is_made_private()
    {
        NeedsModes();
        SnapSet set = await FrozenAsync();
        string folder = FolderOf(set);
        File.SetUnixFileMode(folder, OwnerOnly | All | UnixFileMode.GroupExecute);

        await ExportedAsync(set.Id);

        Assert.Equal(OwnerOnly, File.GetUnixFileMode(folder));
    }

    [Fact]
    public async Task A_folder_of_another_user_is_refused()
    {
        NeedsRoot();
        SnapSet set = await FrozenAsync();
        string folder = FolderOf(set);
        await RunAsync("chown", "65534", folder);

        var e = await Assert.ThrowsAsync<HotstackException>(() => ExportAsync(set.Id));

        Assert.Equal((ErrorCause.Forbidden, "ExportFolderUnsafe"), (e.Cause, e.Id));
        Golden.Message(e);
        Assert.Empty(Directory.GetFileSystemEntries(folder));
        Assert.Empty(DataCalls);
    }

    [Theory]
    [InlineData("master0.qcow2.part")]
    [InlineData("snapset.lock")]
    public async Task A_hard_link_is_not_written_to(string name)
    {
        NeedsModes();
        SnapSet set = await FrozenAsync();
        string precious = Path.Combine(Folder, "precious");
        await File.WriteAllTextAsync(precious, "not ours", Stop);
        await RunAsync("ln", precious, Path.Combine(FolderOf(set), name));

        var e = await Assert.ThrowsAsync<HotstackException>(() => ExportAsync(set.Id));

        Assert.Equal("ExportFolderUnsafe", e.Id);
        Golden.Message(e);
        Assert.Equal("not ours", await File.ReadAllTextAsync(precious, Stop));
    }

    [Fact]
    public async Task A_part_others_can_write_is_refused_and_one_they_can_read_is_made_private()
    {
        NeedsModes();
        SnapSet set = await FrozenAsync();
        string part = Path.Combine(FolderOf(set), "master0.qcow2.part");
        await File.WriteAllTextAsync(part, "of an earlier run", Stop);
        File.SetUnixFileMode(part, All);

        var e = await Assert.ThrowsAsync<HotstackException>(() => ExportAsync(set.Id));
        File.SetUnixFileMode(part, OwnerFile | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        SnapSetExport export = await ExportedAsync(set.Id);

        Golden.Message(e);
        Assert.Equal(OwnerFile, File.GetUnixFileMode(FileOf(export, "master0")));
    }

    [Fact]
    public async Task A_part_of_another_user_is_refused()
    {
        NeedsRoot();
        SnapSet set = await FrozenAsync();
        string part = Path.Combine(FolderOf(set), "master0.qcow2.part");
        await File.WriteAllTextAsync(part, "", Stop);
        await RunAsync("chown", "65534", part);

        var e = await Assert.ThrowsAsync<HotstackException>(() => ExportAsync(set.Id));

        Assert.Equal("ExportFolderUnsafe", e.Id);
        Assert.Equal(0, new FileInfo(part).Length);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("master0.qcow2.part")]
    [InlineData("master0.qcow2")]
    [InlineData("snapset.json")]
    [InlineData("snapset.lock")]
    public async Task A_named_pipe_is_refused_without_waiting_for_it(string name)
    {
        NeedsModes();
        SnapSet set = await FrozenAsync();
        await RunAsync("mkfifo", Path.Combine(FolderOf(set), name));

        var e = await Assert.ThrowsAsync<HotstackException>(() => ExportAsync(set.Id));

        Assert.Equal("ExportFolderTaken", e.Id);
        Golden.Message(e);
    }

    [Fact]
    public async Task A_file_too_large_for_the_file_system_is_reported_beforehand()
    {
        SnapSet set = await FrozenAsync();
        long largest = set.Members.Max(m => m.Size) - 1;

        var e = await Assert.ThrowsAsync<HotstackException>(() => ExportAsync(set.Id, disk: new OddDisk { Largest = largest }));

        Assert.Equal((ErrorCause.QuotaExceeded, "FileTooLarge"), (e.Cause, e.Id));
        Assert.Empty(DataCalls);
        Assert.Empty(Directory.GetFileSystemEntries(Folder));
    }

    [Fact]
    public async Task A_file_too_large_found_while_writing_is_an_error_with_an_id()
    {
        SnapSet set = await FrozenAsync();

        var e = await Assert.ThrowsAsync<HotstackException>(() => ExportAsync(set.Id, disk: new OddDisk { IsShort = true }));

        Assert.Equal("FileTooLarge", e.Id);
        // How many files fail before the rest is given up differs from run to run.
        Assert.Contains(".qcow2.part cannot be written: the file is too large for its file system or for a limit of this process. ", e.Message, StringComparison.Ordinal);
        Assert.EndsWith("Run the same command again to resume.", e.Message, StringComparison.Ordinal);
        Assert.Equal("Export to another file system (FAT allows no file of 4 GiB), or raise 'ulimit -f'.", e.Hint);
    }

    [Fact]
    public void FAT_limits_files_to_less_than_4_GiB()
    {
        Assert.Equal(uint.MaxValue, FileSizeLimit.Of("msdos"));
        Assert.Equal(FileSizeLimit.Of(null), FileSizeLimit.Of("ext2/ext3"));
    }

    [Fact]
    public void Zero_bytes_of_zero_are_unknown()
    {
        Assert.SkipUnless(Directory.Exists("/proc/self"), "The file system that says so.");

        Assert.Null(new ExportDisk().FreeSpace("/proc/self"));
        Assert.NotNull(new ExportDisk().FreeSpace(Folder));
    }

    private static void NeedsModes() => Assert.SkipUnless(FileFacts.AreKnown, "Linux tells owners and modes.");

    private static void NeedsRoot() =>
        Assert.SkipUnless(FileFacts.AreKnown && Environment.IsPrivilegedProcess, "Only root gives files to others.");

    private static async Task RunAsync(string program, params string[] arguments)
    {
        using Process process = Process.Start(program, arguments);
        await process.WaitForExitAsync(Stop);
        Assert.Equal(0, process.ExitCode);
    }

    private string FolderOf(SnapSet set) => Directory.CreateDirectory(Path.Combine(Folder, ExportFiles.FolderName(set.Id))).FullName;

    private sealed class OddDisk : ExportDisk
    {
        public long? Largest { get; init; }

        public bool IsShort { get; init; }

        public override long? LargestFile(string path) => Largest;

        public override Stream OpenPart(string path) => IsShort ? new ShortStream() : base.OpenPart(path);

        /// <summary>As .NET reports EFBIG.</summary>
        private sealed class ShortStream : MemoryStream
        {
            private static readonly string Parameter = "value";

            public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
                throw new ArgumentOutOfRangeException(Parameter, "Specified file length was too large for the file system.");
        }
    }
}
