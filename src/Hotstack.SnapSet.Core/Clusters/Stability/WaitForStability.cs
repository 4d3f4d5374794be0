using Hotstack.Clusters.Assess;
using Hotstack.Http;
using Hotstack.OpenShift;

namespace Hotstack.Clusters.Stability;

/// <summary>Waits until all operators of a cluster have been stable for some time.</summary>
internal sealed class WaitForStability(Cluster cluster, IActivity activity)
{
    /// <summary>A pause is at least so long, or it may be rounded to nothing.</summary>
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(50);

    /// <summary>The pause between two polls of a cluster that does not change.</summary>
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);

    /// <summary>A poll comes late by at most this part of the time that it was waited for.</summary>
    private const double Lateness = 1.0 / 60;

    /// <param name="stableFor">How long they must be stable without a break, while this run looks.</param>
    /// <param name="exemptions">What does not count.</param>
    /// <param name="interval">The pause between two polls, which grows as it does in a round.</param>
    /// <param name="timeout">The timeout of the whole wait.</param>
    /// <param name="stop">Cancels it.</param>
    /// <exception cref="HotstackException">The cluster is not stable in time (<c>ClusterNotStable</c>); it is not OpenShift
    /// (<c>NotOpenShift</c>); it refuses our login for minutes.</exception>
    public Task<StabilityResult> RunAsync(
        TimeSpan stableFor, ClusterExemptions exemptions, TimeSpan interval, TimeSpan timeout, CancellationToken stop) =>
        RunAsync(new OperatorPolls(cluster, stableFor, exemptions, activity), stableFor, interval, timeout, stop);

    /// <summary>The same for several rounds, one after the other.</summary>
    /// <param name="rounds">How long each one is, while this run looks.</param>
    /// <param name="exemptions">What does not count.</param>
    /// <param name="interval">The pause between two polls.</param>
    /// <param name="timeout">The timeout of all of them.</param>
    /// <param name="stop">Cancels them.</param>
    /// <exception cref="HotstackException">As of the other one.</exception>
    public async Task RunAsync(
        IReadOnlyList<TimeSpan> rounds, ClusterExemptions exemptions, TimeSpan interval, TimeSpan timeout, CancellationToken stop)
    {
        var polls = new OperatorPolls(cluster, rounds[0], exemptions, activity);
        var round = new StabilityRounds(polls, rounds);
        DateTimeOffset begun = polls.Now;
        for (int number = 0; number < rounds.Count; number++)
        {
            round.Begin(number);
            await RunAsync(polls, rounds[number], interval, timeout - (polls.Now - begun), stop, timeout);
            round.End(number);
        }
    }

    /// <summary>The same for a round, whose polls continue those of the rounds before.</summary>
    /// <param name="polls">The polls, whose tracker knows the round.</param>
    /// <param name="stableFor">How long the round is.</param>
    /// <param name="interval">The pause between two polls. While nothing changes, it grows to a sixtieth of the time since the last
    /// change, and to 10 s at most. The last one is shorter if that is enough.</param>
    /// <param name="timeout">The timeout of the round.</param>
    /// <param name="stop">Cancels it.</param>
    /// <param name="whole">The timeout of all rounds, for the message; null if that of the round is all there is.</param>
    /// <exception cref="HotstackException">As of the other one.</exception>
    public async Task<StabilityResult> RunAsync(
        OperatorPolls polls, TimeSpan stableFor, TimeSpan interval, TimeSpan timeout, CancellationToken stop, TimeSpan? whole = null)
    {
        var progress = new StabilityProgress(stableFor, activity, activity.AtMost(timeout, cluster.Time));
        var history = new List<StabilityEvent>();
        DateTimeOffset begun = polls.Now, changed = begun;
        try
        {
            while (true)
            {
                StabilityState state = await polls.PollAsync(stop);
                history.AddRange(state.Events);
                changed = state.Events.Count > 0 ? polls.Now : changed;
                progress.Show(state);
                TimeSpan waited = polls.Now - begun;
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
                    throw NotStable(state, stableFor, timeout, whole ?? timeout, history);
                }

                await Poll.PauseAsync(Pause(state, interval, polls.Now - changed, timeout - waited), cluster.Time, stop);
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
    }

    private static TimeSpan Pause(StabilityState state, TimeSpan interval, TimeSpan unchanged, TimeSpan left)
    {
        TimeSpan grown = unchanged * Lateness;
        grown = grown > LongestPause ? LongestPause : grown;
        TimeSpan pause = grown > interval ? grown : interval;
        pause = state.StableFor is not null && state.Remaining < pause ? state.Remaining : pause;
        pause = pause < ShortestPause ? ShortestPause : pause;
        return pause < left ? pause : left;
    }

    private ClusterNotStableException NotStable(
        StabilityState state, TimeSpan stableFor, TimeSpan timeout, TimeSpan whole, List<StabilityEvent> history)
    {
        string within = timeout < whole ? $"the {TimeText.Of(timeout)} that remained of {TimeText.Of(whole)}" : TimeText.Of(timeout);
        IReadOnlyList<OperatorStanding> culprits = state.Unstable;
        string reason = state.Obstacle is { } obstacle ? $"{obstacle}."
            : culprits.Count > 0 ? $"{culprits.Count} of {state.Operators.Count} operators are not stable: "
                + $"{string.Join("; ", culprits.Select(StabilityProgress.Describe))}."
            : history.Count == 0 ? "all of its operators are stable, but not for long enough."
            : $"all of its operators are stable, but for {TimeText.Of(state.StableFor ?? TimeSpan.Zero)} only; "
                + $"the last change: {history[^1]}.";
        return new ClusterNotStableException(
            culprits, history,
            state.IsHopeless ? $"The cluster cannot become stable: {reason}"
                : $"The cluster was not stable for {TimeText.Of(stableFor)} within {within}: {reason}")
        {
            Target = culprits.Count > 0 ? culprits[0].Name : cluster.Name,
            Hint = state.IsHopeless
                ? "Ignore fewer operators: use -IgnoreOperator only for operators that never become stable."
                : "Look at 'oc get clusteroperators'. Increase the timeout, or ignore operators that never become stable.",
        };
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
