using Hotstack.SnapSets.Marks;

namespace Hotstack.SnapSets.Remove;

/// <summary>Which sets are old enough to go. All that is given must hold.</summary>
public sealed record SnapSetRetention
{
    /// <summary>Only sets older than this.</summary>
    public TimeSpan? OlderThan { get; init; }

    /// <summary>Keep this many of the newest usable sets of each stack, and as many of those that do not show until when their cluster can be
    /// revived: such a set counts for none that does. Incomplete sets are neither counted nor chosen by it, unless
    /// <see cref="OlderThan"/> is given too.</summary>
    public int? KeepLast { get; init; }

    /// <summary>The sets to remove. A set that may be in the making just now is never among them.</summary>
    /// <exception cref="HotstackException">A set is from the future of the cloud's clock (<c>RetentionTimeUnclear</c>): which of them
    /// is the newest cannot be said.</exception>
    public IReadOnlyList<SnapSet> Choose(IEnumerable<SnapSet> sets)
    {
        SnapSet[] candidates = [.. sets.Where(set => !set.MayBeInTheMaking)];
        if (candidates.FirstOrDefault(set => set.Age < -SnapSetTime.Tolerance) is { } odd)
        {
            throw Unclear(
                $"SnapSet {odd.Id} was made at {TimeText.Of(odd.CreatedAt)}, which is {TimeText.Of(-odd.Age)} ahead of the cloud's clock.", odd.Id);
        }

        HashSet<string> kept = KeepLast is not { } count ? [] :
        [
            .. candidates.Where(set => set.IsUsable)
                .GroupBy(set => (set.StackName ?? "", set.IsDated))
                .SelectMany(stack => stack.OrderByDescending(set => set.CreatedAt).ThenBy(set => set.Id, StringComparer.Ordinal).Take(count))
                .Select(set => set.Id),
        ];
        return [.. candidates.Where(set =>
            (OlderThan is not { } age || set.Age > age)
            && (KeepLast is null || !kept.Contains(set.Id))
            && (KeepLast is null || OlderThan is not null || set.IsUsable))];
    }

    /// <summary>Nothing was removed, since by a wrong time the newest set would be the first to go.</summary>
    internal static HotstackException Unclear(string why, object target) =>
        new(ErrorCause.Conflict, "RetentionTimeUnclear", $"{why} Nothing was removed.")
        {
            Target = target,
            Hint = "Check this machine's clock, ask the cloud's operator to check the cloud's, or remove sets by their ids: Remove-HotstackSnapSet -Id …",
        };
}
