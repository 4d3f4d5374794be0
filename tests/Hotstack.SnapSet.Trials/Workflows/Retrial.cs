using Hotstack.Http;

namespace Hotstack.Trials.Workflows;

/// <summary>Judges a run that something disturbed. If it failed cleanly, the same command runs again, undisturbed, and has to
/// complete.</summary>
/// <param name="workflow">The command.</param>
/// <param name="world">Where it runs.</param>
internal sealed class Retrial(Workflow workflow, World world)
{
    private readonly WorldState _before = world.Look();

    /// <summary>The undisturbed run; null if there was none.</summary>
    public Attempt? Again { get; private set; }

    /// <summary>Runs the command once, does what its error says, and lets what is under way come to its end.</summary>
    public async Task<Attempt> TryAsync(CancellationToken stop, Interceptor? wire = null)
    {
        Attempt attempt = await Attempt.RunAsync(workflow, world, stop, wire);
        workflow.Follow(world, attempt);
        await world.EndOfSshAsync();
        world.Settle();
        return attempt;
    }

    /// <summary>Judges the disturbed run, and after it the undisturbed one.</summary>
    public async Task<Verdict> JudgeAsync(Attempt attempt, CancellationToken stop)
    {
        Verdict verdict = Judge.Of(workflow, _before, world.Look(), attempt);
        if (verdict.Ending != Ending.Clean)
        {
            return verdict;
        }

        WorldState begin = workflow.Again(_before, world.Look());
        Again = await TryAsync(stop);
        Verdict second = Judge.Of(workflow, begin, world.Look(), Again);
        return second.Ending == Ending.Complete ? verdict : Verdict.Bad(
        [
            $"the same command again does not complete: {Again.Failure?.Message ?? "it claims to be done"}", .. second.Problems,
            $"the first time: {attempt.Told}",
        ]);
    }
}
