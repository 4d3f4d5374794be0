using Hotstack.Clusters.Assess;
using Hotstack.OpenShift.Objects;

namespace Hotstack.Clusters.Stability;

/// <summary>
/// Finds out by polls of the operators how long the cluster has been stable, as <c>oc adm wait-for-stable-cluster</c> does, and sees
/// more: an operator that was unstable only between two polls, or that came or went, restarts the time, and a cluster without operators
/// is not stable.
/// </summary>
/// <param name="stableFor">How long all of them must be stable.</param>
/// <param name="exempt">The operators that do not count.</param>
internal sealed class StabilityTracker(TimeSpan stableFor, Exempt exempt)
{
    private static readonly string[] Types = ["Available", "Degraded", "Progressing"];

    private readonly Dictionary<string, DateTimeOffset> _unstableSince = [];
    private Dictionary<string, Known>? _known;
    private DateTimeOffset? _stableSince;
    private DateTimeOffset _lastPoll;
    private bool _isFailing;

    /// <summary>Takes in a poll.</summary>
    /// <param name="operators">All operators of the cluster.</param>
    /// <param name="clusterNow">The cluster's clock. It may be wrong, and be corrected meanwhile: only the operators' own times are
    /// compared with it.</param>
    /// <param name="localNow">Our clock, which measures the time.</param>
    public StabilityState Observe(IReadOnlyList<ClusterOperator> operators, DateTimeOffset clusterNow, DateTimeOffset localNow)
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
            : _stableSince is { } since && _known is not null ? Later(since, LastChange(_known, now, clusterNow, localNow))
            : localNow;
        (_known, _lastPoll, _isFailing) = (now, localNow, false);
        return State(localNow) with
        {
            Operators = [.. now.Values.Select(k => k.Standing)],
            Obstacle = obstacle,
            IsHopeless = operators.Count > 0 && counted.Length == 0,
            Events = events,
        };
    }

    /// <summary>Takes in a failed poll. What happened meanwhile is not known, so the time restarts.</summary>
    public StabilityState ObserveFailure(string reason, DateTimeOffset clusterNow, DateTimeOffset localNow)
    {
        StabilityEvent[] events = _isFailing ? [] : [new(clusterNow, null, $"the operators could not be read: {reason}")];
        (_stableSince, _lastPoll, _isFailing) = (null, localNow, true);
        return State(localNow) with
        {
            Operators = [.. (_known ?? []).Values.Select(k => k.Standing)],
            Obstacle = $"its operators cannot be read: {reason}",
            Events = events,
        };
    }

    private StabilityState State(DateTimeOffset localNow)
    {
        TimeSpan? stable = localNow - _stableSince;
        return new StabilityState
        {
            StableFor = stable,
            IsReached = stable >= stableFor,
            Remaining = stable is null ? stableFor : Later(TimeSpan.Zero, stableFor - stable.Value),
        };
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

    /// <summary>When, by our clock, the last of the stable operators changed since the poll before; the distant past if none did. If an
    /// operator's own time is impossible, it changed now.</summary>
    private DateTimeOffset LastChange(
        Dictionary<string, Known> before, Dictionary<string, Known> now, DateTimeOffset clusterNow, DateTimeOffset localNow)
    {
        if (!before.Keys.ToHashSet().SetEquals(now.Keys))
        {
            return localNow;
        }

        DateTimeOffset last = DateTimeOffset.MinValue;
        foreach (Known changed in now.Values.Where(k => before[k.Standing.Name].IsOtherThan(k)))
        {
            TimeSpan? ago = clusterNow - changed.Transitions.Max();
            bool isPossible = ago >= TimeSpan.Zero && ago <= localNow - _lastPoll;
            last = Later(last, isPossible ? localNow - ago!.Value : localNow);
        }

        return last;
    }

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
