namespace Hotstack.Sandbox.Demo;

/// <summary><c>demo</c>: the whole workflow on a cloud of its own, in PowerShell where there is one.</summary>
internal static class DemoCommand
{
    public const string Help = """
        demo                      the life of a SnapSet: check the cluster, suspend, freeze, list, check, restore, revive
          --scenario multi|sno        what is deployed (multi)
          --speed X                   how much faster than real things happen (30)
          --no-pwsh                   drive the library directly, also where there is a pwsh
          --with-pwsh                 in a PowerShell of its own, which a .NET tool brings into the user's cache once
        """;

    public static async Task<int> RunAsync(string[] args)
    {
        var line = new CommandLine(args, ["--scenario", "--speed"], ["--no-pwsh", "--with-pwsh"]);
        var options = new SandboxOptions
        {
            Scenario = line.Choice("--scenario", Scenario.Multi),
            ImageBytesPerGiB = SandboxOptions.ShownBytesPerGiB,
            Speed = line.Positive("--speed", 30),
        };
        if (line.Has("--no-pwsh") && line.Has("--with-pwsh"))
        {
            throw new UsageException("--no-pwsh and --with-pwsh: take one of them");
        }

        using var stop = new CancellationTokenSource();
        Console.CancelKeyPress += (_, key) =>
        {
            key.Cancel = true;
            stop.Cancel();
        };

        var tool = new PowerShellTool(PowerShellTool.DefaultCache(), DemoProgram.ListenAsync);
        string? pwsh;
        try
        {
            pwsh = line.Has("--no-pwsh") ? null
                : line.Has("--with-pwsh") ? await tool.BringAsync(Console.Out, stop.Token)
                : PowerShellHost.Find() ?? tool.Find();
        }
        catch (OperationCanceledException)
        {
            Console.WriteLine("Stopped. The next run starts from the beginning.");
            return 130;
        }

        await using var server = await SandboxServer.StartAsync(options, stop.Token);
        if (server.Cloud.Stacks is not [var stack, ..])
        {
            throw new UsageException("--scenario empty has no deployment to freeze; use multi or sno");
        }

        using var yaml = await ConfigFile.WriteAsync(server.CloudsYaml, path: null, "clouds.yaml");
        // A controller's home needs a shell.
        await using var controller = OperatingSystem.IsWindows() ? null : await SandboxController.StartAsync(server, null, stop.Token);
        using var kubeconfig = controller is null ? await ConfigFile.WriteAsync(server.Kubeconfig, path: null, "kubeconfig") : null;
        using var template = await ConfigFile.WriteAsync(server.Cloud.DeploymentTemplate!, path: null, "heat_template.yaml");
        Console.WriteLine(
            $"A sandbox cloud listens on {server.Address}: Hotstack deployment '{stack.Name}', {options.Speed:0.##} times as fast as real.");
        Console.WriteLine(controller is null ? "" : "Its OpenShift is behind the controller, which ssh reaches"
            + $"{(controller.IsReal ? " by this machine's sshd" : "")}; the kubeconfig is there.\n");
        var files = new DemoFiles(yaml.Path, kubeconfig?.Path, template.Path, stack.Name)
        {
            BinFolder = controller?.BinFolder,
            HomeFolder = controller is null ? null : Directory.CreateDirectory(Path.Combine(controller.Folder, "desk")).FullName,
        };
        var code = pwsh is not null
            ? await new PowerShellDemo(pwsh).RunAsync(files, stop.Token)
            : await RunDirectlyAsync(files, line.Has("--no-pwsh") ? null : tool, stop.Token);
        Console.WriteLine($"\nThe cloud took {server.Calls.Snapshot().Count} HTTP calls. '-- serve' starts one to play with.");
        return code;
    }

    /// <param name="files">What the demo works on.</param>
    /// <param name="missing">The PowerShell that is offered; null if none is wanted.</param>
    /// <param name="stop">Ends it.</param>
    private static async Task<int> RunDirectlyAsync(DemoFiles files, PowerShellTool? missing, CancellationToken stop)
    {
        if (missing is not null)
        {
            Console.WriteLine($"""
                There is no pwsh on the PATH, so this drives the same library without it. This line brings one:

                  {PowerShellTool.InstallLine}

                Or '-- demo --with-pwsh' brings it into {missing.Folder}, and nothing else.
                With a pwsh the demo runs examples/first-snapset.ps1.

                """);
        }

        return await new DirectDemo(Console.Out).RunAsync(files, stop);
    }
}
