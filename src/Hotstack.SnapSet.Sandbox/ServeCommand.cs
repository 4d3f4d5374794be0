using System.Runtime.InteropServices;
using System.Text.Json;
using Hotstack.Sandbox.Http;
using Hotstack.Sandbox.Seeds;

namespace Hotstack.Sandbox;

/// <summary><c>serve</c>: a cloud until Ctrl+C, with the lines to paste to use it.</summary>
internal static class ServeCommand
{
    public const string Help = """
        serve                     start a cloud and keep it until Ctrl+C (the verb may be left out)
          --scenario multi|sno|empty  what is deployed in it (multi)
          --template FILE             deploy this HOT template instead; what it names and the cloud lacks is made up
          --parameter-file FILE       its parameters, as upstream's bootstrap_vars.yml has them; may be repeated, later ones override
          --stack-name NAME           its stack (the files' stack_name, or hs- and the name of the template's folder)
          --port N                    the port (any free one)
          --speed X                   how much faster than real things happen, renewals of certificates too (10); not what a cmdlet
                                      measures by its own clock: -ShutdownDelay, -SettleTime, -StableFor, -PollInterval
          --faults FILE               JSON faults to start with; see GET /sandbox
          --clouds-yaml FILE          where to write the clouds.yaml, and leave it (a temporary file)
          --kubeconfig FILE           where to write the cluster's kubeconfig, and leave it (a temporary file)
          --seed N                    what ids are made of: the same number, the same ids (a random one)
          --cluster-age DURATION      how long ago the cluster was installed: 40d, 12h, 90m (45d); in its first day
                                      it is not safe to shut down yet, until its certificates are renewed
          --behind-controller         the cluster is reached only by ssh to the controller, by an `ssh` to be put first on the PATH
          --no-sshd                   let that be the sandbox's own ssh also where there is a real sshd
          --machine-readable          print one line `ready ADDRESS CLOUDS-YAML KUBECONFIG TEMPLATE`, end when standard input closes;
                                      behind a controller KUBECONFIG is `-`, and ` BIN-FOLDER KEY-FILE` follows
        """;

    private static readonly TimeSpan FirstDay = TimeSpan.FromDays(1);

