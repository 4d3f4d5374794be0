using Hotstack.Sandbox;
using Hotstack.SnapSets.Create;

namespace Hotstack.Trials.Workflows;

/// <summary><c>New-HotstackSnapSet -Resume ID</c> of a set of which one image is there and one is not.</summary>
internal sealed class ResumeWorkflow : Workflow
{
    public override string Name => "resume";

    public override async Task SeedAsync(World world, Session session, CancellationToken stop)
    {
        world.Sandbox.Cloud.StopServers();
        world.Sandbox.Faults.Add(new Fault { Kind = FaultKind.KillSnapshot, Server = "master0" });
        try
        {
            await new NewSnapSet(session.Cloud).RunAsync(Deployment.Freeze with { KeepPartial = true }, session.Activity, Yes, stop);
        }
        catch (SnapSetFailedException e)
        {
            world.Notes["set"] = e.SnapSetId;
        }

        world.Sandbox.Faults.Clear();
    }

    public override async Task<object?> RunAsync(Session session, CancellationToken stop) => await new NewSnapSet(session.Cloud)
        .RunAsync(
            new NewSnapSetRequest { ResumeId = session.Notes["set"], Timeout = TimeSpan.FromMinutes(20) }, session.Activity, Yes, stop);

    public override IEnumerable<string> Wrongs(WorldState before, WorldState now, string warned) =>
    [
        .. Deployment.WrongsOfNewSet(before, now),
        .. before.All("image").Concat(before.All("volume snapshot"))
            .Where(t => now.All(t.Kind).All(n => n.Id != t.Id)).Select(t => $"{t} was not kept"),
    ];

    public override bool SaysDone(HotstackException failure) =>
        failure.Id == "SnapSetNotResumable" && failure.Message.Contains("it is complete", StringComparison.Ordinal);
}
