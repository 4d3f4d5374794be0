using Hotstack.Clusters.Assess;
using Hotstack.Clusters.Revive;
using Hotstack.Clusters.Suspend;
using Hotstack.Configuration;
using Hotstack.Deployments;
using Hotstack.Deployments.Controllers;
using Hotstack.OpenStack;
using Hotstack.OpenStack.Configuration;
using Hotstack.SnapSets.Create;
using Hotstack.SnapSets.Find;
using Hotstack.SnapSets.Restore;
using Hotstack.SnapSets.Test;

namespace Hotstack.Sandbox.Demo;

/// <summary>The workflow of examples/first-snapset.ps1, without PowerShell.</summary>
internal sealed class DirectDemo(TextWriter output)
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    public async Task<int> RunAsync(DemoFiles files, CancellationToken stop)
    {
        var activity = new ConsoleActivity(output);
        try
        {
            var sources = ConfigurationSources.OfThisProcess() with
            {
                Variables = new Dictionary<string, string> { ["OS_CLIENT_CONFIG_FILE"] = files.CloudsYaml },
            };
            if (files.BinFolder is { } bin)
            {
                sources = sources with { HomeDirectory = files.HomeFolder! };
                Environment.SetEnvironmentVariable("PATH", $"{bin}:{Environment.GetEnvironmentVariable("PATH")}");
            }

            using var cloud = Cloud.Connect(new CloudConfigurationLoader(sources).Load("sandbox", null, activity), activity);
            var access = new ClusterAccess(new() { Kubeconfig = files.Kubeconfig }, sources, () => cloud, activity);
            return await RunAsync(cloud, access, files, activity, stop);
        }
        catch (HotstackException e)
        {
            await output.WriteLineAsync($"{e.Message}\n{e.Hint}");
            return 1;
        }
        catch (OperationCanceledException)
        {
            await output.WriteLineAsync("Stopped.");
            return 130;
        }
    }

    private async Task<int> RunAsync(Cloud cloud, ClusterAccess access, DemoFiles files, ConsoleActivity activity,
        CancellationToken stop)
    {
        var source = new InstanceSource { StackName = files.StackName };
        using var cluster = access.Connect(source, ClusterPurpose.Change);
        Title($"What would be frozen (Get-HotstackInstance -StackName {files.StackName})");
        ConsoleTable.Write(
            output, await new GetInstances(cloud).RunAsync(source, activity, stop),
            ("Name", i => i.Name), ("Role", i => i.Role), ("Status", i => i.Status), ("MacAddress", i => i.MacAddress),
                ("Flavor", i => i.Flavor));

        Title($"May the cluster be shut down? (Test-HotstackCluster -StackName {files.StackName})");
        var report = await new TestCluster(cluster).RunAsync(new(), activity, stop);
        await output.WriteLineAsync(
            $"{report.Verdict}. It would revive by itself until {report.UnattendedUntil:u}, and with approvals until {report.AssistedUntil:u}.");
        ConsoleTable.Write(
            output, report.Nodes, ("Node", n => n.Name), ("Ready", n => $"{n.IsReady}"),
                ("Client certificate until", n => $"{n.ClientCertificateUntil:u}"),
            ("Serving certificate until", n => $"{n.ServingCertificateUntil:u}"));

        Title($"Suspend it and freeze it (Suspend-HotstackCluster {files.StackName} | New-HotstackSnapSet)");
        // The delay in which Ctrl+C takes everything back, by our own clock.
        var suspend = new SuspendClusterRequest { Source = source, ShutdownDelay = Look * 2, PollInterval = Look };
        var record = await new SuspendCluster(cloud, cluster).RunAsync(suspend, activity, Yes, stop);
        var freeze = new NewSnapSetRequest { Source = new() { Instances = record!.Instances }, Cluster = record, PollInterval = Look };
        var made = await new NewSnapSet(cloud).RunAsync(freeze, activity, Yes, stop);
        ConsoleTable.Write(
            output, made!.Members,
            ("Name", m => m.Name), ("Role", m => m.Role), ("Status", m => m.Status), ("ImageName", m => m.ImageName),
            ("GiB", m => $"{m.Size / (double)(1L << 30):0.0}"));

        Title("List the sets (Get-HotstackSnapSet)");
        ConsoleTable.Write(
            output, await new GetSnapSets(cloud).RunAsync(new(), stop),
            ("Id", s => s.Id), ("State", s => $"{s.State}"), ("CreatedAt", s => $"{s.CreatedAt:u}"),
                ("Unattended", s => $"{s.UnattendedUntil:yyyy-MM-dd}"),
            ("Assisted", s => $"{s.AssistedUntil:yyyy-MM-dd}"), ("StackName", s => s.StackName));

        Title($"Check it (Test-HotstackSnapSet {made.Id})");
        var findings = await new TestSnapSet(cloud).RunAsync(made.Id, stop);
        ConsoleTable.Write(
            output, findings, ("Member", f => f.Member), ("Check", f => f.Check), ("Result", f => $"{f.Result}"),
                ("Message", f => f.Message));

        Title($"Restore it (Get-HotstackSnapSet {made.Id} | Restore-HotstackSnapSet -StackName {files.RestoredName} -Template heat_template.yaml)");
        var restore = new RestoreSnapSetRequest
        {
            SnapSetId = made.Id, StackName = files.RestoredName, TemplatePath = files.Template, PollInterval = Look,
        };
        var restored = await new RestoreSnapSet(cloud).RunAsync(restore, activity, Yes, stop);
        ConsoleTable.Write(
            output, restored!.Servers,
            ("Name", s => s.Name), ("Role", s => s.Role), ("Status", s => s.Status), ("MacAddress", s => s.MacAddress),
                ("Image", s => s.Image));

        Title("Revive the cluster there (… | Invoke-HotstackRevive)");
        var revive = new ReviveClusterRequest
        {
            Source = new InstanceSource { Instances = restored.Servers }, Record = made.ClusterRecord, PollInterval = Look,
            // The sandbox's boots faster than real ones.
            SettleTime = TimeSpan.FromSeconds(2), StableFor = [TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(3)],
        };
        using var again = access.Connect(revive.Source, ClusterPurpose.Revive);
        var revival = await new ReviveCluster(cloud, again, new RecordSearch(cloud)).RunAsync(revive, activity, Yes, stop);
        ConsoleTable.Write(
            output, revival!.Timeline, ("Step", t => t.Step), ("Took", t => $"{t.Duration.TotalSeconds:0.0} s"), ("Result", t => t.Result));

        var isUsable = TestSnapSet.IsUsable(findings);
        await output.WriteLineAsync(
            $"SnapSet {made.Id} is {(isUsable ? "usable" : "NOT usable")}, and the cluster {(revival.IsHealthy ? "healthy" : "NOT healthy")} in stack {restored.StackName}.");
        return isUsable && revival.IsHealthy ? 0 : 1;
    }

    private static Task<bool> Yes(DisplayText target, DisplayText action) => Task.FromResult(true);

    private void Title(string text) => output.WriteLine($"\n== {text}");
}
