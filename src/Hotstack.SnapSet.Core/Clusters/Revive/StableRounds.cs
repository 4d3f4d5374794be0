using Hotstack.Clusters.Assess;
using Hotstack.Clusters.Stability;

namespace Hotstack.Clusters.Revive;

/// <summary>Waits until the operators of a cluster are stable, round after round, and its APIs serve.</summary>
/// <remarks>
/// <para>A round has passed when all operators have been stable for its time. The time counts from the last change of an operator. Rounds
/// are consecutive: a round also counts only from the end of the round before. A change restarts the
/// current round and none of the earlier ones. One exception: the first round, if it is shorter than the second, is the beginning of the
/// second. With 5 s, 60 s and 60 s, a cluster that becomes whole during the first round has passed all of them after 120 s.</para>
/// <para>What was before the first poll counts by the operators' own times, but not before the operators had settled. The last round counts
/// only what this run itself saw: whatever the clock of an operator shows, no change is younger than the last round.</para>
/// <para>If APIs are missing before a round for longer than a moment, the round counts from when they serve.</para>
/// </remarks>
internal sealed class StableRounds
{
    private static readonly TimeSpan RoundTimeout = TimeSpan.FromMinutes(20);
    private static readonly TimeSpan ApiServicesTimeout = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan RecentChange = TimeSpan.FromMinutes(5);

    /// <summary>APIs that are missing for less than this restart no round.</summary>
    private static readonly TimeSpan ShortAbsence = TimeSpan.FromSeconds(10);

    private readonly Revival _revival;
    private readonly ClusterExemptions _exemptions;
    private readonly IReadOnlyList<TimeSpan> _rounds;
    private readonly OperatorPolls _polls;
    private DateTimeOffset _from = DateTimeOffset.MinValue;
    private DateTimeOffset _end = DateTimeOffset.MinValue;

    /// <param name="revival">The cluster, and how to revive it.</param>
    /// <param name="exemptions">What does not count.</param>
    /// <param name="settledSince">Since when the operators' status is newer than the boot, by our clock.</param>
    public StableRounds(Revival revival, ClusterExemptions exemptions, DateTimeOffset settledSince)
    {
        (_revival, _exemptions, _rounds) = (revival, exemptions, revival.Request.StableFor);
        _polls = new OperatorPolls(revival.Cluster, TimeSpan.Zero, exemptions, revival.Activity);
        _polls.Tracker.Trusted = _polls.Now - settledSince;
    }

    /// <summary>Waits for a round. Checks the APIs before each later round: the operators may not show yet that one is missing.</summary>
    /// <param name="number">Which, from 0.</param>
    /// <param name="stop">Stops the wait.</param>
    /// <exception cref="HotstackException"><c>ClusterNotStable</c>, <c>ApiServicesNotAvailable</c>, <c>NotOpenShift</c>.</exception>
    public async Task<string> AwaitAsync(int number, CancellationToken stop)
    {
        TimeSpan stableFor = _rounds[number];
        _from = number == 1 && _rounds[0] < stableFor ? _from : _end;
        if (number > 0)
        {
            DateTimeOffset began = _polls.Now;
            await AwaitApisAsync(stop);
            _from = _polls.Now - began > ShortAbsence ? _polls.Now : _from;
        }

        if (number == _rounds.Count - 1)
        {
            DateTimeOffset first = _polls.Tracker.FirstPoll ?? _polls.Now;
            _from = _from > first ? _from : first;
        }

        _polls.Tracker.Begin(stableFor, _from);
        await AwaitStableAsync(stableFor, stop);
        _end = _polls.Tracker.RoundSince!.Value + stableFor;
        return "all operators are stable";
    }

    /// <summary>Waits until all APIs serve that count.</summary>
    /// <exception cref="HotstackException"><c>ApiServicesNotAvailable</c>.</exception>
    public async Task<string> AwaitApisAsync(CancellationToken stop)
    {
        var wait = new WaitForApiServices(_revival.Cluster, _exemptions, _revival.Activity);
        await wait.RunAsync(_revival.Request.PollInterval, _revival.AtMost(ApiServicesTimeout), stop);
        return wait.LeftOut.Count == 0 ? "all APIs serve" : $"all APIs serve that count; not available: {string.Join(", ", wait.LeftOut)}";
    }

    private async Task AwaitStableAsync(TimeSpan stableFor, CancellationToken stop)
    {
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                await new WaitForStability(_revival.Cluster, _revival.Activity).RunAsync(
                    _polls, stableFor, _revival.Request.PollInterval, _revival.AtMost(RoundTimeout + stableFor), stop);
                return;
            }
            catch (ClusterNotStableException e) when (
                attempt < _revival.Request.MaxRounds && IsProgressing(e) && _revival.Deadline.Left > RoundTimeout)
            {
                _revival.Activity.Verbose($"{e.Message} There is progress, so another round begins.");
            }
        }
    }

    /// <summary>Something changed recently, so waiting may help.</summary>
    private bool IsProgressing(ClusterNotStableException failure) =>
        failure.History.Count > 0 && _revival.Cluster.Now - failure.History[^1].At < RecentChange;
}
