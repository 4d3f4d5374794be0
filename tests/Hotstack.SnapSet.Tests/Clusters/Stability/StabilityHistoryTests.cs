using Hotstack.Clusters.Assess;
using Hotstack.OpenShift.Objects;
using Xunit;

namespace Hotstack.Clusters.Stability;

/// <summary>Random histories of operators that change at any time, by clocks that may be wrong, looked at in random intervals.</summary>
public sealed class StabilityHistoryTests
{
    private const int Histories = 300;

    private static readonly DateTimeOffset Start = new(2026, 3, 14, 9, 0, 0, TimeSpan.Zero);
    private static readonly string[] Types = ["Available", "Progressing", "Degraded"];

    [Fact]
    public void Never_stable_while_a_change_is_younger_than_the_time()
    {
        foreach (RandomHistory history in RandomHistory.Many(Histories))
        {
            DateTimeOffset reached = history.Reached();

            Assert.True(
                reached - history.LastChangeBefore(reached) >= history.StableFor,
                $"seed {history.Seed}: reached {reached - Start} after the start, {reached - history.LastChangeBefore(reached)} after the "
                + $"last change, and not {history.StableFor}");
        }
    }

    /// <summary>Otherwise the histories would prove nothing.</summary>
    [Fact]
    public void By_looks_alone_many_of_these_changes_are_missed()
    {
        int missed = RandomHistory.Many(Histories).Count(history =>
        {
            DateTimeOffset reached = history.ReachedByLooksAlone();
            return reached - history.LastChangeBefore(reached) < history.StableFor;
        });

        Assert.True(missed >= Histories / 10, $"only {missed} of {Histories}");
    }

    [Fact]
    public void Stable_at_the_first_look_after_the_time_and_one_interval()
    {
        foreach (RandomHistory history in RandomHistory.Many(Histories))
        {
            DateTimeOffset reached = history.Reached(fail: false);

            DateTimeOffset last = history.LastChangeBefore(reached);
            TimeSpan waited = reached - (last > history.FirstLook ? last : history.FirstLook);
            Assert.True(waited <= history.StableFor + history.LongestPause, $"seed {history.Seed}: reached only after {waited}");
        }
    }

    [Fact]
    public void The_last_round_is_seen_whole_however_wrong_the_clocks_were_before()
    {
        foreach (RandomHistory history in RandomHistory.Many(Histories))
        {
            DateTimeOffset reached = history.Reached(trusted: TimeSpan.FromHours(1), isLastRound: true);

            Assert.True(
                reached - history.LastChangeBefore(reached) >= history.StableFor,
                $"seed {history.Seed}: reached {reached - history.LastChangeBefore(reached)} after the last change");
        }
    }

    [Fact]
    public void By_right_clocks_what_was_before_the_first_look_counts_and_never_too_much()
    {
        foreach (RandomHistory history in RandomHistory.Many(Histories, haveWrongClocks: false))
        {
            DateTimeOffset reached = history.Reached(trusted: TimeSpan.FromHours(1));

            Assert.True(
                reached - history.LastChangeBefore(reached) >= history.StableFor,
                $"seed {history.Seed}: reached {reached - history.LastChangeBefore(reached)} after the last change");
        }
    }

    /// <summary>Some operators, the times when each changes, and the looks at them.</summary>
    private sealed class RandomHistory
    {
        private readonly Random _random;
        private readonly Operator[] _operators;
        private readonly TimeSpan _clusterAhead;

        private RandomHistory(int seed, bool haveWrongClocks)
        {
            Seed = seed;
            _random = new Random(seed);
            StableFor = TimeSpan.FromSeconds(_random.Next(5, 90));
            LongestPause = TimeSpan.FromSeconds(_random.Next(1, 12));
            _clusterAhead = haveWrongClocks ? TimeSpan.FromSeconds(_random.Next(-4000, 4000)) : TimeSpan.Zero;
            _operators = [.. Enumerable.Range(0, _random.Next(1, 6)).Select(i => new Operator(_random, $"o{i}", _clusterAhead, haveWrongClocks))];
        }

        public int Seed { get; }

        public TimeSpan StableFor { get; }

        public TimeSpan LongestPause { get; }

        public DateTimeOffset FirstLook { get; private set; }

