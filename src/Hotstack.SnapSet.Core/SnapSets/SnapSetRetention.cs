namespace Hotstack.SnapSets;

/// <summary>Which sets are old enough to go. All that is given must hold.</summary>
public sealed record SnapSetRetention
{
    /// <summary>Only sets older than this.</summary>
    public TimeSpan? OlderThan { get; init; }

    /// <summary>Keep this many of the newest usable sets of each stack. Incomplete sets are neither counted nor
    /// chosen by it, unless <see cref="OlderThan"/> is given too.</summary>
    public int? KeepLast { get; init; }

    /// <summary>The sets to remove. A set that may be in the making just now is never among them.</summary>
    public IReadOnlyList<SnapSet> Choose(IEnumerable<SnapSet> sets)
    {
        SnapSet[] candidates = [.. sets.Where(set => !set.MayBeInTheMaking)];
        HashSet<string> kept = KeepLast is not { } count ? [] :
        [
            .. candidates.Where(set => set.IsUsable)
                .GroupBy(set => set.StackName ?? "")
                .SelectMany(stack => stack.OrderByDescending(set => set.CreatedAt).Take(count))
                .Select(set => set.Id),
        ];
        return [.. candidates.Where(set =>
            (OlderThan is not { } age || set.Age > age)
            && (KeepLast is null || !kept.Contains(set.Id))
            && (KeepLast is null || OlderThan is not null || set.IsUsable))];
    }
}
