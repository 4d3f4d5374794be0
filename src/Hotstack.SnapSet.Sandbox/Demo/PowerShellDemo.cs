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

    /// <summary>With the patience that a cluster needs which is as fast as the sandbox's: cmdlets measure these times by their own
    /// clock.</summary>
    private static string Script(string file, string module, DemoFiles files) =>
        $"& '{Quoted(file)}' -ModulePath '{Quoted(module)}' -StackName '{Quoted(files.StackName)}' "
        + $"-Template '{Quoted(files.Template)}' -RestoreAs '{Quoted(files.RestoredName)}' "
        + "-Suspend @{ ShutdownDelay = '2s' } -Revive @{ SettleTime = '2s'; StableFor = '1s', '3s', '3s' }; exit [int](-not $?)";

    private static string Quoted(string text) => text.Replace("'", "''", StringComparison.Ordinal);

    private static Task<int> StartAsync(
        string program, string[] arguments, (string Name, string Value)[] environment, CancellationToken stop)
    {
        var start = DemoProgram.StartInfo(program, arguments);
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return DemoProgram.RunAsync(start, stop);
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
