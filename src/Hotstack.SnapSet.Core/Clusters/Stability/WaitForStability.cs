using Hotstack.Clusters.Assess;
using Hotstack.Http;
using Hotstack.OpenShift;
using Hotstack.OpenShift.Objects;

namespace Hotstack.Clusters.Stability;

/// <summary>Waits until all operators of a cluster have been stable for some time.</summary>
internal sealed class WaitForStability(Cluster cluster, IActivity activity)
{
    private static readonly TimeSpan ShortestPause = TimeSpan.FromSeconds(1);

    /// <param name="stableFor">For how long they have to be stable without a break.</param>
    /// <param name="exemptions">What does not count.</param>
    /// <param name="interval">The pause between two looks. The last one is shorter if that is enough.</param>
    /// <param name="timeout">For the whole.</param>
    /// <param name="stop">Ends it.</param>
    /// <exception cref="HotstackException">The time was over before the cluster was stable (<c>ClusterNotStable</c>); it is not
    /// OpenShift (<c>NotOpenShift</c>); it does not accept us, and has not for minutes.</exception>
    public async Task<StabilityResult> RunAsync(
        TimeSpan stableFor, ClusterExemptions exemptions, TimeSpan interval, TimeSpan timeout, CancellationToken stop)
    {
        Cluster polled = cluster.ForPolling();
        var patience = new ApiPatience(cluster.Time) { IsAbsenceFinal = true };
        var tracker = new StabilityTracker(stableFor, exemptions.Operators);
        var progress = new StabilityProgress(stableFor, activity);
        var history = new List<StabilityEvent>();
        DateTimeOffset start = cluster.Time.GetUtcNow();
        long mark = cluster.Time.GetTimestamp();
        try
        {
            while (true)
            {
                StabilityState state = await LookAsync();
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
            await OpenShiftApi.RequireAsync(cluster, stop);
            throw;
        }
        finally
        {
            progress.End();
        }

        async Task<StabilityState> LookAsync()
        {
            (bool isThere, ObjectList<ClusterOperator>? list) = await patience
                .TryAsync(() => polled.ListAsync(OpenShiftKinds.ClusterOperators, stop));
            if (isThere)
            {
                exemptions.WarnOfUnmatchedOperators(list!.Items, activity);
            }

            DateTimeOffset now = start + cluster.Time.GetElapsedTime(mark); // not set back by whoever sets the clock
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
            : culprits.Count > 0 ? $"{culprits.Count} of {state.Operators.Count} operators are not stable: {string.Join("; ", culprits.Select(StabilityProgress.Describe))}."
            : history.Count == 0 ? "all of its operators are, but not for long enough."
            : $"all of its operators are, but for {TimeText.Of(state.StableFor ?? TimeSpan.Zero)} only; the last that happened: {history[^1]}.";
        return new ClusterNotStableException(
            culprits, history,
            state.IsHopeless ? $"The cluster cannot be found stable: {reason}"
                : $"The cluster was not stable for {TimeText.Of(stableFor)} within {TimeText.Of(timeout)}: {reason}")
        {
            Target = culprits.Count > 0 ? culprits[0].Name : cluster.Context,
            Hint = state.IsHopeless ? "Ignore fewer operators: use -IgnoreOperator only for operators that never become stable." : "Look at 'oc get clusteroperators'. Increase the timeout, or ignore operators that never become stable.",
        };
    }
}
