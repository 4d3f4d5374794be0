using System.Runtime.InteropServices;

namespace Hotstack.SnapSets.Move;

/// <summary>How large a file may be.</summary>
internal static class FileSizeLimit
{
    /// <summary>FAT counts a file's bytes in 32 bits.</summary>
    private const long OfFat = uint.MaxValue;

    /// <summary>RLIMIT_FSIZE, the same number on Linux and macOS.</summary>
    private const int FileSize = 1;

    private static readonly string[] Fat = ["msdos", "vfat", "fat", "fat32"];

    /// <param name="format">The file system, as <see cref="DriveInfo.DriveFormat"/> names it; null if it is not known.</param>
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
