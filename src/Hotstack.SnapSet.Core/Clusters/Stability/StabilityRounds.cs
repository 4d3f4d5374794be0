namespace Hotstack.Clusters.Stability;

/// <summary>The rounds of a wait for stability: from when each one counts.</summary>
/// <remarks>
/// A round counts from the last change of an operator, and only from the end of the round before. One exception: the first round, if it is
/// shorter than the second, is the beginning of the second. With 5 s, 60 s and 60 s, a cluster that becomes whole during the first round
/// has passed all of them after 120 s. The last round counts only what the polls themselves saw: whatever the clock of an operator shows,
/// no change is younger than the last round.
/// </remarks>
/// <param name="polls">The polls, whose tracker knows the round.</param>
/// <param name="rounds">How long each round is; one at least.</param>
internal sealed class StabilityRounds(OperatorPolls polls, IReadOnlyList<TimeSpan> rounds)
{
    private DateTimeOffset _from = DateTimeOffset.MinValue;
    private DateTimeOffset _end = DateTimeOffset.MinValue;

    /// <summary>How long all rounds take at least.</summary>
    public static TimeSpan TotalOf(IReadOnlyList<TimeSpan> rounds) => rounds.Aggregate(TimeSpan.Zero, (sum, round) => sum + round);

    /// <summary>The rounds as a text: <c>60 s</c>; <c>5 s, 60 s, 60 s</c>.</summary>
    public static string TextOf(IReadOnlyList<TimeSpan> rounds) => string.Join(", ", rounds.Select(TimeText.Of));

    /// <summary>Begins a round.</summary>
    /// <param name="number">Which, from 0.</param>
    /// <param name="isInterrupted">What was before does not count at all.</param>
    public void Begin(int number, bool isInterrupted = false)
    {
        _from = isInterrupted ? polls.Now : number == 1 && rounds[0] < rounds[1] ? _from : _end;
        if (number == rounds.Count - 1)
        {
            DateTimeOffset first = polls.Tracker.FirstPoll ?? polls.Now;
            _from = _from > first ? _from : first;
        }

        polls.Tracker.Begin(rounds[number], _from);
    }

    /// <summary>Ends a round that has passed.</summary>
    public void End(int number) => _end = polls.Tracker.RoundSince!.Value + rounds[number];
}
