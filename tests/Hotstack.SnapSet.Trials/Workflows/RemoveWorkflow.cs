using Hotstack.SnapSets;
using Hotstack.SnapSets.Remove;

namespace Hotstack.Trials.Workflows;

/// <summary><c>Remove-HotstackSnapSet ID</c> of a set with volumes.</summary>
internal sealed class RemoveWorkflow : Workflow
{
    public override string Name => "remove";

    public override Task SeedAsync(World world, Session session, CancellationToken stop) =>
        Deployment.FreezeAsync(world, session, withVolumes: true, stop);

    public override async Task<object?> RunAsync(Session session, CancellationToken stop)
    {
        SnapSet? gone = null;
        HotstackException? failure = null;
        var request = new RemoveSnapSetsRequest { Ids = [session.Notes["set"]] };
        await new RemoveSnapSets(session.Cloud).RunAsync(request, session.Activity, Yes, set => gone = set, e => failure = e, stop);
        return failure is null ? gone : throw failure;
    }

    public override IEnumerable<string> Wrongs(WorldState before, WorldState now, string warned) =>
    [
        .. now.Since(before).Where(c => c.After is not null || c.Thing.PartOf.Count == 0).Select(c => $"{c}"),
        .. now.Things.Where(t => t.PartOf.Count > 0 && t.Kind is "image" or "blueprint" or "volume snapshot").Select(t => $"{t} is still there"),
    ];

    /// <summary>Nobody can bring back what is deleted: a removal that fails has to name what is left. What is gone of the set is no
    /// loss.</summary>
    public override bool MayStay(Change change, Attempt attempt) =>
        change is { After: null, Thing: { Kind: "image" or "blueprint" or "volume snapshot", PartOf.Count: > 0 } };

    /// <summary>What is left when a part is gone has to be named, though it did not change.</summary>
    public override IEnumerable<string> Unnamed(WorldState before, WorldState now, Attempt attempt) => now.Since(before).Count == 0 ? [] :
        now.Things.Where(t => t.Kind is "image" or "blueprint" or "volume snapshot" && t.PartOf.Count > 0)
            .Where(t => !attempt.Told.Contains(t.Id, StringComparison.Ordinal))
            .Select(t => $"left and not named: {t}");

    public override bool SaysDone(HotstackException failure) => failure.Id == "SnapSetNotFound";
}
