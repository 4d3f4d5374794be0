using Hotstack.Clusters.Assess;
using Hotstack.Clusters.Stability;

namespace Hotstack.Clusters.Revive;

/// <summary>Waits until the operators of a cluster are stable, round after round, and its APIs serve.</summary>
/// <remarks>
/// <para>A round has passed when all operators have been stable for its time; <see cref="StabilityRounds"/> says from when it counts. A
/// change restarts the current round and none of the earlier ones.</para>
/// <para>What was before the first poll counts by the operators' own times, but not before the operators had settled.</para>
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
    private readonly OperatorPolls _polls;
    private readonly StabilityRounds _rounds;

    /// <param name="revival">The cluster, and how to revive it.</param>
    /// <param name="exemptions">What does not count.</param>
    /// <param name="settledSince">Since when the operators' status is newer than the boot, by our clock.</param>
    public StableRounds(Revival revival, ClusterExemptions exemptions, DateTimeOffset settledSince)
    {
        (_revival, _exemptions) = (revival, exemptions);
        _polls = new OperatorPolls(revival.Cluster, TimeSpan.Zero, exemptions, revival.Activity);
        _polls.Tracker.Trusted = _polls.Now - settledSince;
        _rounds = new StabilityRounds(_polls, revival.Request.StableFor);
    }

    /// <summary>Waits for a round. Checks the APIs before each later round: the operators may not show yet that one is missing.</summary>
    /// <param name="number">Which, from 0.</param>
    /// <param name="stop">Stops the wait.</param>
    /// <exception cref="HotstackException"><c>ClusterNotStable</c>, <c>ApiServicesNotAvailable</c>, <c>NotOpenShift</c>.</exception>
    public async Task<string> AwaitAsync(int number, CancellationToken stop)
    {
        bool isInterrupted = false;
        if (number > 0)
        {
            DateTimeOffset began = _polls.Now;
            await AwaitApisAsync(stop);
            isInterrupted = _polls.Now - began > ShortAbsence;
        }

        _rounds.Begin(number, isInterrupted);
        await AwaitStableAsync(_revival.Request.StableFor[number], stop);
        _rounds.End(number);
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
