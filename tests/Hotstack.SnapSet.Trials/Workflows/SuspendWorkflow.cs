using System.Text.RegularExpressions;
using Hotstack.Clusters.Suspend;
using Hotstack.Deployments;

namespace Hotstack.Trials.Workflows;

/// <summary><c>Suspend-HotstackCluster hs-multi</c>: all nodes from within.</summary>
/// <param name="isBehind">Whether the cluster is reached through its controller.</param>
internal sealed partial class SuspendWorkflow(bool isBehind = false) : Workflow
{
    private const string Stack = "hs-multi";
    private const string BeyondReturn = "has begun and cannot be rolled back";

    public override string Name => isBehind ? "suspend-behind" : "suspend";

    public override string? Controller => isBehind ? Stack : null;

    public override Sandbox.Scenario Scenario => Sandbox.Scenario.Multi;

    public override Task SeedAsync(World world, Session session, CancellationToken stop) => Task.CompletedTask;

    public override async Task<object?> RunAsync(Session session, CancellationToken stop) =>
        await new SuspendCluster(session.Cloud, session.Cluster).RunAsync(
            new SuspendClusterRequest { Source = new InstanceSource { StackName = Stack }, PollInterval = TimeSpan.FromSeconds(15) },
            session.Activity, Yes, stop);

    /// <summary>All servers are off and all nodes cordoned, and nothing else is otherwise.</summary>
    public override IEnumerable<string> Wrongs(WorldState before, WorldState now, string warned)
    {
        return
        [
            .. now.All("server").Where(s => IsOurs(s) && !s.Facts.StartsWith("SHUTOFF ", StringComparison.Ordinal))
                .Select(s => $"{s} is {s.Facts}"),
            .. now.All("node").Where(n => !n.Facts.StartsWith("cordoned hotstack-snapset/cordoned", StringComparison.Ordinal))
                .Select(n => $"{n} is {n.Facts}"),
            .. now.Since(before).Where(c => !IsHelper(c) && !(c is { Before: not null, After: not null } && IsOurs(c.Thing)))
                .Select(c => $"{c}"),
        ];
    }

    /// <summary>That servers are off is all that there is to do; a run that can no longer see it says how far it got.</summary>
    public override bool MayFailWhenDone => true;

    /// <summary>Once nodes go nothing can be taken back, which is what the user is told, with which servers are off and that the same
    /// command goes on. So that command is what is judged then, and this state is not.</summary>
    public override bool MayStay(Change change, Attempt attempt) =>
        change.Thing.Kind != "ssh" && attempt.Told.Contains(BeyondReturn, StringComparison.Ordinal);

    /// <summary>Where a shutdown cannot be cancelled the user is told which nodes to run <c>shutdown -c</c> on, and until when.</summary>
    public override void Follow(World world, Attempt attempt) => world.Sandbox.Cloud.Do(() =>
    {
        string[] named = [.. MayShutDown().Matches(attempt.Told).SelectMany(m => m.Groups["nodes"].Value.Split(", "))];
        foreach (var node in world.Sandbox.Cloud.OpenShift!.Nodes.Where(n => named.Contains(n.Name)))
        {
            node.Shutdown = null;
        }
    });

    [GeneratedRegex(@"node (?<nodes>\S+) may shut down|run 'shutdown -c' on (?<nodes>\w+(, \w+)*)")]
    private static partial Regex MayShutDown();

    private static bool IsOurs(Thing thing) => thing.Kind == "node" || thing is { Kind: "server", Name: not "other-server" };

    /// <summary>A helper namespace may be frozen with the cluster, which is warned of; the next suspension deletes it.</summary>
    private static bool IsHelper(Change change) => change is { Before: null, Thing.Kind: "namespace" or "pod" };
}
