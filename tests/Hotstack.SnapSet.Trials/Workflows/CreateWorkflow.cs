using Hotstack.SnapSets.Create;

namespace Hotstack.Trials.Workflows;

/// <summary><c>New-HotstackSnapSet hs-sno -IncludeVolumes -StopServers -StartServers</c> of a running deployment.</summary>
internal sealed class CreateWorkflow : Workflow
{
    public override string Name => "create";

    public override Task SeedAsync(World world, Session session, CancellationToken stop) => Task.CompletedTask;

    public override async Task<object?> RunAsync(Session session, CancellationToken stop) => await new NewSnapSet(session.Cloud)
        .RunAsync(Deployment.Freeze with { StopServers = true, StartServers = true }, session.Activity, Yes, stop);

    /// <summary>Each is a set of its own; what is left of one is deleted by its id.</summary>
    public override WorldState Again(WorldState before, WorldState left) =>
        new([.. before.Things, .. left.Since(before).Where(c => c is { Before: null, Thing.PartOf.Count: > 0 }).Select(c => c.Thing)]);

    public override IEnumerable<string> Wrongs(WorldState before, WorldState now, string warned) =>
        Deployment.WrongsOfNewSet(before, now, warned: warned);
}
