using Hotstack.Sandbox;

namespace Hotstack.Trials.Workflows;

/// <summary>What a user does with one command, done through Core as its cmdlet does it, and how to tell what came of it.</summary>
internal abstract class Workflow
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<Workflow> All { get; } =
    [
        new CreateWorkflow(), new ResumeWorkflow(), new RemoveWorkflow(), new SuspendWorkflow(), new RestoreWorkflow(),
        new RestoreWithRollbackWorkflow(), new ReviveWorkflow(), new ExportWorkflow(), new ImportWorkflow(), new UpdateWorkflow(),
        // The sandbox's controllers need a Unix.
        .. OperatingSystem.IsWindows() ? Array.Empty<Workflow>()
            : [new SuspendWorkflow(isBehind: true), new ReviveWorkflow(isBehind: true), new UpdateWorkflow(isBehind: true)],
    ];

    /// <summary>The name on the command line.</summary>
    public abstract string Name { get; }

    /// <summary>The deployment that it is done with.</summary>
    public virtual Scenario Scenario => Scenario.Sno;

    /// <summary>The stack whose controller leads to the cluster; null if the cluster is reached directly.</summary>
    public virtual string? Controller => null;

    /// <summary>Brings a new sandbox to where the command begins.</summary>
    public abstract Task SeedAsync(World world, Session session, CancellationToken stop);

    /// <summary>Does it once. Called again after a failure, it is the same command again.</summary>
    /// <exception cref="HotstackException">As the user of the cmdlet sees it.</exception>
    public abstract Task<object?> RunAsync(Session session, CancellationToken stop);

    /// <summary>What is wrong if all should be done: nothing else than what was asked for, all of it, and right.</summary>
    /// <param name="before">How all was.</param>
    /// <param name="now">How all is.</param>
    /// <param name="warned">What the run warned of, and so does not claim.</param>
    public abstract IEnumerable<string> Wrongs(WorldState before, WorldState now, string warned);

    /// <summary>What the same command begins with, once a run has failed and left what it named: by default it goes on with that.</summary>
    public virtual WorldState Again(WorldState before, WorldState left) => before;

    /// <summary>Changes that a run which failed may leave without naming them, and why; none unless a workflow says so.</summary>
    public virtual bool MayStay(Change change, Attempt attempt) => false;

    /// <summary>Does what the error tells the user to do at once.</summary>
    public virtual void Follow(World world, Attempt attempt)
    {
    }

    /// <summary>Whether a run may fail though all is done: because it could not see that it is.</summary>
    public virtual bool MayFailWhenDone => false;

    /// <summary>What a run that failed should have named beside what it changed.</summary>
    public virtual IEnumerable<string> Unnamed(WorldState before, WorldState now, Attempt attempt) => [];

    /// <summary>Whether the command may say that there is nothing left to do, once all is done.</summary>
    public virtual bool SaysDone(HotstackException failure) => false;

    protected static Task<bool> Yes(DisplayText target, DisplayText action) => Task.FromResult(true);
}
