using System.Diagnostics;

namespace Hotstack.Sandbox.Demo;

/// <summary>Publishes the module and runs the example script through it.</summary>
internal sealed class PowerShellDemo(string pwsh)
{
    public async Task<int> RunAsync(DemoFiles files, CancellationToken stop)
    {
        var root = FindRoot();
        var module = Path.Combine(root, "out", "Hotstack.SnapSet");
        Console.WriteLine("Building the module …");
        var built = await StartAsync(
            "dotnet", ["publish", Path.Combine(root, "src", "Hotstack.SnapSet"), "-o", module, "-v", "quiet", "--nologo"], [], stop);
        if (built != 0)
        {
            await Console.Error.WriteLineAsync("The module could not be built; '-- demo --no-pwsh' does without it.");
            return built;
        }

        return await StartAsync(
            pwsh,
            ["-NoProfile", "-Command", Script(Path.Combine(root, "examples", "first-snapset.ps1"), module, files)],
            [
                ("OS_CLIENT_CONFIG_FILE", files.CloudsYaml), ("OS_CLOUD", "sandbox"), ("KUBECONFIG", files.Kubeconfig ?? ""),
                .. files.BinFolder is { } bin ? [("PATH", $"{bin}:{Environment.GetEnvironmentVariable("PATH")}")] : Array.Empty<(string, string)>(),
                .. files.HomeFolder is { } home ? [("HOME", home)] : Array.Empty<(string, string)>(),
            ],
            stop);
    }

    /// <summary>By Nova: a guest shuts itself down at a time of the clock, however fast the sandbox runs; and with the patience that a
    /// cluster needs which boots as fast as the sandbox's.</summary>
    private static string Script(string file, string module, DemoFiles files) =>
        $"& '{Quoted(file)}' -ModulePath '{Quoted(module)}' -StackName '{Quoted(files.StackName)}' -Method Nova "
        + $"-Template '{Quoted(files.Template)}' -RestoreAs '{Quoted(files.RestoredName)}' "
        + "-Revive @{ SettleTime = '2s'; StableFor = '1s', '3s', '3s' }; exit [int](-not $?)";

    private static string Quoted(string text) => text.Replace("'", "''", StringComparison.Ordinal);

    private static async Task<int> StartAsync(
        string program, string[] arguments, (string Name, string Value)[] environment, CancellationToken stop)
    {
        var start = new ProcessStartInfo(program, arguments) { UseShellExecute = false };
        // The user's own cloud has no part in this.
        foreach (var name in start.Environment.Keys.Where(n => n.StartsWith("OS_", StringComparison.Ordinal)).ToArray())
        {
            start.Environment.Remove(name);
        }

        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        try
        {
            await process.WaitForExitAsync(stop);
        }
        catch (OperationCanceledException)
        {
            // It got the Ctrl+C as well, and cleans up: the cloud must stay until then.
            await process.WaitForExitAsync(CancellationToken.None);
        }

        return process.ExitCode;
    }

    private static string FindRoot()
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            if (File.Exists(Path.Combine(directory.FullName, "Hotstack.SnapSet.sln")))
            {
                return directory.FullName;
            }
        }

        throw new UsageException("the demo runs from the source tree only; '-- serve' runs anywhere");
    }
}
