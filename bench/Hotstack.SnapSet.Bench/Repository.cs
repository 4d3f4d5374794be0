using System.Runtime.InteropServices;

namespace Hotstack.Bench;

/// <summary>What is measured, and where.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    /// <summary>The conditions of a measurement, without naming the machine.</summary>
    public static async Task<string> DescribeAsync()
    {
        string commit = (await Processes.RunAsync("git", "describe", "--always", "--dirty")).Trim();
        string processor = File.Exists("/proc/cpuinfo")
            ? File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(": ")[1] ?? ""
            : "";
        return $"{RuntimeInformation.OSDescription}, {Environment.ProcessorCount} cores {processor}".TrimEnd()
            + $", commit {commit}, {DateTime.UtcNow:yyyy-MM-dd}";
    }

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