        public static IEnumerable<RandomHistory> Many(int count, bool haveWrongClocks = true) =>
            Enumerable.Range(1, count).Select(seed => new RandomHistory(seed, haveWrongClocks));

        public DateTimeOffset LastChangeBefore(DateTimeOffset time) => _operators.Max(o => o.LastChangeBefore(time));

        /// <returns>When polls of the state alone, without the times of changes, would report it.</returns>
        public DateTimeOffset ReachedByLooksAlone()
        {
            DateTimeOffset now = Start;
            DateTimeOffset? since = null;
            while (true)
            {
                bool isGood = Array.TrueForAll(_operators, o => OperatorStanding.Of(o.At(now)).IsStable);
                since = isGood ? since ?? now : null;
                if (now - since >= StableFor)
                {
                    return now;
                }

                now += LongestPause * _random.NextDouble();
            }
        }

        /// <returns>When the tracker says so, by true time.</returns>
        public DateTimeOffset Reached(TimeSpan trusted = default, bool isLastRound = false, bool fail = true)
        {
            var tracker = new StabilityTracker(StableFor, new Exempt([])) { Trusted = trusted };
            DateTimeOffset now = Start + TimeSpan.FromSeconds(100 * _random.NextDouble());
            FirstLook = now;
            if (isLastRound)
            {
                tracker.Begin(StableFor, now);
            }

            while (true)
            {
                bool fails = fail && _random.Next(30) == 0;
                StabilityState state = fails ? tracker.ObserveFailure("away", now + _clusterAhead, now)
                    : tracker.Observe([.. _operators.Select(o => o.At(now))], now + _clusterAhead, now);
                if (state.IsReached)
                {
                    return now;
                }

                TimeSpan pause = LongestPause * _random.NextDouble();
                now += state.StableFor is not null && state.Remaining < pause ? state.Remaining : pause;
            }
        }
    }

    /// <summary>One that is bad at times, for long or for an instant.</summary>
    private sealed class Operator
    {
        private readonly List<(DateTimeOffset At, string Type, bool IsBad, DateTimeOffset Reported)> _changes = [];
        private readonly string _name;

        public Operator(Random random, string name, TimeSpan clusterAhead, bool hasWrongClock)
        {
            _name = name;
            foreach (string type in Types)
            {
                DateTimeOffset before = Start - TimeSpan.FromSeconds(5000);
                _changes.Add((before, type, false, Floor(before + clusterAhead)));
            }

            DateTimeOffset now = Start - TimeSpan.FromSeconds(100);
            for (int flaps = random.Next(0, 8); flaps > 0; flaps--)
            {
                now += TimeSpan.FromSeconds(2 + (random.Next(150) * random.NextDouble()));
                string type = Types[random.Next(Types.Length)];
                TimeSpan off = clusterAhead + (hasWrongClock && random.Next(2) == 0 ? TimeSpan.FromSeconds(random.Next(-20, 20)) : TimeSpan.Zero);
                _changes.Add((now, type, true, Floor(now + off)));
                now += TimeSpan.FromSeconds(random.Next(2) == 0 ? 0.1 : 100 * random.NextDouble());
                // By the same clock, and never in the second of an earlier one.
                _changes.Add((now, type, false, Floor(now + off)));
                while (_changes.SkipLast(1).Any(c => c.Type == type && !c.IsBad && c.Reported == _changes[^1].Reported))
                {
                    _changes[^1] = _changes[^1] with { Reported = _changes[^1].Reported + TimeSpan.FromSeconds(1) };
                }
            }
        }

        public DateTimeOffset LastChangeBefore(DateTimeOffset time) => _changes.Where(c => c.At <= time).Max(c => c.At);

        public ClusterOperator At(DateTimeOffset time) => new()
        {
            Name = _name,
            Uid = "1",
            Conditions = [.. Types.Select(type => _changes.Last(c => c.Type == type && c.At <= time)).Select(
                c => new Condition(c.Type, c.IsBad != (c.Type == "Available") ? "True" : "False") { LastTransitionTime = c.Reported })],
        };

        private static DateTimeOffset Floor(DateTimeOffset time) => new(time.Ticks - (time.Ticks % TimeSpan.TicksPerSecond), TimeSpan.Zero);
    }
}
