using System.Text.Json.Nodes;
using Hotstack.Clusters;
using Hotstack.Clusters.Suspend;
using Hotstack.Http;
using Hotstack.OpenShift;
using Hotstack.OpenShift.Objects;
using Xunit;
using k8s;
using k8s.Models;

namespace Hotstack.Contract.Clusters;

/// <summary>Nodes are cordoned, drained, and have commands run on them.</summary>
public abstract class KubeNodeTests(ContractCluster on) : KubeContractTests(on)
{
    private const string Ours = "app.kubernetes.io/managed-by=hotstack-snapset";
    private const string Unschedulable = "node.kubernetes.io/unschedulable";

    [ContractFact]
    public async Task All_nodes_are_armed_and_disarmed_and_nothing_is_left()
    {
        IReadOnlyList<V1Node> nodes = await NodesAsync();
        var times = ShutdownTimes.After(Cluster.Now, TimeSpan.FromHours(1), haveWorkers: true);
        var helpers = await HelpersAsync();

        IReadOnlyList<HelperPods.Result> armed = await helpers.RunAsync("arm", [.. nodes.Select(n => (n, times.ScriptFor(n)))], Minute,
            Stop);
        IReadOnlyList<HelperPods.Result> cancelled =
            await helpers.RunAsync("cancel", [.. nodes.Select(n => (n, Logind.CancelScript))], Minute, Stop);
        string space = helpers.Namespaces;
        bool isGone = await helpers.DeleteAsync(Minute, Stop);

        Assert.All(armed.Zip(nodes), pair =>
        {
            Assert.Null(pair.First.Failure);
            Assert.Contains("USEC=", pair.First.Log, StringComparison.Ordinal);
            Assert.Null(times.WhyNotArmed(pair.Second, pair.First.Log!));
        });
        Assert.All(cancelled, result => Assert.Null(result.Failure));
        Assert.True(isGone);
        Assert.Empty(helpers.Namespaces);
        Assert.Null(await FindNamespaceAsync(space));
        Assert.Empty((await Cluster.ListPodsAsync(Stop, new() { Labels = Ours })).Items);
        Assert.Empty((await Cluster.ListNamespacesAsync(Stop, new() { Labels = Ours })).Items);
    }

    [ContractFact]
    public async Task A_schedule_that_was_cancelled_is_not_there()
    {
        V1Node node = (await NodesAsync())[0];
        var times = ShutdownTimes.After(Cluster.Now, TimeSpan.FromHours(1), haveWorkers: true);
        var helpers = await HelpersAsync();
        await helpers.RunAsync("arm", [(node, times.ScriptFor(node))], Minute, Stop);

        await helpers.RunAsync("cancel", [(node, Logind.CancelScript)], Minute, Stop);
        HelperPods.Result shown = (await helpers.RunAsync("show", [(node, "cat /run/systemd/shutdown/scheduled")], Minute, Stop))[0];
        await helpers.DeleteAsync(Minute, Stop);

        Assert.Equal("systemd shows no scheduled shutdown", times.WhyNotArmed(node, shown.Log ?? ""));
    }

    [ContractFact]
    public async Task A_helper_that_fails_hangs_or_does_not_start_is_told_and_the_others_go_on()
    {
        IReadOnlyList<V1Node> nodes = await NodesAsync();
        await On.SetHelperAsync(nodes[0].Name, "fail", Stop);
        await On.SetHelperAsync(nodes[1].Name, "hang", Stop);
        await On.SetHelperAsync(nodes[2].Name, "image", Stop);
        var helpers = await HelpersAsync();

        IReadOnlyList<HelperPods.Result> results = await helpers.RunAsync(
            "arm", [.. nodes.Select(n => (n, Logind.CancelScript))], TimeSpan.FromSeconds(20), Stop);
        bool isGone = await helpers.DeleteAsync(Minute, Stop);

        Assert.Contains("failed (exit code 1)", results[0].Failure, StringComparison.Ordinal);
        Assert.Contains("did not end within 20 s", results[1].Failure, StringComparison.Ordinal);
        Assert.Contains("cannot start", results[2].Failure, StringComparison.Ordinal);
        Assert.All(results.Skip(3), result => Assert.Null(result.Failure));
        Assert.True(isGone);
    }

    [ContractFact]
    public async Task What_a_run_that_was_cut_off_left_is_removed_by_the_next()
    {
        IReadOnlyList<V1Node> nodes = await NodesAsync();
        var first = await HelpersAsync();
        await first.RunAsync("arm", [(nodes[0], Logind.CancelScript)], Minute, Stop);

        var second = await HelpersAsync();
        await second.RunAsync("arm", [(nodes[0], Logind.CancelScript)], Minute, Stop);
        await second.DeleteAsync(Minute, Stop);

        await On.UntilAsync(
            "the first namespace is gone", async () => await FindNamespaceAsync(first.Namespaces) is null, Stop);
    }

    [ContractFact]
    public async Task A_cordoned_node_has_our_mark_and_the_taint_until_it_is_uncordoned()
    {
        var cordon = new Cordon(Cluster, On.Activity);
        V1Node before = await WorkerAsync();
        try
        {
            await cordon.ApplyAsync([before], Stop);
            await On.UntilAsync("the taint is there", async () => (await TaintsAsync()).Contains(Unschedulable), Stop);

            V1Node cordoned = await WorkerAsync();
            Assert.True(Cordon.IsOurs(cordoned));
            Assert.False(Cordon.WasBefore(cordoned));
        }
        finally
        {
            await cordon.RemoveAsync([On.Worker], Stop);
        }

        await On.UntilAsync("the taint is gone", async () => !(await TaintsAsync()).Contains(Unschedulable), Stop);
        V1Node after = await WorkerAsync();
        Assert.False(after.IsUnschedulable);
        Assert.Equal(before.Annotations.Keys.Order(), after.Annotations.Keys.Order());
    }

