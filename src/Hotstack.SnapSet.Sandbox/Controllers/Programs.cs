using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Hotstack.Sandbox.Controllers;

/// <summary>Other programs of this machine.</summary>
internal static class Programs
{
    /// <summary>Where administrators' programs are, which are not on every user's PATH.</summary>
    private static readonly string[] More = ["/usr/sbin", "/usr/local/sbin", "/sbin"];

    /// <summary>How to start this program's own verbs: the runtime's <c>dotnet</c>, and the assembly.</summary>
    public static IReadOnlyList<string> Own
    {
        get
        {
            var runtime = RuntimeEnvironment.GetRuntimeDirectory();
            var dotnet = Path.GetFullPath(Path.Combine(runtime, "..", "..", "..", "dotnet"));
            return [File.Exists(dotnet) ? dotnet : "dotnet", typeof(Programs).Assembly.Location];
        }
    }

    /// <summary>The path of a program; null if there is none.</summary>
    public static string? Find(string name) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Concat(More)
        .Where(folder => folder.Length > 0).Select(folder => Path.GetFullPath(Path.Combine(folder, name))).FirstOrDefault(File.Exists);

    /// <summary>Runs one to its end, with no input.</summary>
    /// <returns>Its exit code, and the end of what it said on standard error.</returns>
    public static async Task<(int Code, string Said)> RunAsync(IEnumerable<string> command, TimeSpan patience, CancellationToken stop)
    {
        using var process = Start(command);
        process.StandardInput.Close();
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(stop);
        enough.CancelAfter(patience);
        try
        {
            var output = ReadAsync(process.StandardOutput);
            var said = await ReadAsync(process.StandardError).WaitAsync(enough.Token);
            await output.WaitAsync(enough.Token);
            await process.WaitForExitAsync(enough.Token);
            var lines = said.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            return (process.ExitCode, lines.LastOrDefault() ?? "");
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            process.Kill(entireProcessTree: true);
            return (-1, "it does not end");
        }
    }

    /// <summary>On a thread of its own; see <see cref="Relay"/>.</summary>
    private static Task<string> ReadAsync(TextReader reader) =>
        Task.Factory.StartNew(reader.ReadToEnd, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    /// <summary>Starts one whose input and output are the caller's.</summary>
    public static Process Start(IEnumerable<string> command)
    {
        string[] all = [.. command];
        var start = new ProcessStartInfo(all[0], all[1..])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false,
        };
        return Process.Start(start)!;
    }
}
