using Hotstack.Clusters.Assess;
using Hotstack.Http;
using Hotstack.OpenShift;
using Hotstack.OpenShift.Objects;

namespace Hotstack.Clusters.Stability;

/// <summary>Waits until all operators of a cluster have been stable for some time.</summary>
internal sealed class WaitForStability(Cluster cluster, IActivity activity)
{
    private static readonly TimeSpan ShortestPause = TimeSpan.FromSeconds(1);

    /// <param name="stableFor">How long they must be stable without a break.</param>
    /// <param name="exemptions">What does not count.</param>
    /// <param name="interval">The pause between two polls. The last one is shorter if that is enough.</param>
    /// <param name="timeout">The timeout of the whole wait.</param>
    /// <param name="stop">Cancels it.</param>
    /// <exception cref="HotstackException">The cluster is not stable in time (<c>ClusterNotStable</c>); it is not OpenShift
    /// (<c>NotOpenShift</c>); it refuses our login for minutes.</exception>
    public async Task<StabilityResult> RunAsync(
        TimeSpan stableFor, ClusterExemptions exemptions, TimeSpan interval, TimeSpan timeout, CancellationToken stop)
    {
        Cluster polled = cluster.ForPolling();
        var patience = new ApiPatience(cluster.Time) { IsAbsenceFinal = true };
        var tracker = new StabilityTracker(stableFor, exemptions.Operators);
        var progress = new Progress(stableFor, activity);
        var history = new List<StabilityEvent>();
        DateTimeOffset start = cluster.Time.GetUtcNow();
        long mark = cluster.Time.GetTimestamp();
        try
        {
            while (true)
            {
                StabilityState state = await PollAsync();
                history.AddRange(state.Events);
                progress.Show(state);
                TimeSpan waited = cluster.Time.GetElapsedTime(mark);
                if (state.IsReached)
                {
                    return new StabilityResult
                    {
                        Operators = state.Operators,
                        Waited = waited,
                        StableFor = state.StableFor ?? TimeSpan.Zero,
                        History = history,
                    };
                }

                if (waited >= timeout || state.IsHopeless)
                {
                    throw NotStable(state, stableFor, timeout, history);
                }

                await Poll.PauseAsync(Pause(state, interval, timeout - waited), cluster.Time, stop);
            }
        }
        catch (ServiceException e) when (e.Cause == ErrorCause.NotFound)
        {
            await ClusterKind.RequireOpenShiftAsync(cluster, stop);
            throw;
        }
        finally
        {
            progress.End();
        }

        async Task<StabilityState> PollAsync()
        {
            (bool isThere, ObjectList<ClusterOperator>? list) = await patience
                .TryAsync(() => polled.ListAsync(OpenShiftKinds.ClusterOperators, stop));
            if (isThere)
            {
                exemptions.WarnOfUnmatchedOperators(list!.Items, activity);
            }

            DateTimeOffset now = start + cluster.Time.GetElapsedTime(mark); // A changed clock does not set it back.
            return isThere
                ? tracker.Observe(list!.Items, cluster.Now, now)
                : tracker.ObserveFailure(patience.LastFailure!.Message, cluster.Now, now);
        }
    }

    private static TimeSpan Pause(StabilityState state, TimeSpan interval, TimeSpan left)
    {
        TimeSpan pause = state.StableFor is not null && state.Remaining < interval ? state.Remaining : interval;
        pause = pause < ShortestPause ? ShortestPause : pause;
        return pause < left ? pause : left;
    }

    private ClusterNotStableException NotStable(StabilityState state, TimeSpan stableFor, TimeSpan timeout, List<StabilityEvent> history)
    {
        IReadOnlyList<OperatorStanding> culprits = state.Unstable;
        string reason = state.Obstacle is { } obstacle ? $"{obstacle}."
            : culprits.Count > 0 ? $"{culprits.Count} of {state.Operators.Count} operators are not stable: "
                + $"{string.Join("; ", culprits.Select(Progress.Describe))}."
            : history.Count == 0 ? "all of its operators are stable, but not for long enough."
            : $"all of its operators are stable, but for {TimeText.Of(state.StableFor ?? TimeSpan.Zero)} only; "
                + $"the last change: {history[^1]}.";
        return new ClusterNotStableException(
            culprits, history,
            state.IsHopeless ? $"The cluster cannot become stable: {reason}"
                : $"The cluster was not stable for {TimeText.Of(stableFor)} within {TimeText.Of(timeout)}: {reason}")
        {
            Target = culprits.Count > 0 ? culprits[0].Name : cluster.Context,
            Hint = state.IsHopeless
                ? "Ignore fewer operators: use -IgnoreOperator only for operators that never become stable."
                : "Look at 'oc get clusteroperators'. Increase the timeout, or ignore operators that never become stable.",
        };
    }

    /// <summary>Shows the progress of the wait, and of each operator that is not stable.</summary>
    private sealed class Progress(TimeSpan stableFor, IActivity activity)
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
            activity.Progress(new(Work, Status(state, unstable))
            {
                Percent = stableFor > TimeSpan.Zero && state.StableFor is { } stable
                    ? (int)Math.Min(100, 100 * (stable / stableFor)) : null,
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
}

/// <summary>A cluster that became stable.</summary>
public sealed record StabilityResult
{
    /// <summary>Its operators, without the ignored ones.</summary>
    public required IReadOnlyList<OperatorStanding> Operators { get; init; }

    /// <summary>How long the wait took.</summary>
    public required TimeSpan Waited { get; init; }

    /// <summary>How long it had been stable at the end.</summary>
    public required TimeSpan StableFor { get; init; }

    /// <summary>The changes during the wait.</summary>
    public required IReadOnlyList<StabilityEvent> History { get; init; }
}