    [ContractFact]
    public async Task A_cordon_by_any_kind_of_patch_brings_the_taint()
    {
        var nodes = new RawObjects(Admin, "", "v1", "nodes");
        JsonObject cordon = new() { ["spec"] = new JsonObject { ["unschedulable"] = true } };
        foreach (V1Patch patch in (V1Patch[])
        [
            Patches.Merge(cordon), Patches.Strategic(cordon),
            Patches.Json([new JsonObject { ["op"] = "add", ["path"] = "/spec/unschedulable", ["value"] = true }]),
        ])
        {
            try
            {
                Assert.True((bool?)(await nodes.PatchAsync(On.Worker, patch, Stop)).Copy()["spec"]!["unschedulable"]);
                await On.UntilAsync("the taint is there", async () => (await TaintsAsync()).Contains(Unschedulable), Stop);
            }
            finally
            {
                await SetUnschedulableAsync(null);
            }

            await On.UntilAsync("the taint is gone", async () => !(await TaintsAsync()).Contains(Unschedulable), Stop);
        }
    }

    [ContractFact]
    public async Task A_node_that_somebody_else_cordoned_stays_his()
    {
        try
        {
            await SetUnschedulableAsync(true);
            await new Cordon(Cluster, On.Activity).ApplyAsync([await WorkerAsync()], Stop);

            V1Node node = await WorkerAsync();
            Assert.True(Cordon.WasBefore(node));
            Assert.False(Cordon.IsOurs(node));
        }
        finally
        {
            await SetUnschedulableAsync(null);
        }

        await On.UntilAsync("the taint is gone", async () => !(await TaintsAsync()).Contains(Unschedulable), Stop);
    }

    [ContractFact]
    public async Task A_drained_node_keeps_only_what_belongs_to_it()
    {
        string name = await AddPodAsync(On.Worker);
        var activity = new RecordingActivity();

        await new Cordon(Cluster, activity).DrainAsync([On.Worker], Minute, Stop);

        Assert.Empty(activity.Warnings);
        Assert.Contains($"Evicted pod {On.Namespace}/{name} from {On.Worker}.", activity.Everything);
        Assert.Null(await Pods.FindAsync(name, Stop, On.Namespace));
        IReadOnlyList<V1Pod> left = (await Cluster.ListPodsAsync(Stop, new() { Fields = $"spec.nodeName={On.Worker}" })).Items;
        Assert.NotEmpty(left);
        Assert.All(left, pod => Assert.True(pod.IsFinished || pod.Owners.Any(owner => owner.Kind == "DaemonSet"), pod.Title));
    }

    [ContractFact]
    public async Task A_disruption_budget_stands_in_the_way_of_a_drain_and_is_told()
    {
        string name = await AddPodAsync(On.Worker);
        var budgets = new RawObjects(Admin, "policy", On.PolicyVersion, "poddisruptionbudgets");
        await budgets.CreateAsync(
            new JsonObject
            {
                ["metadata"] = new JsonObject { ["name"] = name },
                ["spec"] = new JsonObject { ["minAvailable"] = 1,
                    ["selector"] = new JsonObject { ["matchLabels"] = new JsonObject { ["app"] = name } } },
            },
            Stop, On.Namespace);
        var activity = new RecordingActivity();

        await new Cordon(Cluster, activity).DrainAsync([On.Worker], TimeSpan.FromSeconds(5), Stop);

        Assert.Contains($"{On.Namespace}/{name}", Assert.Single(activity.Warnings), StringComparison.Ordinal);
        Assert.Contains(activity.Everything, line => line.Contains("disruption budget", StringComparison.Ordinal));
        await budgets.DeleteAsync(name, Stop, On.Namespace);
        await new Cordon(Cluster, On.Activity).DrainAsync([On.Worker], Minute, Stop);
        Assert.Null(await Pods.FindAsync(name, Stop, On.Namespace));
    }

    private async Task<HelperPods> HelpersAsync()
    {
        string[] nodes = [.. (await NodesAsync()).Select(n => n.Name)];
        return new(Cluster, await HelperImage.FindAsync(Cluster, nodes, On.Activity, Stop), On.Activity);
    }

    private async Task<IEnumerable<string>> TaintsAsync() =>
        ((await new RawObjects(Cluster, "", "v1", "nodes").GetAsync(On.Worker, Stop)).Copy()["spec"]?["taints"] as JsonArray ?? []).Select(
            taint => (string)taint!["key"]!);

    private Task<V1Node> WorkerAsync() => Cluster.Client.CoreV1.ReadNodeAsync(On.Worker, cancellationToken: Stop);

    private Task<V1Namespace?> FindNamespaceAsync(string name) => Cluster.Client.CoreV1.ReadNamespaceAsync(name, cancellationToken: Stop)
        .OrNullAsync();

    private Task<V1Node> SetUnschedulableAsync(bool? value) => Admin.Client.CoreV1.PatchNodeAsync(
        Patches.Merge(new JsonObject { ["spec"] = new JsonObject { ["unschedulable"] = value } }), On.Worker, cancellationToken: Stop);
}

[Trait("Contract", "Sandbox")]
public sealed class SandboxKubeNodeTests(SandboxContractCluster on) : KubeNodeTests(on), IClassFixture<SandboxContractCluster>;

[Trait("Contract", "KubeLab"), Collection(KubeLabCollection.Name)]
public sealed class LabKubeNodeTests(LabCluster on) : KubeNodeTests(on), IOnKubeLab;
