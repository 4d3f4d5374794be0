using Hotstack.Configuration;

namespace Hotstack.OpenStack.Configuration;

/// <summary>A region that a cloud lists.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Values">The keys that override the cloud's own; null for none.</param>
internal sealed record CloudRegion(string Name, DocMap? Values)
{
    /// <summary>The regions that the cloud, or else its profile, lists; empty if neither does.</summary>
    /// <exception cref="HotstackException"><c>CloudConfigInvalid</c>.</exception>
    public static IReadOnlyList<CloudRegion> Listed(CloudEntry cloud, DocMap? profile, IActivity? activity)
    {
        var own = Listed(cloud.Settings, cloud, activity);
        return own.Count > 0 || profile is null ? own : Listed(profile, cloud, activity);
    }

    /// <param name="listed">The regions from <see cref="Listed(CloudEntry, DocMap?, IActivity?)"/>.</param>
    /// <param name="asked">The name asked for, case-sensitive; null for the first.</param>
    /// <param name="cloud">The cloud, for messages.</param>
    /// <returns>Null if none is asked for and none is listed.</returns>
    /// <exception cref="HotstackException"><c>RegionNotFound</c>.</exception>
    public static CloudRegion? Choose(IReadOnlyList<CloudRegion> listed, string? asked, CloudEntry cloud)
    {
        if (asked is null)
        {
            return listed.Count > 0 ? listed[0] : null;
        }

        // OS_REGION_NAME chooses a region; it does not list them.
        if (listed.Count == 0 || cloud.File is null)
        {
            return new CloudRegion(asked, null);
        }

        return listed.FirstOrDefault(region => region.Name == asked)
            ?? throw new HotstackException(
                ErrorCause.NotFound,
                "RegionNotFound",
                $"The {cloud.Title} has no region {asked}; it has: {string.Join(", ", listed.Select(region => region.Name))}.")
            {
                Hint = "Names are case-sensitive.",
                Target = asked,
            };
    }

    private static List<CloudRegion> Listed(DocMap settings, CloudEntry cloud, IActivity? activity)
    {
        var regions = settings.List("regions").Select(Read).ToList();
        if (regions.Count > 0)
        {
            return regions;
        }

        var names = settings.List("region_name")
            .SelectMany(node => NameOf(node).Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            .Select(name => new CloudRegion(name, null))
            .ToList();
        if (names.Count > 1)
        {
            activity?.Warning($"The {cloud.Title} lists several regions in region_name, an old form; use regions instead.");
        }

        return names;
    }

    private static CloudRegion Read(DocNode node) => node.Usable() is DocMap map
        ? new CloudRegion(
            map.Text("name") ?? throw map.Mark.Error("a region needs a name."),
            map.Map("values") is { } values ? CloudLayers.Normalised(values) : null)
        : new CloudRegion(NameOf(node), null);

    private static string NameOf(DocNode node) => node.Usable() is DocScalar { Text: { Length: > 0 } name }
        ? name
        : throw node.Mark.Error($"a region has to be a name, or a mapping with name and values, not {node.Kind}.");
}
