namespace Hotstack.SnapSets.Marks;

/// <summary>When a set was made. The cloud's time decides: Glance's <c>created_at</c> of the oldest image. The recorded time comes from the
/// clock of the maker's machine, which may be days off and would reorder the sets.</summary>
internal static class SnapSetTime
{
    /// <summary>How far the clocks of two hosts of a cloud may differ.</summary>
    public static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(2);

    /// <summary>Upper bound for the time between the record and the first image, in which servers stop.</summary>
    private static readonly TimeSpan LongestMaking = TimeSpan.FromDays(1);

    /// <summary>The time of a set. The images of an imported set are younger than the set, so the earlier of both times counts.</summary>
    /// <param name="images">The images of the set, at least one.</param>
    /// <returns>The time in UTC; and what is wrong with the recorded time, or null.</returns>
    public static (DateTimeOffset CreatedAt, string? Doubt) Of(IReadOnlyCollection<SnapSetImage> images)
    {
        DateTimeOffset made = images.Min(image => image.Image.CreatedAt);
        SnapSetProperties? properties = images.Select(image => image.Properties).FirstOrDefault(p => p is not null);
        if (properties is null)
        {
            return (made, null);
        }

        DateTimeOffset recorded = properties.CreatedAt;
        bool isImported = images.Any(image => image.ImportedFrom is not null);
        if (recorded - made > Tolerance || (!isImported && made - recorded > LongestMaking))
        {
            return (made, $"its recorded time {TimeText.Of(recorded)} is from a wrong clock; Glance's time {TimeText.Of(made)} is used");
        }

        return (isImported && recorded < made ? recorded : made, null);
    }
}
