using Hotstack.Deployments;
using Hotstack.Runs.Renewal;
using Hotstack.SnapSets;
using Hotstack.SnapSets.Create;
using Hotstack.SnapSets.Find;
using Hotstack.SnapSets.Remove;
using Hotstack.Trials.Workflows;

namespace Hotstack.Trials.Kills;

/// <summary>What a user does after a run that was cut off, as the documentation says: the same command again, or -Resume.</summary>
internal static class Recovery
{
    /// <returns>How it ended, and whether what the first run had left was deleted for it.</returns>
    public static async Task<(Attempt Attempt, bool WasRemoved)> RunAsync(Workflow workflow, World world, CancellationToken stop)
    {
        if (workflow is UpdateWorkflow)
        {
            // A killed run blocks the next one until its lease expires.
            world.Clock.Advance(RenewalLease.Lasts + TimeSpan.FromSeconds(1));
        }

        using Session session = world.Connect();
        if (workflow is not CreateWorkflow and not ResumeWorkflow)
        {
            return (await Attempt.RunAsync(workflow, session, stop), false);
        }

        IReadOnlyList<SnapSet> begun = await new GetSnapSets(session.Cloud).RunAsync(new GetSnapSetsRequest { Incomplete = true }, stop);
        if (begun.Count == 0)
        {
            // None was begun, or it is whole; then of a resumed one that is what is said.
            return await AgainUnlessMadeAsync(workflow, world, session, stop);
        }

        try
        {
            return (new Attempt(await ResumeAsync(begun[0].Id, workflow is CreateWorkflow, session, stop), null, session.Activity.Warnings),
                false);
        }
        catch (HotstackException e) when (e.Id is "SnapSetDataInvalid" or "InstancesMissing")
        {
            // Its servers ran since, or it is not known what belongs to it: it cannot be completed, as it says.
            await new RemoveSnapSet(session.Cloud).RunAsync(begun[0].Id, false, session.Activity, (_, _) => Task.FromResult(true), stop);
            using Session again = world.Connect();
            Workflow create = Workflow.All.OfType<CreateWorkflow>().Single();
            return (await Attempt.RunAsync(create, again, stop), true);
        }
        catch (HotstackException e)
        {
            return (new Attempt(null, e, session.Activity.Warnings), false);
        }
    }

    /// <summary>A set that was sealed when its maker died is there, and a user who looks sees it.</summary>
    private static async Task<(Attempt Attempt, bool WasRemoved)> AgainUnlessMadeAsync(Workflow workflow, World world, Session session,
        CancellationToken stop)
    {
        IReadOnlyList<SnapSet> made = await new GetSnapSets(session.Cloud).RunAsync(new GetSnapSetsRequest(), stop);
        if (workflow is CreateWorkflow && made.Count > 0)
        {
            // What is left of the command is to start the servers.
            IReadOnlyList<Instance> instances = await new GetInstances(session.Cloud)
                .RunAsync(new InstanceSource { StackName = Deployment.Stack }, session.Activity, stop);
            await new ServerPower(session.Cloud, session.Activity).StartAsync(
                [.. instances.Where(i => i.Status != ServerRules.Active)], TimeSpan.FromSeconds(5),
                    new Deadline(TimeSpan.FromMinutes(5), world.Clock), stop);
            return (new Attempt(made[0], null, []), false);
        }

        return (await Attempt.RunAsync(workflow, session, stop), false);
    }

    private static async Task<object?> ResumeAsync(string id, bool isOfRunning, Session session, CancellationToken stop) =>
        await new NewSnapSet(session.Cloud).RunAsync(
        new NewSnapSetRequest { ResumeId = id, StartServers = isOfRunning, Timeout = TimeSpan.FromMinutes(20) },
        session.Activity, (_, _) => Task.FromResult(true), stop);
}
