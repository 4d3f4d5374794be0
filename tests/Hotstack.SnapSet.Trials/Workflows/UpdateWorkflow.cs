using Hotstack.Clusters;
using Hotstack.Clusters.Suspend;
using Hotstack.Deployments;
using Hotstack.Runs.Renewal;
using Hotstack.SnapSets;
using Hotstack.SnapSets.Create;

namespace Hotstack.Trials.Workflows;

/// <summary><c>Update-HotstackSnapSet ID</c> of a set of 31 days, whose kubelets' certificates have expired: from nothing but the
/// set.</summary>
/// <param name="isBehind">Whether only the controller of the temporary stack leads to its cluster.</param>
internal sealed class UpdateWorkflow(bool isBehind = false) : Workflow
{
    private const string Stack = "hs-sno";

    public override string Name => isBehind ? "update-behind" : "update";

    public override string? Controller => isBehind ? Stack : null;

    public override async Task SeedAsync(World world, Session session, CancellationToken stop)
    {
        var source = new InstanceSource { StackName = Stack };
        ClusterRecord? record = await new SuspendCluster(session.Cloud, session.Cluster).RunAsync(
            new SuspendClusterRequest { Source = source, Method = ShutdownMethod.Nova, PollInterval = TimeSpan.FromSeconds(15) },
            session.Activity, Yes, stop);
        SnapSet? set = await new NewSnapSet(session.Cloud).RunAsync(
            new NewSnapSetRequest { Source = source, Cluster = record }, session.Activity, Yes, stop);
        world.Notes["set"] = set!.Id;
        world.Clock.Advance(TimeSpan.FromDays(31));
    }

    public override async Task<object?> RunAsync(Session session, CancellationToken stop)
    {
        UpdatedSnapSet? updated = null;
        HotstackException? failure = null;
        await new UpdateSnapSets(session.Cloud, session.ClusterOf).RunAsync(
            new UpdateSnapSetRequest
            {
                Ids = [SnapSetReference.Typed(session.Notes["set"])],
                Revive = new()
                {
                    Source = new(), PollInterval = TimeSpan.FromSeconds(15), StableFor = [TimeSpan.FromSeconds(5)], MaxRounds = 2,
                    Timeout = TimeSpan.FromMinutes(30),
                },
                Suspend = new() { Source = new(), PollInterval = TimeSpan.FromSeconds(15) },
                StableFor = [TimeSpan.FromSeconds(5)],
                RotationTimeout = TimeSpan.FromHours(3),
            },
            session.Activity, Yes, result => updated = result, e => failure = e, stop);
        // The cmdlet writes it as an error.
        return failure is null ? updated : throw failure;
    }

    /// <summary>There is one more set, as large as the old one and renewed from it, and nothing else changed but the nodes of the copy.</summary>
    public override IEnumerable<string> Wrongs(WorldState before, WorldState now, string warned)
    {
        Change[] changes = [.. now.Since(before).Where(c => !IsOfCopy(c.Thing))];
        Thing[] images = [.. changes.Where(c => c is { Before: null, Thing.Kind: "image" }).Select(c => c.Thing)];
        string[] sets = [.. images.SelectMany(image => image.PartOf).Distinct()];
        int expected = before.All("image").Count(image => image.PartOf.Count > 0);
        Change[] others = [.. changes.Where(c => c.Before is not null || !c.Thing.PartOf.Any(sets.Contains))];
        return
        [
            .. sets.Length != 1 ? [$"there are images of {sets.Length} new sets: {string.Join(", ", sets)}"] : Array.Empty<string>(),
            .. images.Length != expected ? [$"there are {images.Length} new images, not {expected}"] : Array.Empty<string>(),
            .. images.Where(image => !image.Facts.StartsWith("active ", StringComparison.Ordinal)
                || !image.Facts.Contains(" snap_id=", StringComparison.Ordinal)).Select(image => $"{image} is {image.Facts}"),
            .. now.All("blueprint").Count(b => b.PartOf.Any(sets.Contains) && b.Facts.StartsWith("active ", StringComparison.Ordinal)) != 1
                && !warned.Contains("The SnapSet gets no blueprint", StringComparison.Ordinal)
                ? ["the new set has not one blueprint"] : Array.Empty<string>(),
            .. others.Select(c => $"{c}"),
        ];
    }

    /// <summary>What is left of the end, the deletion of the stack, is the same command's again.</summary>
    public override bool MayFailWhenDone => true;

    /// <summary>The nodes are those of the temporary stack, which is named and deleted as a whole.</summary>
    public override bool MayStay(Change change, Attempt attempt) => IsOfCopy(change.Thing);

    private static bool IsOfCopy(Thing thing) => thing.Kind is "node" or "namespace" or "pod";
}
