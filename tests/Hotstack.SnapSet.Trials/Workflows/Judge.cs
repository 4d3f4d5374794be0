namespace Hotstack.Trials.Workflows;

/// <summary>How a run ended.</summary>
internal enum Ending
{
    /// <summary>Complete and correct.</summary>
    Complete,

    /// <summary>A clear error by cause, and all as before; or what is left is named, and the same command again completes.</summary>
    Clean,

    /// <summary>Anything else.</summary>
    Bad,
}

/// <summary>How a run ended, and what is wrong with that.</summary>
internal sealed record Verdict(Ending Ending, IReadOnlyList<string> Problems)
{
    public static readonly Verdict Complete = new(Ending.Complete, []);

    public static readonly Verdict Clean = new(Ending.Clean, []);

    public static Verdict Bad(IEnumerable<string> problems) => new(Ending.Bad, [.. problems]);
}

/// <summary>
/// Judges a run by what it told and what it left. One that claims success has to have done all of it, right, and nothing else. One
/// that failed has to say why by cause, must not have lost anything, and has to name whatever it left, by its id, or by what it is
/// found and deleted by: the set, the stack, the folder.
/// </summary>
internal static class Judge
{
    /// <param name="workflow">What was done.</param>
    /// <param name="before">How all was before.</param>
    /// <param name="now">How all is now.</param>
    /// <param name="attempt">How the run ended.</param>
    /// <param name="wasCancelled">It was stopped by the user, so that a cancellation is no defect.</param>
    public static Verdict Of(Workflow workflow, WorldState before, WorldState now, Attempt attempt, bool wasCancelled = false)
    {
        if (attempt.Failure is null)
        {
            string[] wrongs = [.. workflow.Wrongs(before, now, string.Join("\n", attempt.Warnings))];
            return wrongs.Length == 0 ? Verdict.Complete : Verdict.Bad(wrongs.Prepend("it claims to be done"));
        }

        if (attempt.Failure is HotstackException failure && !workflow.Wrongs(before, now, "").Any())
        {
            if (workflow.SaysDone(failure))
            {
                return Verdict.Complete;
            }

            if (!workflow.MayFailWhenDone)
            {
                return Verdict.Bad(["it says that it failed, and all is done"]);
            }
        }

        string[] problems =
            [.. Unclear(attempt.Failure, wasCancelled), .. Left(workflow, before, now, attempt), .. workflow.Unnamed(before, now, attempt)];
        return problems.Length == 0 ? Verdict.Clean : Verdict.Bad(problems);
    }

    private static IEnumerable<string> Unclear(Exception failure, bool wasCancelled)
    {
        switch (failure)
        {
            case OperationCanceledException when wasCancelled:
                break;
            case HotstackException told:
                if (told.Id.Length == 0 || told.Message.Length == 0)
                {
                    yield return $"the error has no id or no message: {told}";
                }

                break;
            default:
                yield return $"an exception that nobody classified: {failure}";
                break;
        }
    }

    private static IEnumerable<string> Left(Workflow workflow, WorldState before, WorldState now, Attempt attempt) =>
        now.Since(before)
            .Where(change => !workflow.MayStay(change, attempt))
            .Where(change => change.After is null || !IsNamed(change.Thing, attempt.Told))
            .Select(change => change.After is null ? $"lost: {change}" : $"left and not named: {change}");

    private static bool IsNamed(Thing thing, string told) =>
        Has(told, thing.Id) || thing.PartOf.Any(whole => Has(told, whole))
        || (thing.Kind is "node" or "server" or "file" && Has(told, thing.Name));

    private static bool Has(string told, string name) => told.Contains(name, StringComparison.Ordinal);
}
