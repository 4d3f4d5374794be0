using System.Runtime.InteropServices;
using System.Text;
using Hotstack.Configuration;

namespace Hotstack.Reports;

/// <summary>The file of a report. It is written whole or not at all.</summary>
internal static class ReportFile
{
    private const int WriteAccess = 2;

    /// <summary>Refuses a path that a report cannot be written to. Changes nothing.</summary>
    /// <param name="path">An absolute path.</param>
    /// <param name="replace">An existing file may be replaced.</param>
    /// <exception cref="HotstackException">There is no such folder, or the path is no file or is read-only (<c>ReportPathInvalid</c>); a
    /// file exists (<c>ReportExists</c>).</exception>
    public static void Require(string path, bool replace)
    {
        if (Obstacle(path) is { } obstacle)
        {
            throw new HotstackException(
                ErrorCause.InputInvalid, "ReportPathInvalid", $"The report cannot be written to {path}: {obstacle}.")
            {
                Target = path,
                Hint = "Specify a file in a folder that exists and that you can write to.",
            };
        }

        if (File.Exists(path) && !replace)
        {
            throw new HotstackException(ErrorCause.AlreadyExists, "ReportExists", $"{path} exists already.")
            {
                Target = path,
                Hint = "Add -Force to replace it, or specify another -Path.",
            };
        }
    }

    /// <summary>Writes a file beside it first, and renames that.</summary>
    /// <exception cref="HotstackException">As <see cref="Require"/>; or the file cannot be written
    /// (<c>ReportNotWritten</c>).</exception>
    public static async Task WriteAsync(string path, string text, bool replace, CancellationToken stop)
    {
        Require(path, replace);
        string beside = Path.Combine(Path.GetDirectoryName(path)!, $".hotstack-report-{Guid.NewGuid():N}.part");
        try
        {
            await using (var file = new FileStream(beside, FileMode.CreateNew, FileAccess.Write, FileShare.None))
            {
                await file.WriteAsync(Encoding.UTF8.GetBytes(text), stop);
            }

            File.Move(beside, path, overwrite: replace);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new HotstackException(
                ErrorCause.OperationFailed, "ReportNotWritten", $"The report could not be written to {path}: {e.Message}", e)
            {
                Target = path,
                Hint = "Check the disk and the folder's permissions, or specify another -Path.",
            };
        }
        finally
        {
            Delete(beside);
        }
    }

    private static string? Obstacle(string path)
    {
        string? folder = Path.GetDirectoryName(path);
        return Directory.Exists(path) || Path.EndsInDirectorySeparator(path) ? "it is a folder"
            : !Directory.Exists(folder) ? $"there is no folder {folder}"
            : FileFacts.OfPath(path, follow: true) is { Kind: not FileKind.Regular } facts ? $"it is {facts.KindText}, not a file"
            : File.Exists(path) && File.GetAttributes(path).HasFlag(FileAttributes.ReadOnly) ? "it is read-only"
            : !OperatingSystem.IsWindows() && Native.Access(folder!, WriteAccess) != 0 ? $"you cannot write to the folder {folder}"
            : null;
    }

    private static void Delete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It is there only after an error, which is reported.
        }
    }

    private static class Native
    {
        [DllImport("libc", EntryPoint = "access", CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true)]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static extern int Access([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int mode);
    }
}
