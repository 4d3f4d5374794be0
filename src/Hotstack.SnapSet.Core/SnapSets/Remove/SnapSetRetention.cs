using Hotstack.SnapSets.Marks;

namespace Hotstack.SnapSets.Remove;

/// <summary>A retention rule. All given conditions must hold.</summary>
public sealed record SnapSetRetention
{
    /// <summary>Only sets older than this.</summary>
    public TimeSpan? OlderThan { get; init; }

    /// <summary>Keep this many of the newest usable sets of each stack, separately for sets with and without dates of revival. Incomplete
    /// sets are neither counted nor removed, unless <see cref="OlderThan"/> is given too; sets whose time cannot be read never
    /// are.</summary>
    public int? KeepLast { get; init; }

    /// <summary>The sets to remove. A set that may still be in creation is never among them, nor one whose time cannot be read.</summary>
    /// <exception cref="HotstackException">A set is from the future of the cloud's clock (<c>RetentionTimeUnclear</c>): it is unknown which
    /// set is the newest.</exception>
    public IReadOnlyList<SnapSet> Choose(IEnumerable<SnapSet> sets) =>
        [.. Judge(sets).Where(verdict => verdict.IsRemoved).Select(verdict => verdict.Set)];

    /// <summary>What becomes of each set, and why, in their order.</summary>
    /// <inheritdoc cref="Choose" path="/exception"/>
    internal IReadOnlyList<RetentionVerdict> Judge(IEnumerable<SnapSet> sets)
    {
        SnapSet[] all = [.. sets];
        SnapSet[] candidates = [.. all.Where(set => set is { MayBeInTheMaking: false, IsTimeKnown: true })];
        if (candidates.FirstOrDefault(set => set.Age < -SnapSetTime.Tolerance) is { } odd)
        {
            throw Unclear(
                $"SnapSet {odd.Id} was made at {TimeText.Of(odd.CreatedAt)}, which is {TimeText.Of(-odd.Age)} ahead of the cloud's clock.",
                    odd.Id);
        }

        HashSet<string> kept = KeepLast is not { } count ? [] :
        [
            .. candidates.Where(set => set.IsUsable)
                .GroupBy(set => (set.StackName ?? "", set.IsDated))
                .SelectMany(stack => stack.OrderByDescending(set => set.CreatedAt).ThenBy(set => set.Id, StringComparer.Ordinal)
                    .Take(count))
                .Select(set => set.Id),
        ];
        return [.. all.Select(set => new RetentionVerdict(set, WhyKept(set, kept)))];
    }

    /// <summary>What a set must be to be removed: <c>older than 30 d and not among the newest 3 of their stacks</c>.</summary>
    public override string ToString() => string.Join(" and ", new[]
    {
        OlderThan is { } age ? $"older than {TimeText.Of(age)}" : null,
        KeepLast is { } count ? $"not among the newest {count} of their stacks" : null,
    }.OfType<string>());

    /// <returns>Null for a set that is removed.</returns>
    private string? WhyKept(SnapSet set, HashSet<string> kept) =>
        !set.IsTimeKnown ? "Glance does not tell when it was made"
        : set.MayBeInTheMaking ? "Nova, Glance or Cinder may still work on it"
        : OlderThan is { } age && set.Age <= age ? $"it is {set.AgeText} old"
        : kept.Contains(set.Id) ? $"it is among the newest {KeepLast} of {(set.StackName is { } stack ? $"stack {stack}" : "those without a stack")}, "
            + $"counted among the sets {(set.IsDated ? "with" : "without")} dates of revival"
        : KeepLast is not null && OlderThan is null && !set.IsUsable ? $"it is {set.State}, so -KeepLast does not count it"
        : null;

    /// <summary>Nothing was removed: by a wrong time the newest set would be removed first.</summary>
    internal static HotstackException Unclear(string why, object target) =>
        new(ErrorCause.Conflict, "RetentionTimeUnclear", $"{why} Nothing was removed.")
        {
            Target = target,
            Hint = "Check this machine's clock, ask the cloud's operator to check the cloud's, or remove sets by their ids: Remove-HotstackSnapSet -Id …",
        };
}

/// <summary>What a retention rule makes of a set.</summary>
/// <param name="Set">The set.</param>
/// <param name="Why">Why it is kept, in a sentence without a full stop; null if it is removed.</param>
internal sealed record RetentionVerdict(SnapSet Set, string? Why)
{
    public bool IsRemoved => Why is null;
}