    public static async Task<int> RunAsync(string[] args)
    {
        var line = new CommandLine(
            args, ["--scenario", "--template", "--parameter-file", "--stack-name", "--port", "--speed", "--faults", "--clouds-yaml", "--kubeconfig", "--seed",
                "--cluster-age"],
                ["--machine-readable", "--behind-controller", "--no-sshd"]);
        var isBehind = line.Has("--behind-controller");
        Check(line, isBehind);
        var options = new SandboxOptions
        {
            Port = line.Port("--port"),
            Scenario = line.Choice("--scenario", Scenario.Multi),
            Deployment = ReadDeployment(line),
            ImageBytesPerGiB = SandboxOptions.ShownBytesPerGiB,
            Speed = line.Positive("--speed", 10),
            ClusterAge = line.Duration("--cluster-age", new SandboxOptions().ClusterAge),
            // Host keys are kept by the ids of servers: those of the next sandbox are others.
            Seed = line.Number("--seed", Random.Shared.Next()),
        };
        var faults = line.Text("--faults") is { } file ? await ReadFaultsAsync(file) : null;

        using var stop = new CancellationTokenSource();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, End);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, End);
        await using var server = await StartAsync(options, line.Text("--template"), stop.Token);
        if (faults is not null)
        {
            server.Faults.AddJson(faults);
        }

        if (isBehind && server.Kubeconfig.Length == 0)
        {
            throw new UsageException($"--behind-controller: {line.Text("--template")} has no controller with masters, so no cluster");
        }

        await using var controller = isBehind
            ? await SandboxController.StartAsync(server, new() { MayBeReal = !line.Has("--no-sshd") }, stop.Token) : null;

        // The controller's folder goes also when this process is killed.
        string? In(string name) => controller is null ? null : Path.Combine(controller.Folder, name);

        using var yaml = await ConfigFile.WriteAsync(server.CloudsYaml, line.Text("--clouds-yaml") ?? In("clouds.yaml"), "clouds.yaml");
        using var kube = isBehind ? null : await ConfigFile.WriteAsync(server.Kubeconfig, line.Text("--kubeconfig"), "kubeconfig");
        using var copy = options.Deployment is not null ? null : await ConfigFile.WriteAsync(
            server.Cloud.DeploymentTemplate ?? "", In("heat_template.yaml"), "heat_template.yaml");
        var template = copy?.Path ?? Path.GetFullPath(line.Text("--template")!);
        using var variables = copy is null ? null : await ConfigFile.WriteAsync(
            BootstrapVars.Write(server.Cloud, template), Path.Combine(Path.GetDirectoryName(template)!, BootstrapVars.FileName), BootstrapVars.FileName);
        var machine = line.Has("--machine-readable");
        await Console.Out.WriteLineAsync(machine
            ? $"ready {server.Address} {yaml.Path} {kube?.Path ?? "-"} {template}"
                + (controller is null ? "" : $" {controller.BinFolder} {controller.KeyFile}")
            : Hints(server, options, yaml.Path, kube?.Path, variables?.Path));
        if (machine)
        {
            _ = EndWithInputAsync(stop);
        }

        await Task.Delay(Timeout.Infinite, stop.Token).ContinueWith(_ => { }, TaskScheduler.Default);
        return 0;

        void End(PosixSignalContext signal)
        {
            signal.Cancel = true;
            stop.Cancel();
        }
    }

    private static void Check(CommandLine line, bool isBehind)
    {
        var hasTemplate = line.Text("--template") is not null;
        var wrong = hasTemplate && line.Text("--scenario") is not null ? "--template and --scenario: take one of them"
            : !hasTemplate && (line.Text("--parameter-file") ?? line.Text("--stack-name")) is not null
                ? "--parameter-file and --stack-name go with --template"
            : !isBehind ? (line.Has("--no-sshd") ? "--no-sshd goes with --behind-controller" : null)
            : line.Text("--kubeconfig") is not null ? "behind a controller the kubeconfig is there only: leave out --kubeconfig"
            : line.Choice("--scenario", Scenario.Multi) == Scenario.Empty ? "--scenario empty has no controller"
            : OperatingSystem.IsWindows() ? "--behind-controller needs a Unix" : null;
        if (wrong is not null)
        {
            throw new UsageException(wrong);
        }
    }

    private static SandboxDeployment? ReadDeployment(CommandLine line)
    {
        if (line.Text("--template") is not { } template)
        {
            return null;
        }

        try
        {
            return SandboxDeployment.Read(template, line.Texts("--parameter-file"), line.Text("--stack-name"));
        }
        catch (HotstackException error)
        {
            throw new UsageException($"--parameter-file: {error.Message}");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or FormatException)
        {
            throw new UsageException($"--template {template}: {error.Message}");
        }
    }

    /// <summary>What Heat says against a template is told as it says it.</summary>
    private static async Task<SandboxServer> StartAsync(SandboxOptions options, string? template, CancellationToken stop)
    {
        try
        {
            return await SandboxServer.StartAsync(options, stop);
        }
        catch (ApiException error) when (options.Deployment is not null)
        {
            throw new UsageException($"--template {template}: {error.Message}");
        }
    }

    private static async Task<string> ReadFaultsAsync(string file)
    {
        try
        {
            var text = await File.ReadAllTextAsync(file);
            new FaultPlan().AddJson(text);
            return text;
        }
        catch (Exception error) when (error is JsonException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new UsageException($"--faults {file}: {error.Message}");
        }
    }

    private static async Task EndWithInputAsync(CancellationTokenSource stop)
    {
        using var input = Console.OpenStandardInput();
        var buffer = new byte[64];
        while (await input.ReadAsync(buffer) > 0)
        {
            // Whatever is typed does not matter, only that it ends.
        }

        await stop.CancelAsync();
    }

    private static string Hints(SandboxServer server, SandboxOptions options, string yaml, string? kube, string? variables)
    {
        var stack = server.Cloud.Stacks is [var first, ..] ? first.Name : null;
        var controller = server.Controller;
        var address = controller is null ? null : server.Cloud.AddressOfController;
        return $"""
            A Hotstack cloud listens on {server.Address} ({(options.Deployment is null ? options.Scenario.ToString().ToLowerInvariant() : "a template")}{(stack is null ? "" : ", stack " + stack)}, {options.Speed:0.##} times as fast as real).

            {(server.Cloud.MadeUp is [] ? "" : $"Made up, since it was not there: {string.Join(", ", server.Cloud.MadeUp)}.\n")}
            In PowerShell:
              $env:OS_CLIENT_CONFIG_FILE = '{yaml}'
              $env:OS_CLOUD = 'sandbox'
              {(controller is null ? $"$env:KUBECONFIG = '{kube}'" : $"$env:KUBECONFIG = $null; $env:PATH = '{controller.BinFolder}:' + $env:PATH")}
              Import-Module ./out/Hotstack.SnapSet
              {string.Join("\n  ", Walk(stack, options, variables))}

            In a shell:
              export OS_CLIENT_CONFIG_FILE='{yaml}' OS_CLOUD=sandbox
              openstack server list
            {(server.Kubeconfig.Length == 0 ? "" : controller is null ? $"""

            Its OpenShift answers on {server.Cluster.Address}:
              export KUBECONFIG='{kube}'
              kubectl get nodes,clusteroperators

            """ : $"""

            Its OpenShift is {controller.ApiName}, which only the controller reaches ({(controller.IsReal
                ? "by this machine's sshd" : "played by the sandbox: " + controller.WhyNotReal)}):
              export PATH='{controller.BinFolder}':"$PATH"
              ssh {SandboxController.User}@{address} cat .kube/config

            """)}
            What goes wrong is up to you: curl {server.Address}sandbox
            Ctrl+C ends it.
            """;
    }

    /// <summary>The lines of README.</summary>
    private static IEnumerable<string> Walk(string? stack, SandboxOptions options, string? variables) => stack is null ? ["Get-HotstackSnapSet"] :
    [
        $"Get-HotstackInstance {stack}", $"Test-HotstackCluster -StackName {stack}",
        .. options.ClusterAge < FirstDay ? [$"Wait-HotstackCluster CertificateRotation {stack} -PollInterval 2s"] : Array.Empty<string>(),
        $"Suspend-HotstackCluster {stack} | New-HotstackSnapSet",
        "Get-HotstackSnapSet -Latest | Restore-HotstackSnapSet -StackName hs-again | Invoke-HotstackRevive -SettleTime 1s -StableFor 1s",
        .. variables is null ? Array.Empty<string>()
            : [$"# for -ParameterFile, with its template beside it: '{variables}'"],
    ];
}
