using System.Globalization;
using Hotstack.Clusters.Assess;
using Hotstack.OpenShift.Objects;
using Xunit;

namespace Hotstack.Clusters.Stability;

/// <summary>
/// Histories of looks, one after the other: the second, and each operator with its Available, Progressing and Degraded
/// (T, F, U for Unknown, - for none) and the second of its last transition. Beside them for how long the cluster is known
/// to be stable: a dash for not stable, an asterisk for long enough.
/// </summary>
public sealed class StabilityTrackerTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 14, 9, 0, 0, TimeSpan.Zero);

    [Theory]
    // Usual ways.
    [InlineData("0 a=TFF@-500 | 10 a=TFF@-500 | 50 a=TFF@-500 | 60 a=TFF@-500", "0 10 50 60*")]
    [InlineData("0 a=TFF@-500 | 59 a=TFF@-500", "0 59")]
    [InlineData("0 a=TFF@-500 | 10 a=TFF@-500 | 90 a=TFF@-500", "0 10 90*")]
    [InlineData("0 a=TTF@-5 | 10 a=TFF@8 | 20 a=TFF@8 | 70 a=TFF@8", "- 0 10 60*")]
    [InlineData("0 a=TFF@-500 b=TFF@-5 | 60 a=TFF@-500 b=TFF@-5", "0 60*")]
    // A last transition before the first look gives nothing: nobody looked then.
    [InlineData("0 a=TFF@-3600 | 10 a=TFF@-3600", "0 10")]
    // Not stable.
    [InlineData("0 a=FFF@-5", "-")]
    [InlineData("0 a=TTF@-5", "-")]
    [InlineData("0 a=TFT@-5", "-")]
    [InlineData("0 a=UFF@-5", "-")]
    [InlineData("0 a=TUF@-5", "-")]
    [InlineData("0 a=TFU@-5", "-")]
    [InlineData("0 a=-FF@-5", "-")]
    [InlineData("0 a=T-F@-5", "-")]
    [InlineData("0 a=TF-@-5", "-")]
    [InlineData("0 a=---@-5", "-")]
    [InlineData("0 a=TFF@-500 b=TFT@-5 | 60 a=TFF@-500 b=TFT@-5", "- -")]
    // No operators.
    [InlineData("0 | 60 | 120", "- - -")]
    [InlineData("0 a=TFF@-500 | 10 | 20 a=TFF@-500 | 80 a=TFF@-500", "0 - 0 60*")]
    // Unstable for a look.
    [InlineData("0 a=TFF@-500 | 10 a=TTF@9 | 20 a=TFF@18 | 70 a=TFF@18 | 80 a=TFF@18", "0 - 0 50 60*")]
    // Unstable between two polls: from the look that shows it, whatever time the operator claims.
    [InlineData("0 a=TFF@-500 | 50 a=TFF@-500 | 60 a=TFF@57 | 117 a=TFF@57 | 120 a=TFF@57", "0 50 0 57 60*")]
    [InlineData("0 a=TFF@-500 b=TFF@-500 | 50 a=TFF@42 b=TFF@45 | 110 a=TFF@42 b=TFF@45", "0 0 60*")]
    // A transition that moved to a time before the last look, or vanished, or appeared: from now.
    [InlineData("0 a=TFF@-500 | 50 a=TFF@-400 | 109 a=TFF@-400 | 110 a=TFF@-400", "0 0 59 60*")]
    [InlineData("0 a=TFF@-500 | 50 a=TFF | 110 a=TFF", "0 0 60*")]
    [InlineData("0 a=TFF | 50 a=TFF@-500 | 110 a=TFF@-500", "0 0 60*")]
    // It comes from the future, by a clock that was ahead: from when it was seen, not from when it will be.
    [InlineData("0 a=TFF@900 | 60 a=TFF@900", "0 60*")]
    [InlineData("0 a=TFF@-500 | 50 a=TFF@900 | 110 a=TFF@900", "0 0 60*")]
    // Came, went, or is another of its name.
    [InlineData("0 a=TFF@-500 b=TFF@-500 | 50 a=TFF@-500 | 110 a=TFF@-500", "0 0 60*")]
    [InlineData("0 a=TFF@-500 | 50 a=TFF@-500 b=TFF@-500 | 110 a=TFF@-500 b=TFF@-500", "0 0 60*")]
    [InlineData("0 a=TFF@-500 | 50 a=TFF@-500#2 | 110 a=TFF@-500#2", "0 0 60*")]
    // A short failure, and no change meanwhile: the time continues.
    [InlineData("0 a=TFF@-500 | 50 a=TFF@-500 | 52 ! | 60 a=TFF@-500", "0 50 - 60*")]
    [InlineData("0 a=TFF@-500 | 49 a=TFF@-500 | 59 ! | 61 a=TFF@-500 | 62 a=TFF@-500", "0 49 - 61* 62*")]
    [InlineData("0 a=TFF@-500 | 50 a=TFF@-500 | 52 ! | 55 a=TFF@53 | 115 a=TFF@53", "0 50 - 0 60*")]
    // Could not be read.
    [InlineData("0 a=TFF@-500 | 50 ! | 61 a=TFF@-500 | 121 a=TFF@-500", "0 - 0 60*")]
    [InlineData("0 ! | 10 ! | 20 a=TFF@-500 | 80 a=TFF@-500", "- - 0 60*")]
    [InlineData("0 a=TFF@-500 | 60 !", "0 -")]
    // Stays reached, and is lost again.
    [InlineData("0 a=TFF@-500 | 60 a=TFF@-500 | 70 a=TFF@-500 | 80 a=TFT@75", "0 60* 70* -")]
    public void Time_is_counted_from_the_last_trouble(string history, string expected) =>
        Assert.Equal(expected, Follow(new StabilityTracker(TimeSpan.FromSeconds(60), new Exempt([])), history));

    [Theory]
    [InlineData("0 a=TFF@-500 bad=TTF@-5 | 60 a=TFF@-500 bad=TTF@-5", "0 60*")]
    [InlineData("0 a=TFF@-500 bad=TFF@-5 | 30 a=TFF@-500 | 50 a=TFF@-500 bad=FFT@45 | 60 a=TFF@-500 bad=FFT@45", "0 30 50 60*")]
    [InlineData("0 bad=TFF@-500 | 60 bad=TFF@-500", "- -")]
    [InlineData("0 a=TFT@-500 bad=TFF@-5", "-")]
    [InlineData("0 Badge=TTF@-5 a=TFF@-5 | 60 a=TFF@-5", "0 60*")]
    public void What_is_ignored_does_not_count(string history, string expected) =>
        Assert.Equal(expected, Follow(new StabilityTracker(TimeSpan.FromSeconds(60), new Exempt(["no-such", "b?d*"])), history));

    [Theory]
    [InlineData(3600)]
    [InlineData(-3600)]
    [InlineData(-2)]
    public void Another_clock_of_the_cluster_changes_nothing(int skew) =>
        Assert.Equal("0 50 0 60*", Follow(
            new StabilityTracker(TimeSpan.FromSeconds(60), new Exempt([])),
            "0 a=TFF@-500 | 50 a=TFF@-500 | 60 a=TFF@57 | 120 a=TFF@57",
            _ => skew));

    [Theory]
    // By the operators' own times, which may be a second older than they show.
    [InlineData("0 a=TFF@-31 b=TFF@-500 | 30 a=TFF@-31 b=TFF@-500", 300, "30 60*")]
    [InlineData("0 a=TFF@-3600", 300, "300*")]
    [InlineData("0 a=TFF@-3600 | 30 a=TFF@-3600 | 50 a=TFF@-3600", 10, "10 40 60*")]
    [InlineData("0 a=TTF@-3600 | 1 a=TFF@1 | 61 a=TFF@1", 300, "- 0 60*")]
    // Impossible or missing times prove nothing, and neither does a time to come of the caller.
    [InlineData("0 a=TFF@900 b=TFF@-500", 300, "0")]
    [InlineData("0 a=TFF b=TFF@-500", 300, "0")]
    [InlineData("0 a=TFF@-3600", -5, "0")]
    // It counts once.
    [InlineData("0 a=TFF@-3600 | 1 a=TFF@0 | 2 a=TFF@0", 300, "300* 0 1")]
    public void What_was_before_the_first_look_counts_as_far_as_it_is_trusted(string history, int trusted, string expected) =>
        Assert.Equal(expected, Follow(
            new StabilityTracker(TimeSpan.FromSeconds(60), new Exempt([])) { Trusted = TimeSpan.FromSeconds(trusted) }, history));

    [Fact]
    public void A_round_does_not_count_what_was_before_it()
    {
        var tracker = new StabilityTracker(TimeSpan.FromSeconds(60), new Exempt([])) { Trusted = TimeSpan.FromHours(1) };
        tracker.Begin(TimeSpan.FromSeconds(60), Start - TimeSpan.FromSeconds(20));

        Assert.Equal("20 50 60*", Follow(tracker, "0 a=TFF@-500 | 30 a=TFF@-500 | 40 a=TFF@-500"));
        Assert.Equal(Start - TimeSpan.FromSeconds(20), tracker.RoundSince);
    }

    [Theory]
    [InlineData(3600)]
    [InlineData(-3600)]
    public void A_clock_of_the_cluster_that_is_set_meanwhile_neither_ends_the_wait_nor_starts_it_anew(int jump) =>
        Assert.Equal("0 10 20 60*", Follow(
            new StabilityTracker(TimeSpan.FromSeconds(60), new Exempt([])),
            "0 a=TFF@-500 | 10 a=TFF@-500 | 20 a=TFF@-500 | 60 a=TFF@-500",
            second => second >= 20 ? jump : 0, shiftsTransitions: false));

    [Fact]
    public void No_time_at_all_takes_one_good_look() =>
        Assert.Equal("- 0*", Follow(new StabilityTracker(TimeSpan.Zero, new Exempt([])), "0 a=TTF@-5 | 10 a=TFF@8"));

    [Fact]
    public void Ten_second_looks_reach_a_minute_after_a_minute()
    {
        string history = string.Join(" | ", Enumerable.Range(0, 8).Select(look => $"{look * 10} a=TFF@-500"));
        Assert.Equal("0 10 20 30 40 50 60* 70*", Follow(new StabilityTracker(TimeSpan.FromSeconds(60), new Exempt([])), history));
    }

    [Fact]
    public void What_happened_is_told_once()
    {
        var events = new List<string>();
        Follow(
            new StabilityTracker(TimeSpan.FromSeconds(60), new Exempt([])),
            "0 a=TTF@-5 b=TFF@-9 | 10 a=TTF@-5 b=TFF@-9 | 20 a=TTT@15 b=TFF@-9 | 30 a=TFF@25 b=TFF@27 | 40 ! | 50 ! | 60 a=TFF@25 c=U-F@1",
            events: events);
        Assert.Equal(
            [
                "a is Progressing (Why)", "a is Degraded, Progressing (Why)", "a became stable", "b was unstable between two polls",
                "the operators could not be read: away", "c appeared", "c is AvailableUnknown, ProgressingUnknown (Why)", "b vanished",
            ],
            events);
    }

    [Fact]
    public void A_culprit_tells_what_is_wrong_and_for_how_long()
    {
        var tracker = new StabilityTracker(TimeSpan.FromSeconds(60), new Exempt([]));
        tracker.Observe(Operators("a=TTF@-300 b=TFF@1 c=TF-", Start), Start, Start);
        StabilityState state = tracker.Observe(
            Operators("a=TTF@-300 b=FTF@15 c=TF-", Start), Start + TimeSpan.FromSeconds(20), Start + TimeSpan.FromSeconds(20));
        Assert.Equal(["a", "c", "b"], state.Unstable.Select(o => o.Name));
        Assert.Equal([320, 20, 5], state.Unstable.Select(o => o.UnstableFor.TotalSeconds));
        Assert.Equal([Start - TimeSpan.FromSeconds(300), null, Start + TimeSpan.FromSeconds(15)], state.Unstable.Select(o => o.Since));
        Assert.Equal(["Unavailable", "Progressing"], state.Unstable[2].Problems);
        Assert.Equal(("Why", "In many words"), (state.Unstable[0].Reason, state.Unstable[0].Message));
        Assert.Equal((null, "it does not report that condition"), (state.Unstable[1].Reason, state.Unstable[1].Message));
        Assert.Equal(3, state.Operators.Count);
    }

    [Fact]
    public void Without_a_culprit_there_is_an_obstacle()
    {
        var tracker = new StabilityTracker(TimeSpan.FromSeconds(60), new Exempt(["a"]));
        Assert.Equal("it has no operators", tracker.Observe([], Start, Start).Obstacle);
        Assert.Equal("all of its operators are ignored", tracker.Observe(Operators("a=TFF", Start), Start, Start).Obstacle);
        Assert.Equal("its operators cannot be read: away", tracker.ObserveFailure("away", Start, Start).Obstacle);
        Assert.Null(tracker.Observe(Operators("b=TFT", Start), Start, Start).Obstacle);
    }

    /// <summary>What happened after the poll was sent may not be in the answer.</summary>
    [Fact]
    public void A_slow_answer_counts_from_when_it_was_asked_for()
    {
        var tracker = new StabilityTracker(TimeSpan.FromSeconds(60), new Exempt([]));
        tracker.Observe(Operators("a=TFF@-500", Start), Start, Start);

        StabilityState slow = tracker.Observe(Operators("a=TFF@-500", Start), At(61), At(61), asked: At(55));
        StabilityState next = tracker.Observe(Operators("a=TFF@-500", Start), At(63), At(63), asked: At(61));

        Assert.Equal((false, true), (slow.IsReached, next.IsReached));

        static DateTimeOffset At(int second) => Start + TimeSpan.FromSeconds(second);
    }

    private static string Follow(
        StabilityTracker tracker, string history, Func<int, int>? skew = null, bool shiftsTransitions = true, List<string>? events = null)
    {
        var result = new List<string>();
        foreach (string look in history.Split('|', StringSplitOptions.TrimEntries))
        {
            string[] parts = look.Split(' ', 2);
            int second = int.Parse(parts[0], CultureInfo.InvariantCulture);
            string operators = parts.Length > 1 ? parts[1] : "";
            TimeSpan ahead = TimeSpan.FromSeconds(skew?.Invoke(second) ?? 0);
            DateTimeOffset now = Start + TimeSpan.FromSeconds(second);
            StabilityState state = operators == "!"
                ? tracker.ObserveFailure("away", now + ahead, now)
                : tracker.Observe(Operators(operators, shiftsTransitions ? Start + ahead : Start), now + ahead, now);
            result.Add($"{(state.StableFor is { } time ? $"{time.TotalSeconds}" : "-")}{(state.IsReached ? "*" : "")}");
            events?.AddRange(state.Events.Select(e => $"{e}"));
        }

        return string.Join(' ', result);
    }

    private static ClusterOperator[] Operators(string text, DateTimeOffset start) =>
        [.. text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(one => Operator(one, start))];

    /// <summary><c>name=TFF@seconds#uid</c>.</summary>
    private static ClusterOperator Operator(string text, DateTimeOffset start)
    {
        string[] uid = text.Split('#');
        string[] time = uid[0].Split('@');
        string[] state = time[0].Split('=');
        DateTimeOffset? transition = time.Length > 1 ? start + TimeSpan.FromSeconds(int.Parse(time[1], CultureInfo.InvariantCulture))
            : null;
        string[] types = ["Available", "Progressing", "Degraded"];
        return new ClusterOperator
        {
            Name = state[0],
            Uid = uid.Length > 1 ? uid[1] : "1",
            Conditions =
            [
                new Condition("Upgradeable", "False"),
                .. types.Zip(state[1]).Where(pair => pair.Second != '-').Select(pair => new Condition(pair.First, Status(pair.Second))
                {
                    Reason = "Why",
                    Message = "In many words",
                    LastTransitionTime = transition,
                }),
            ],
        };
    }

    private static string Status(char letter) => letter switch { 'T' => "True", 'F' => "False", _ => "Unknown" };
}
