using System.Globalization;
using System.Runtime.InteropServices;

namespace Hotstack.Bench;

/// <summary>What is measured, and where.</summary>
internal static class Repository
{
    private static string _loadBefore = "";

    public static string Root { get; } = FindRoot();

    /// <summary>Notes how busy the machine is before a measurement.</summary>
    public static void Begin() => _loadBefore = Load();

    /// <summary>The conditions of a measurement, without naming the machine.</summary>
    public static async Task<string> DescribeAsync()
    {
        string commit = (await Processes.RunAsync("git", "describe", "--always")).Trim();
        string changed = await Processes.RunAsync("git", "status", "--porcelain", "--untracked-files=no", "--", ".", ":!bench/RESULTS.md", ":!bench/charts");
        string processor = File.Exists("/proc/cpuinfo")
            ? File.ReadLines("/proc/cpuinfo")
                .FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(": ")[1] ?? ""
            : "";
        return $"{RuntimeInformation.OSDescription}, {Environment.ProcessorCount} cores {processor}".TrimEnd()
            + (_loadBefore.Length == 0 ? "" : $", load {_loadBefore} before and {Load()} after")
            + $", commit {commit}{(changed.Length > 0 ? "-dirty" : "")}, "
            + DateTime.UtcNow.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
    }

    /// <summary>Of the last minute; empty where the system does not tell.</summary>
    private static string Load() => File.Exists("/proc/loadavg") ? File.ReadAllText("/proc/loadavg").Split(' ')[0] : "";

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Hotstack.SnapSet.sln")))
        {
            folder = folder.Parent ?? throw new DirectoryNotFoundException("The benchmarks run inside the source tree.");
        }

        return folder.FullName;
    }
}
