using Hotstack.Clusters;
using Hotstack.Clusters.Revive;
using Hotstack.Clusters.Suspend;
using Hotstack.Deployments;
using Hotstack.SnapSets;
using Hotstack.SnapSets.Create;
using Hotstack.SnapSets.Find;

namespace Hotstack.Trials.Workflows;

/// <summary><c>Get-HotstackSnapSet ID | Invoke-HotstackRevive</c> of a cluster that slept for two months, so that its kubelets ask for
/// certificates.</summary>
/// <param name="isBehind">Whether the cluster is reached through its controller, which is off when the command begins.</param>
internal sealed class ReviveWorkflow(bool isBehind = false) : Workflow
{
    private const string Stack = "hs-sno";

    public override string Name => isBehind ? "revive-behind" : "revive";

    public override string? Controller => isBehind ? Stack : null;

    public override async Task SeedAsync(World world, Session session, CancellationToken stop)
    {
        var source = new InstanceSource { StackName = Stack };
        ClusterRecord? record = await new SuspendCluster(session.Cloud, session.Cluster)
            .RunAsync(
                new SuspendClusterRequest { Source = source, Method = ShutdownMethod.Nova, PollInterval = TimeSpan.FromSeconds(15) },
                session.Activity, Yes, stop);
        SnapSet? set = await new NewSnapSet(session.Cloud).RunAsync(
            new NewSnapSetRequest { Source = new InstanceSource { Instances = record!.Instances }, Cluster = record },
            session.Activity, Yes, stop);
        world.Notes["set"] = set!.Id;
        world.Clock.Advance(TimeSpan.FromDays(60));
    }

    public override async Task<object?> RunAsync(Session session, CancellationToken stop)
    {
        SnapSet set = await new GetSnapSets(session.Cloud).GetAsync(session.Notes["set"], stop);
        ReviveReport? report = await new ReviveCluster(session.Cloud, session.Cluster, new RecordSearch(session.Cloud)).RunAsync(
            new ReviveClusterRequest
            {
                Source = new InstanceSource { StackName = Stack }, Record = set.ClusterRecord, PollInterval = TimeSpan.FromSeconds(15),
                StableFor = [TimeSpan.FromSeconds(5)], MaxRounds = 2, Timeout = TimeSpan.FromMinutes(30),
            },
            session.Activity, Yes, stop);
        // The cmdlet writes each as an error of its own, beside the report.
        return report!.GetFailures().FirstOrDefault() is { } failure ? throw failure : report;
    }

    /// <summary>All servers run, all nodes are open and without our marks, and nothing else changed. What was recorded before the shutdown
    /// does no harm where it stays, but has to be warned of.</summary>
    public override IEnumerable<string> Wrongs(WorldState before, WorldState now, string warned) =>
    [
        .. now.All("server").Where(s => !s.Facts.StartsWith("ACTIVE ", StringComparison.Ordinal)).Select(s => $"{s} is {s.Facts}"),
        .. now.All("server").Where(s => s.Facts.Contains("hotstack_", StringComparison.Ordinal))
            .Where(s => !warned.Contains(s.Id, StringComparison.Ordinal))
            .Select(s => $"{s} keeps the record, and nobody is warned of it"),
        .. now.All("node").Where(n => n.Facts.Trim() != "open").Select(n => $"{n} is {n.Facts}"),
        .. now.Since(before).Where(c => c is not { Before: not null, After: not null, Thing.Kind: "server" or "node" }).Select(c => $"{c}"),
    ];

    /// <summary>It is to prove that all works, and a check that fails is a failure.</summary>
    public override bool MayFailWhenDone => true;

    /// <summary>A revival has nothing to take back: servers that run and nodes that are open are what is wanted, and the same command goes
    /// on from there. So that command is what is judged.</summary>
    public override bool MayStay(Change change, Attempt attempt) =>
        change is { Before: not null, After: not null, Thing.Kind: "server" or "node" };
}
