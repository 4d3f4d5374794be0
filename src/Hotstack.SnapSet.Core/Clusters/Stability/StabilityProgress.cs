namespace Hotstack.Clusters.Stability;

/// <summary>Shows the progress of the wait, and of each operator that is not stable.</summary>
/// <param name="stableFor">How long all must be stable.</param>
/// <param name="activity">Receives the operators' progress.</param>
/// <param name="limited">Receives that of the wait, with its timeout.</param>
internal sealed class StabilityProgress(TimeSpan stableFor, IActivity activity, IActivity limited)
{
    private const string Work = "Waiting for the cluster to be stable";
    private const int MaxShown = 5;
    private const int MaxCharacters = 200;

    private readonly HashSet<string> _shown = [];

    /// <summary>An operator, its problems, their age and reason.</summary>
    public static string Describe(OperatorStanding standing) =>
        $"{standing.Name}: {string.Join(", ", standing.Problems)} for {TimeText.Of(standing.UnstableFor)}{Why(standing)}";

    public void Show(StabilityState state)
    {
        foreach (StabilityEvent happened in state.Events)
        {
            activity.Verbose($"Cluster: {happened}.");
        }

        IReadOnlyList<OperatorStanding> unstable = state.Unstable;
        limited.Progress(new(Work, Status(state, unstable))
        {
            Percent = stableFor > TimeSpan.Zero && state.StableFor is { } stable ? (int)Math.Min(100, 100 * (stable / stableFor))
                : unstable.Count > 0 ? new Tally(state.Operators.Count - unstable.Count, state.Operators.Count, "").Percent
                : null,
            Remaining = state.StableFor is null ? null : state.Remaining,
        });
        OperatorStanding[] shown = [.. unstable.Take(MaxShown)];
        Close(_shown.Except(shown.Select(o => o.Name)).ToArray());
        foreach (OperatorStanding standing in shown)
        {
            _shown.Add(standing.Name);
            activity.Progress(new(standing.Name, Describe(standing)[(standing.Name.Length + 2)..]) { PartOf = Work });
        }
    }

    public void End()
    {
        Close(_shown.ToArray());
        activity.Progress(new(Work, "") { Completed = true });
    }

    private void Close(string[] names)
    {
        foreach (string name in names)
        {
            _shown.Remove(name);
            activity.Progress(new(name, "") { PartOf = Work, Completed = true });
        }
    }

    private string Status(StabilityState state, IReadOnlyList<OperatorStanding> unstable) =>
        state.Obstacle
        ?? (unstable.Count > 0
            ? $"{unstable.Count} of {state.Operators.Count} operators are not stable"
            : $"stable for {TimeText.Of(state.StableFor ?? TimeSpan.Zero)} of {TimeText.Of(stableFor)}");

    private static string Why(OperatorStanding standing)
    {
        string why = DisplayText.OfProse(string.Join(": ", new[] { standing.Reason, standing.Message }.OfType<string>()));
        return why.Length == 0 ? "" : $" ({(why.Length > MaxCharacters ? why[..MaxCharacters] + "..." : why)})";
    }
}
