using System.Text.Json.Nodes;
using Hotstack.Clusters;
using Hotstack.Clusters.Revive;
using Hotstack.Clusters.Suspend;
using Hotstack.Restoring;
using Hotstack.Runs;
using Hotstack.Sandbox;
using Hotstack.Sandbox.Compute;
using Hotstack.SnapSets;
using Hotstack.SnapSets.Create;
using Hotstack.SnapSets.Find;
using Hotstack.SnapSets.Restore;
using Xunit;

namespace Hotstack.Copies;

/// <summary>Copies of one set side by side in one project, as the jobs of a CI matrix make them: by nothing but the set and a name each.</summary>
public sealed class CopiesTests : SuspendFixture
{
    private const string Original = "hs-multi";

    private static readonly string[] Jobs = ["pr-1", "pr-2", "pr-3"];
    private static readonly ReviveClusterRequest InStack = new() { Source = new(), PollInterval = Seldom };

    public CopiesTests() => Size = AllNodes;

    [Fact]
    public async Task Three_jobs_at_once_have_a_cluster_each()
    {
        SnapSet set = await FreezeAsync();

        RestoredStack[] stacks = await Task.WhenAll(Jobs.Select(name => RestoreAsync(set, name, InStack)));

        Assert.All(stacks.Cast<RevivedStack>(), stack => Assert.True(stack.IsHealthy, stack.Revival.Summary));
        Assert.All(Jobs, AssertInService);
        Assert.Single(Jobs.Select(IdOf).Distinct());
        Assert.Single(Jobs.Select(name => string.Join(' ', ServersOf(name).SelectMany(s => s.Ports).Select(p => p.MacAddress).Order())).Distinct());
        Assert.Equal(3, Jobs.Select(name => ServersOf(name)[0].Ports[0].Network.Id).Distinct().Count());
        Assert.Equal(3, Jobs.Select(ControllerOf).Distinct().Count());
    }

    /// <summary>After their certificates have run out, so that there are requests to approve.</summary>
    [Fact]
    public async Task What_is_done_to_one_changes_nothing_in_the_others_or_in_the_original()
    {
        SnapSet set = await FreezeAsync();
        Clock.Advance(TimeSpan.FromDays(40));
        foreach (string name in Jobs)
        {
            await RestoreAsync(set, name, revive: null);
        }

        Clock.Advance(TimeSpan.FromMinutes(20));
        string[] others = ["pr-1", "pr-3"];
        var before = others.Select(StateOf).ToList();
        Assert.All(before, state => Assert.Equal((0, 5, true, 0), (state.Ready, state.Cordoned, state.HasRequests, state.Approved)));

        ReviveReport report = await ReviveAsync(set, "pr-2");

        Assert.True(report.IsHealthy, report.Summary);
        AssertInService("pr-2");
        Assert.Equal(before, others.Select(StateOf));

        Assert.NotNull(await new SuspendCluster(Cloud, ConnectToClusterOf("pr-2")).RunAsync(
            new SuspendClusterRequest { Source = new() { StackName = "pr-2" }, SkipCertificateCheck = true }, Activity, Yes, Stop));
        Assert.All(ServersOf("pr-2"), server => Assert.Equal("SHUTOFF", server.Status));
        Assert.Equal(before, others.Select(StateOf));
        Assert.All(others.SelectMany(ServersOf), server => Assert.Equal("ACTIVE", server.Status));

        foreach (Server server in ServersOf(Original))
        {
            Sandbox.Cloud.SetServer(server.Name, "active");
        }

        Clock.Advance(TimeSpan.FromMinutes(20));
        Assert.Equal(before[0], StateOf(Original));
        Assert.True((await ReviveAsync(set, Original)).IsHealthy);
        AssertInService(Original);
        Assert.Equal(before, others.Select(StateOf));
    }

