using Hotstack.Configuration;

namespace Hotstack.OpenStack.Configuration;

/// <summary>Layering of mappings. A null value counts as not given, so it never overrides one.</summary>
internal static class ConfigMapLayers
{
    /// <summary>Mappings are merged at every level; anything else is replaced.</summary>
    public static ConfigMap MergedDeeply(this ConfigMap map, ConfigMap over) =>
        map.Layered(over, (_, below, above) =>
            below is ConfigMap lower && above is ConfigMap upper ? lower.MergedDeeply(upper) : above);

    /// <summary><c>auth</c> is merged key by key; everything else is replaced.</summary>
    public static ConfigMap OverlaidBy(this ConfigMap map, ConfigMap over) =>
        map.Layered(over, (key, below, above) =>
            key == "auth" && below is ConfigMap lower && above is ConfigMap upper
                ? lower.Layered(upper, (_, _, value) => value)
                : above);

    public static ConfigMap Without(this ConfigMap map, params string[] keys) =>
        new(map.Mark, map.Entries.Where(entry => !keys.Contains(entry.Key)).ToDictionary());

    private static ConfigMap Layered(
        this ConfigMap map, ConfigMap over, Func<string, ConfigNode, ConfigNode, ConfigNode> both)
    {
        var entries = new Dictionary<string, ConfigNode>(map.Entries, StringComparer.Ordinal);
        foreach (var (key, above) in over.Entries)
        {
            if (!entries.TryGetValue(key, out var below))
            {
                entries[key] = above;
            }
            else if (above is not ConfigScalar { Text: null })
            {
                entries[key] = both(key, below, above);
            }
        }

        return new ConfigMap(map.Mark, entries);
    }
}
