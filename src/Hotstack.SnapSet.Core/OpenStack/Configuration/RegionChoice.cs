using Hotstack.Configuration;

namespace Hotstack.OpenStack.Configuration;

/// <summary>A region that a cloud lists.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Values">What it sets over the cloud's own keys; null for nothing.</param>
internal sealed record CloudRegion(string Name, ConfigMap? Values);

/// <summary>The regions of a cloud, and the choice of one.</summary>
internal static class RegionChoice
{
    /// <summary>The regions that the cloud, or else its profile, lists; empty if neither does.</summary>
    /// <exception cref="HotstackException"><c>CloudConfigInvalid</c>.</exception>
    public static IReadOnlyList<CloudRegion> Listed(CloudEntry cloud, ConfigMap? profile, IActivity? activity)
    {
        var own = Listed(cloud.Settings, cloud, activity);
        return own.Count > 0 || profile is null ? own : Listed(profile, cloud, activity);
    }

    /// <param name="listed">What <see cref="Listed(CloudEntry, ConfigMap?, IActivity?)"/> gave.</param>
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

        // OS_REGION_NAME is a choice, not a list of what there is.
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

    private static List<CloudRegion> Listed(ConfigMap settings, CloudEntry cloud, IActivity? activity)
    {
        var regions = settings.List("regions").Select(Region).ToList();
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

    private static CloudRegion Region(ConfigNode node) => node.Usable() is ConfigMap map
        ? new CloudRegion(
            map.Text("name") ?? throw ConfigurationErrors.At(map.Mark, "a region needs a name."),
            map.Map("values") is { } values ? KeySpelling.Normalised(values) : null)
        : new CloudRegion(NameOf(node), null);

    private static string NameOf(ConfigNode node) => node.Usable() is ConfigScalar { Text: { Length: > 0 } name }
        ? name
        : throw ConfigurationErrors.At(node.Mark, $"a region has to be a name, or a mapping with name and values, not {node.Kind}.");
}