    [Fact]
    public async Task The_job_that_does_not_fit_into_the_quota_makes_nothing()
    {
        // For the original, two copies, and no more.
        Quotas = new SandboxQuotas { Instances = 3 * 6 };
        await RestartAsync();
        SnapSet set = await FreezeAsync();
        await RestoreAsync(set, "pr-1", revive: null);
        await RestoreAsync(set, "pr-2", revive: null);
        Sandbox.Calls.Clear();

        var failure = await Assert.ThrowsAnyAsync<HotstackException>(() => RestoreAsync(set, "pr-3", InStack));

        Assert.Contains("the quota of instances is 18, 18 are used, and the stack needs 6 more", failure.Message, StringComparison.Ordinal);
        Assert.Null(await Cloud.Stacks.FindAsync("pr-3", Stop));
        Assert.DoesNotContain(
            Calls, c => c.Method != "GET" && c.Service != "identity" && !c.Path.EndsWith("/preview", StringComparison.Ordinal));
    }

    private async Task<SnapSet> FreezeAsync()
    {
        await SuspendAsync();
        SnapSet set = (await new NewSnapSet(Cloud).RunAsync(new NewSnapSetRequest { Source = Stack, PollInterval = Seldom }, Activity, Yes, Stop))!;
        Assert.True(set.HasBlueprint);
        return set;
    }

    private async Task<RestoredStack> RestoreAsync(SnapSet set, string name, ReviveClusterRequest? revive) =>
        (await new RestoreAndRevive(Cloud, _ => ConnectToClusterOf(name)).RunAsync(
            new RestoreSnapSetRequest { SnapSetId = set.Id, StackName = name }, revive, Activity, Yes, Stop))!;

    private async Task<ReviveReport> ReviveAsync(SnapSet set, string name)
    {
        SnapSet found = await new GetSnapSets(Cloud).GetAsync(SnapSetReference.To(set.Id), Stop);
        return (await new ReviveCluster(Cloud, ConnectToClusterOf(name), new RecordSearch(Cloud)).RunAsync(
            InStack with { Source = new() { StackName = name }, Record = found.ClusterRecord }, Activity, Yes, Stop))!;
    }

    private List<Server> ServersOf(string stack)
    {
        var ids = Sandbox.Cloud.Stacks.Single(s => s.Name == stack).ResourceIds.Values;
        return [.. Sandbox.Cloud.Servers.Where(s => ids.Contains(s.Id)).OrderBy(s => s.GuestName, StringComparer.Ordinal)];
    }

    private string ControllerOf(string stack) =>
        ServersOf(stack).Single(s => s.GuestName == "controller").Ports.Select(p => p.FloatingIp?.Address).OfType<string>().Single();

    private string? IdOf(string stack) => (string?)Sandbox.ClusterOf(stack).List("clusterversions")[0]["spec"]!["clusterID"];

    /// <summary>Its nodes are its servers, and are ready for work.</summary>
    private void AssertInService(string stack)
    {
        var nodes = Sandbox.ClusterOf(stack).List("nodes");
        Assert.Equal(ServersOf(stack).Where(s => s.GuestName != "controller").Select(s => s.Id).Order(),
            nodes.Select(n => (string)n["status"]!["nodeInfo"]!["systemUUID"]!).Order());
        Assert.All(nodes, node => Assert.Equal(("True", false), (ReadyOf(node), IsCordoned(node))));
    }

    private (int Ready, int Cordoned, bool HasRequests, int Approved, string Ends) StateOf(string stack)
    {
        SandboxCluster cluster = Sandbox.ClusterOf(stack);
        var nodes = cluster.List("nodes");
        var requests = cluster.List("certificatesigningrequests");
        return (nodes.Count(n => ReadyOf(n) == "True"), nodes.Count(IsCordoned), requests.Count > 0,
            requests.Count(r => r["status"]?["conditions"] is not null), string.Join(' ', cluster.Nodes.Select(n => cluster.KubeletCertificates(n))));
    }

    private static bool IsCordoned(JsonObject node) => (bool?)node["spec"]!["unschedulable"] == true;

    private static string? ReadyOf(JsonObject node) =>
        (string?)node["status"]!["conditions"]!.AsArray().Single(c => (string?)c!["type"] == "Ready")!["status"];
}
