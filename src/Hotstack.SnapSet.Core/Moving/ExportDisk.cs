using Hotstack.Configuration;

namespace Hotstack.Moving;

/// <summary>The file system under an export; what it refuses comes as a <see cref="HotstackException"/>.</summary>
internal class ExportDisk
{
    public const string FullId = "DiskFull";
    private const string FailedId = "ExportFileFailed";
    private const int PieceLength = 1 << 20;

    /// <summary>ENOSPC and EDQUOT of Linux and macOS; ERROR_DISK_FULL and ERROR_HANDLE_DISK_FULL of Windows.</summary>
    private static readonly int[] FullCodes = [28, 122, 69, unchecked((int)0x80070070), unchecked((int)0x80070027)];

    /// <summary>Bytes that may still be written below a path; null if that is not known.</summary>
    public virtual long? FreeSpace(string path)
    {
        try
        {
            string? existing = path;
            while (existing is not null && !Directory.Exists(existing))
            {
                existing = Path.GetDirectoryName(existing);
            }

            return existing is null ? null : new DriveInfo(existing).AvailableFreeSpace;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }
    }

    /// <summary>Opens a file to go on writing it; nobody else may meanwhile. What is on a server's disk is secret.</summary>
    public virtual Stream OpenPart(string path) =>
        SecretFiles.Create(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, FileOptions.Asynchronous, bufferSize: 0);

    public virtual Stream OpenRead(string path) =>
        new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.Asynchronous | FileOptions.SequentialScan);

    /// <summary>Takes a folder for one run. The system lets go of it also when the run is killed.</summary>
    /// <exception cref="HotstackException">Another run has it (<c>ExportFolderBusy</c>).</exception>
    public static IDisposable Lock(string folder)
    {
        string path = Path.Combine(folder, ExportFiles.LockName);
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0, FileOptions.DeleteOnClose);
        }
        catch (IOException e) when (File.Exists(path) && !FullCodes.Contains(e.HResult))
        {
            throw new HotstackException(ErrorCause.Conflict, "ExportFolderBusy", $"another run writes {folder} just now: {e.Message}", e)
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

    /// <summary>Writes a small file so that it is there whole or not at all.</summary>
    public static void WriteWhole(string path, byte[] bytes) => Guard(path, () =>
    {
        string part = path + ExportFiles.PartSuffix;
        using (FileStream file = SecretFiles.Create(part, FileMode.Create, FileAccess.Write, FileShare.None))
        {
            file.Write(bytes);
            file.Flush(flushToDisk: true);
        }

        File.Move(part, path, overwrite: true);
        return true;
    });

    /// <summary>Reads a file through a hash.</summary>
    public async Task<RunningHash> HashAsync(string path, string algorithm, CancellationToken stop)
    {
        var hash = new RunningHash([algorithm]);
        await GuardAsync(path, async () =>
        {
            using Stream file = OpenRead(path);
            await HashAsync(file, hash, stop).ConfigureAwait(false);
        }).ConfigureAwait(false);
        return hash;
    }

    /// <summary>Reads an open file to its end through a hash.</summary>
    public static async Task HashAsync(Stream file, RunningHash hash, CancellationToken stop)
    {
        byte[] piece = new byte[PieceLength];
        while (await file.ReadAsync(piece, stop).ConfigureAwait(false) is > 0 and int read)
        {
            hash.Append(piece.AsSpan(0, read));
        }
    }

    /// <exception cref="HotstackException">The disk is full (<c>DiskFull</c>) or the file cannot be used
    /// (<c>ExportFileFailed</c>).</exception>
    public static T Guard<T>(string path, Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Failure(path, e);
        }
    }

    /// <inheritdoc cref="Guard"/>
    public static async Task GuardAsync(string path, Func<Task> work)
    {
        try
        {
            await work().ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Failure(path, e);
        }
    }

    public static HotstackException Full(string path, string message, Exception? inner = null) =>
        new(ErrorCause.QuotaExceeded, FullId, message, inner)
        {
            Target = path,
            Hint = "Make room on it, or export to another disk.",
        };

    private static HotstackException Failure(string path, Exception e) => FullCodes.Contains(e.HResult)
        ? Full(path, $"The disk of {path} is full: {e.Message}", e)
        : new HotstackException(ErrorCause.OperationFailed, FailedId, $"{path} cannot be used: {e.Message}", e)
            {
                Target = path,
                Hint = "Check the folder's rights and its disk; the same command again goes on from what is there.",
            };
}
