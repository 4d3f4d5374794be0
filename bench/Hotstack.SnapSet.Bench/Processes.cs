using System.Diagnostics;

namespace Hotstack.Bench;

/// <summary>A program that ran to its end.</summary>
internal sealed record Ended(int ExitCode, string Output, string Errors, TimeSpan Took, DateTimeOffset At);

internal static class Processes
{
    /// <summary>What the program writes.</summary>
    /// <exception cref="InvalidOperationException">It failed; what it wrote is in the message.</exception>
    public static async Task<string> RunAsync(string program, params string[] arguments)
    {
        Ended ended = await EndAsync(program, arguments, new Dictionary<string, string>());
        return ended.ExitCode == 0
            ? ended.Output
            : throw new InvalidOperationException($"{program} ended with {ended.ExitCode}:\n{ended.Output}{ended.Errors}");
    }

    /// <summary>Runs the program to its end, good or bad.</summary>
    /// <param name="program">The program.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="environment">Variables; no other that says something of a cloud or a cluster is left to it.</param>
    public static async Task<Ended> EndAsync(
        string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string> environment)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Repository.Root,
        };
        foreach (string name in start.Environment.Keys.Where(IsOfClouds).ToArray())
        {
            start.Environment.Remove(name);
        }

        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }

        var watch = Stopwatch.StartNew();
        using Process process = Process.Start(start)!;
        process.StandardInput.Close();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return new Ended(process.ExitCode, output, await errors, watch.Elapsed, DateTimeOffset.UtcNow);
    }

    /// <summary>Whether there is such a program that runs with these arguments.</summary>
    public static async Task<bool> HasAsync(string program, params string[] arguments)
    {
        try
        {
            return (await EndAsync(program, arguments, new Dictionary<string, string>())).ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    private static bool IsOfClouds(string name) =>
        name.StartsWith("OS_", StringComparison.Ordinal) || name is "KUBECONFIG"
        || name.EndsWith("_proxy", StringComparison.OrdinalIgnoreCase);
}
