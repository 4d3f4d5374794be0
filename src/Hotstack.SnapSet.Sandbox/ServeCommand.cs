using System.Runtime.InteropServices;
using System.Text.Json;

namespace Hotstack.Sandbox;

/// <summary><c>serve</c>: a cloud until Ctrl+C, with the lines to paste to use it.</summary>
internal static class ServeCommand
{
    public const string Help = """
        serve                     start a cloud and keep it until Ctrl+C (the verb may be left out)
          --scenario multi|sno|empty  what is deployed in it (multi)
          --port N                    the port (any free one)
          --speed X                   how much faster than real things happen (10)
          --faults FILE               JSON faults to start with; see GET /sandbox
          --clouds-yaml FILE          where to write the clouds.yaml, and leave it (a temporary file)
          --kubeconfig FILE           where to write the cluster's kubeconfig, and leave it (a temporary file)
          --cluster-age DURATION      how long ago the cluster was installed: 40d, 12h, 90m (45d)
          --machine-readable          print one line `ready ADDRESS CLOUDS-YAML KUBECONFIG TEMPLATE`, end when standard input closes
        """;

    public static async Task<int> RunAsync(string[] args)
    {
        var line = new CommandLine(
            args, ["--scenario", "--port", "--speed", "--faults", "--clouds-yaml", "--kubeconfig", "--cluster-age"],
                ["--machine-readable"]);
        var options = new SandboxOptions
        {
            Port = line.Port("--port"),
            Scenario = line.Choice("--scenario", Scenario.Multi),
            ImageBytesPerGiB = SandboxOptions.ShownBytesPerGiB,
            Speed = line.Positive("--speed", 10),
            ClusterAge = line.Duration("--cluster-age", new SandboxOptions().ClusterAge),
        };
        var faults = line.Text("--faults") is { } file ? await ReadFaultsAsync(file) : null;

        using var stop = new CancellationTokenSource();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, End);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, End);
        await using var server = await SandboxServer.StartAsync(options, stop.Token);
        if (faults is not null)
        {
            server.Faults.AddJson(faults);
        }

        using var yaml = await ConfigFile.WriteAsync(server.CloudsYaml, line.Text("--clouds-yaml"), "clouds.yaml");
        using var kube = await ConfigFile.WriteAsync(server.Kubeconfig, line.Text("--kubeconfig"), "kubeconfig");
        using var template = await ConfigFile.WriteAsync(server.Cloud.DeploymentTemplate ?? "", path: null, "heat_template.yaml");
        var machine = line.Has("--machine-readable");
        await Console.Out.WriteLineAsync(machine ? $"ready {server.Address} {yaml.Path} {kube.Path} {template.Path}"
            : Hints(server, options, yaml.Path, kube.Path, template.Path));
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

    private static string Hints(SandboxServer server, SandboxOptions options, string yaml, string kube, string template)
    {
        var stack = server.Cloud.Stacks is [var first, ..] ? first.Name : null;
        return $"""
            A Hotstack cloud listens on {server.Address} ({options.Scenario.ToString().ToLowerInvariant()}{(stack is null ? "" : ", stack " + stack)}, {options.Speed:0.##} times as fast as real).

            In PowerShell:
              $env:OS_CLIENT_CONFIG_FILE = '{yaml}'
              $env:OS_CLOUD = 'sandbox'
              $env:KUBECONFIG = '{kube}'
              Import-Module ./out/Hotstack.SnapSet
              {(stack is null ? "Get-HotstackSnapSet" : $"Get-HotstackInstance -StackName {stack}")}
              {(stack is null ? "" : $"# the deployment's template, for Restore-HotstackSnapSet: '{template}'")}

            In a shell:
              export OS_CLIENT_CONFIG_FILE='{yaml}' OS_CLOUD=sandbox
              openstack server list
            {(stack is null ? "" : $"""

            Its OpenShift answers on {server.Cluster.Address}:
              export KUBECONFIG='{kube}'
              kubectl get nodes,clusteroperators

            """)}
            What goes wrong is up to you: curl {server.Address}sandbox
            Ctrl+C ends it.
            """;
    }
}
