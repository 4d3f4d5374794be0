using Hotstack.Clusters.Assess;
using Hotstack.OpenShift.Objects;

namespace Hotstack.Clusters.Stability;

/// <summary>
/// Finds out by polls of the operators since when the cluster has been stable, as <c>oc adm wait-for-stable-cluster</c> does, and sees
/// more: an operator that was unstable only between two polls, or that came or went, restarts the time, and a cluster without operators
/// is not stable.
/// </summary>
/// <remarks>
/// The time begins at the poll that saw the last change: at most one poll late, and never early, whatever the clock of an operator shows.
/// What the operators report to have happened before the first poll counts as far as <see cref="Trusted"/> allows.
/// </remarks>
/// <param name="stableFor">How long all of them must be stable, in the first round.</param>
/// <param name="exempt">The operators that do not count.</param>
internal sealed class StabilityTracker(TimeSpan stableFor, Exempt exempt)
{
    /// <summary>Operators report their times in whole seconds, rounded down.</summary>
    private static readonly TimeSpan Rounding = TimeSpan.FromSeconds(1);

    /// <summary>Polls that failed for less than this, between two that show the operators unchanged, restart nothing: upstream, which polls
    /// every 10 s, would not have seen it.</summary>
    private static readonly TimeSpan ShortFailure = TimeSpan.FromSeconds(10);

    private static readonly string[] Types = ["Available", "Degraded", "Progressing"];

    private readonly Dictionary<string, DateTimeOffset> _unstableSince = [];
    private TimeSpan _stableFor = stableFor;
    private DateTimeOffset _roundFrom = DateTimeOffset.MinValue;
    private Dictionary<string, Known>? _known;
    private DateTimeOffset? _stableSince;
    private DateTimeOffset? _failingSince;

    /// <summary>How much of the time before the first poll may count. The status may be older than the last boot, so this is none unless
    /// the caller knows more.</summary>
    public TimeSpan Trusted { get; set; }

    /// <summary>When the first poll succeeded, by our clock; null before it.</summary>
    public DateTimeOffset? FirstPoll { get; private set; }

    /// <summary>When the round began to be stable, or was allowed to; null if the cluster is not stable.</summary>
    public DateTimeOffset? RoundSince => _failingSince is not null || _stableSince is not { } since ? null : Later(since, _roundFrom);

    /// <summary>Begins another round.</summary>
    /// <param name="length">How long all operators must be stable.</param>
    /// <param name="from">What was before does not count for the round.</param>
    public void Begin(TimeSpan length, DateTimeOffset from) => (_stableFor, _roundFrom) = (length, from);

    /// <summary>Takes in a poll.</summary>
    /// <param name="operators">All operators of the cluster.</param>
    /// <param name="clusterNow">The cluster's clock. It may be wrong, and be corrected meanwhile: only the operators' own times are
    /// compared with it.</param>
    /// <param name="localNow">Our clock, which measures the time, when the answer was there.</param>
    /// <param name="asked">When the poll was sent: what happened since may not be in the answer. Null for at the same time.</param>
    public StabilityState Observe(
        IReadOnlyList<ClusterOperator> operators, DateTimeOffset clusterNow, DateTimeOffset localNow, DateTimeOffset? asked = null)
    {
        ClusterOperator[] counted = [.. operators.Where(o => exempt.Why(o.Name) is null)];
        var now = new Dictionary<string, Known>();
        foreach (ClusterOperator one in counted)
        {
            now[one.Name] = new Known(Aged(OperatorStanding.Of(one), clusterNow, localNow), one);
        }

        string? obstacle = counted.Length > 0 ? null
            : operators.Count > 0 ? "all of its operators are ignored"
            : "it has no operators";
        List<StabilityEvent> events = [.. Compare(now, clusterNow)];
        bool isGood = obstacle is null && now.Values.All(k => k.Standing.IsStable);
        _stableSince = !isGood ? null
            : _known is null ? localNow - KnownBefore(now, clusterNow)
            : _stableSince is { } since && !HasChanged(_known, now) && !HasFailedForLong(localNow) ? since
            : localNow;
        (_known, _failingSince) = (now, null);
        FirstPoll ??= localNow;
        return State(localNow, asked) with
        {
            Operators = [.. now.Values.Select(k => k.Standing)],
            Obstacle = obstacle,
            IsHopeless = operators.Count > 0 && counted.Length == 0,
            Events = events,
        };
    }

    /// <summary>Takes in a failed poll. Unless the failure is short, what happened meanwhile is not known, and the time restarts.</summary>
    public StabilityState ObserveFailure(string reason, DateTimeOffset clusterNow, DateTimeOffset localNow, DateTimeOffset? asked = null)
    {
        StabilityEvent[] events = _failingSince is not null ? [] : [new(clusterNow, null, $"the operators could not be read: {reason}")];
        _failingSince ??= asked ?? localNow;
        return State(localNow, asked) with
        {
            Operators = [.. (_known ?? []).Values.Select(k => k.Standing)],
            Obstacle = $"its operators cannot be read: {reason}",
            Events = events,
        };
    }

