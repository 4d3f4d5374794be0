using Hotstack.SnapSets;

namespace Hotstack.Trials.Workflows;

/// <summary><c>New-HotstackSnapSet hs-sno -IncludeVolumes -StopServers -StartServers</c> of a running deployment.</summary>
internal sealed class CreateWorkflow : Workflow
{
    public override string Name => "create";

    public override Task SeedAsync(World world, Session session, CancellationToken stop) => Task.CompletedTask;

    public override async Task<object?> RunAsync(Session session, CancellationToken stop) => await new CreateSnapSet(session.Cloud)
        .RunAsync(Deployment.Freeze with { StopServers = true, StartServers = true }, session.Activity, Yes, stop);

    public override IEnumerable<string> Wrongs(WorldState before, WorldState now) => Deployment.WrongsOfNewSet(before, now);
}
