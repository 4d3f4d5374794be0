using System.Runtime.InteropServices;
using Hotstack.Configuration;

namespace Hotstack.SnapSets.Move;

/// <summary>The file system of an export; its failures become a <see cref="HotstackException"/>.</summary>
internal class ExportDisk
{
    public const string FullId = "DiskFull";
    public const string TooLargeId = "FileTooLarge";
    private const string FailedId = "ExportFileFailed";
    private const int PieceLength = 1 << 20;

    /// <summary>ENOSPC and EDQUOT of Linux and macOS; ERROR_DISK_FULL and ERROR_HANDLE_DISK_FULL of Windows.</summary>
    private static readonly int[] FullCodes = [28, 122, 69, unchecked((int)0x80070070), unchecked((int)0x80070027)];

    /// <summary>EFBIG of Linux and macOS; ERROR_FILE_TOO_LARGE of Windows.</summary>
    private static readonly int[] TooLargeCodes = [27, unchecked((int)0x800700DF)];

    /// <summary>Free bytes below a path; null if unknown.</summary>
    /// <remarks>Some file systems, mostly remote ones, report 0 bytes of 0 when they do not know.</remarks>
    public virtual long? FreeSpace(string path) => OfDrive(path, drive => drive.TotalSize > 0 ? drive.AvailableFreeSpace : (long?)null);

    /// <summary>Maximum size of a file below a path in bytes; null if no limit is known.</summary>
    public virtual long? LargestFile(string path) => FileSizeLimit.Of(OfDrive(path, drive => drive.DriveFormat));

    private static T? OfDrive<T>(string path, Func<DriveInfo, T?> what)
    {
        try
        {
            string? existing = path;
            while (existing is not null && !Directory.Exists(existing))
            {
                existing = Path.GetDirectoryName(existing);
            }

            return existing is null ? default : what(new DriveInfo(existing));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return default;
        }
    }

    /// <summary>Opens a file to append to it, exclusively.</summary>
    public virtual Stream OpenPart(string path) => ExportFolder.OpenOwn(path, FileOptions.Asynchronous);

    public virtual Stream OpenRead(string path) =>
        InputFile.Open(path, CancellationToken.None, FileOptions.Asynchronous | FileOptions.SequentialScan);

    /// <summary>Locks a folder for one run. The system releases the lock even when the run is killed.</summary>
    /// <exception cref="HotstackException">Another run holds it (<c>ExportFolderBusy</c>).</exception>
    public static IDisposable Lock(string folder)
    {
        string path = Path.Combine(folder, ExportFiles.LockName);
        try
        {
            return ExportFolder.OpenOwn(path, FileOptions.DeleteOnClose);
        }
        catch (IOException e) when (File.Exists(path) && !FullCodes.Contains(e.HResult))
        {
            throw new HotstackException(ErrorCause.Conflict, "ExportFolderBusy", $"another run is writing to {folder}: {e.Message}", e)
            {
                Target = folder,
                Hint = "Wait for the other run, or export to another -Path.",
            };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Failure(path, e);
        }
    }

    /// <summary>Writes a small file atomically.</summary>
    public static void WriteWhole(string path, byte[] bytes) => Guard(path, () =>
    {
        string part = path + ExportFiles.PartSuffix;
        // An existing file or link is not written through.
        File.Delete(part);
        using (FileStream file = SecretFiles.Create(part, FileMode.CreateNew, FileAccess.Write, FileShare.None))
        {
            file.Write(bytes);
            file.Flush(flushToDisk: true);
        }

        File.Move(part, path, overwrite: true);
        return true;
    });

    /// <summary>Hashes a file.</summary>
    public async Task<RunningHash> HashAsync(string path, string algorithm, CancellationToken stop)
    {
        var hash = new RunningHash([algorithm]);
        await GuardAsync(path, async () =>
        {
            using Stream file = OpenRead(path);
            await HashAsync(file, hash, stop);
        });
        return hash;
    }

    /// <summary>Hashes an open file to its end.</summary>
    public static async Task HashAsync(Stream file, RunningHash hash, CancellationToken stop)
    {
        byte[] piece = new byte[PieceLength];
        while (await file.ReadAsync(piece, stop) is > 0 and int read)
        {
            hash.Append(piece.AsSpan(0, read));
        }
    }

    /// <exception cref="HotstackException">The disk is full (<c>DiskFull</c>), the file is too large for it (<c>FileTooLarge</c>), or
    /// it cannot be used (<c>ExportFileFailed</c>).</exception>
    public static T Guard<T>(string path, Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception e) when (IsOfFile(e))
        {
            throw Failure(path, e);
        }
    }

    /// <inheritdoc cref="Guard"/>
    public static async Task GuardAsync(string path, Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (Exception e) when (IsOfFile(e))
        {
            throw Failure(path, e);
        }
    }

    public static HotstackException Full(string path, string message, Exception? inner = null) =>
        new(ErrorCause.QuotaExceeded, FullId, message, inner)
        {
            Target = path,
            Hint = "Free space on it, or export to another disk.",
        };

    public static HotstackException TooLarge(string path, string message, Exception? inner = null) =>
        new(ErrorCause.QuotaExceeded, TooLargeId, message, inner)
        {
            Target = path,
            Hint = "Export to another file system (FAT allows no file of 4 GiB), or raise 'ulimit -f'.",
        };

    /// <remarks>For EFBIG .NET throws an ArgumentOutOfRangeException of its parameter <c>value</c>.</remarks>
    private static bool IsOfFile(Exception e) =>
        e is IOException or UnauthorizedAccessException or ArgumentOutOfRangeException { ParamName: "value" };

    private static HotstackException Failure(string path, Exception e) => e is ArgumentOutOfRangeException
        || TooLargeCodes.Contains(e.HResult)
        ? TooLarge(path, $"{path} cannot be written: the file is too large for its file system or for a limit of this process.", e)
        : FullCodes.Contains(e.HResult)
        ? Full(path, $"The disk of {path} is full: {e.Message}", e)
        : new HotstackException(ErrorCause.OperationFailed, FailedId, $"{path} cannot be used: {e.Message}", e)
            {
                Target = path,
                Hint = "Check the folder's permissions and its disk, and run the same command again to resume.",
            };
}

/// <summary>The limits on the size of a file.</summary>
internal static class FileSizeLimit
{
    /// <summary>FAT stores a file's size in 32 bits.</summary>
    private const long OfFat = uint.MaxValue;

    /// <summary>RLIMIT_FSIZE, the same number on Linux and macOS.</summary>
    private const int FileSize = 1;

    private static readonly string[] Fat = ["msdos", "vfat", "fat", "fat32"];

    /// <param name="format">The file system, as named by <see cref="DriveInfo.DriveFormat"/>; null if unknown.</param>
    /// <returns>Bytes; null if no limit is known.</returns>
    public static long? Of(string? format)
    {
        long? ofProcess = OfProcess();
        return Fat.Contains(format, StringComparer.OrdinalIgnoreCase) ? Math.Min(OfFat, ofProcess ?? OfFat) : ofProcess;
    }

    /// <summary>What <c>ulimit -f</c> allows.</summary>
    private static long? OfProcess()
    {
        if (OperatingSystem.IsWindows())
        {
            return null;
        }

        ulong[] limits = new ulong[2];
        return Native.GetLimit(FileSize, limits) == 0 && limits[0] < long.MaxValue ? (long)limits[0] : null;
    }

    private static class Native
    {
        [DllImport("libc", EntryPoint = "getrlimit"), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static extern int GetLimit(int resource, [Out] ulong[] limits);
    }
}