    private StabilityState State(DateTimeOffset localNow, DateTimeOffset? asked)
    {
        TimeSpan? stable = localNow - RoundSince;
        return new StabilityState
        {
            StableFor = stable,
            IsReached = (asked ?? localNow) - RoundSince >= _stableFor,
            Remaining = stable is null ? _stableFor : Later(TimeSpan.Zero, _stableFor - stable.Value),
        };
    }

    private bool HasFailedForLong(DateTimeOffset localNow) => localNow - _failingSince > ShortFailure;

    /// <summary>How long the operators had been stable before the first poll, by their own times. Impossible times prove nothing.</summary>
    private TimeSpan KnownBefore(Dictionary<string, Known> now, DateTimeOffset clusterNow)
    {
        TimeSpan least = Trusted;
        foreach (DateTimeOffset? transition in now.Values.SelectMany(k => k.Transitions))
        {
            TimeSpan known = clusterNow - transition - Rounding ?? TimeSpan.Zero;
            least = known < least ? known : least;
        }

        return Later(TimeSpan.Zero, least);
    }

    private OperatorStanding Aged(OperatorStanding standing, DateTimeOffset clusterNow, DateTimeOffset localNow)
    {
        if (standing.IsStable)
        {
            _unstableSince.Remove(standing.Name);
            return standing;
        }

        _unstableSince.TryAdd(standing.Name, localNow);
        TimeSpan watched = localNow - _unstableSince[standing.Name];
        return standing with { UnstableFor = Later(watched, clusterNow - (standing.Since ?? clusterNow)) };
    }

    private IEnumerable<StabilityEvent> Compare(Dictionary<string, Known> now, DateTimeOffset clusterNow)
    {
        foreach ((string name, Known known) in now)
        {
            Known? before = _known?.GetValueOrDefault(name);
            if (_known is not null && before is null)
            {
                yield return new(clusterNow, name, "appeared");
            }

            if (!known.Standing.IsStable && before?.Standing.ToString() != known.Standing.ToString())
            {
                yield return new(clusterNow, name, $"is {known.Standing.ToString()[(name.Length + 2)..]}");
            }
            else if (known.Standing.IsStable && before is { Standing.IsStable: false })
            {
                yield return new(clusterNow, name, "became stable");
            }
            else if (known.Standing.IsStable && before is not null && before.IsOtherThan(known))
            {
                yield return new(clusterNow, name, "was unstable between two polls");
            }
        }

        foreach (string name in (_known ?? []).Keys.Where(name => !now.ContainsKey(name)))
        {
            _unstableSince.Remove(name);
            yield return new(clusterNow, name, "vanished");
        }
    }

    /// <summary>An operator changed since the poll before, came or went.</summary>
    private static bool HasChanged(Dictionary<string, Known> before, Dictionary<string, Known> now) =>
        before.Count != now.Count || now.Any(one => before.GetValueOrDefault(one.Key)?.IsOtherThan(one.Value) != false);

    private static T Later<T>(T one, T other)
        where T : IComparable<T> => one.CompareTo(other) >= 0 ? one : other;

    /// <summary>An operator in one poll.</summary>
    private sealed class Known(OperatorStanding standing, ClusterOperator seen)
    {
        private readonly string? _uid = seen.Uid;

        public OperatorStanding Standing => standing;

        public DateTimeOffset?[] Transitions { get; } = [.. Types.Select(type => seen.Conditions.Find(type)?.LastTransitionTime)];

        public bool IsOtherThan(Known other) => _uid != other._uid || !Transitions.SequenceEqual(other.Transitions);
    }
}

/// <summary>How stable a cluster is after a poll.</summary>
internal sealed record StabilityState
{
    /// <summary>It has been stable for the requested time.</summary>
    public required bool IsReached { get; init; }

    /// <summary>How long it has been stable, as far as is known; null if it is not stable.</summary>
    public required TimeSpan? StableFor { get; init; }

    /// <summary>How much longer it must stay stable.</summary>
    public required TimeSpan Remaining { get; init; }

    /// <summary>The operators that count.</summary>
    public IReadOnlyList<OperatorStanding> Operators { get; init; } = [];

    /// <summary>The operators that are not stable, the oldest problem first.</summary>
    public IReadOnlyList<OperatorStanding> Unstable =>
        [.. Operators.Where(o => !o.IsStable).OrderByDescending(o => o.UnstableFor).ThenBy(o => o.Name, StringComparer.Ordinal)];

    /// <summary>Why it is not stable although no operator has a problem: there is none, or they could not be read.</summary>
    public string? Obstacle { get; init; }

    /// <summary>No wait makes it stable.</summary>
    public bool IsHopeless { get; init; }

    /// <summary>The changes since the poll before.</summary>
    public IReadOnlyList<StabilityEvent> Events { get; init; } = [];
}
