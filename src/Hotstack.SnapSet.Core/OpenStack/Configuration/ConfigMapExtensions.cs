namespace Hotstack.OpenStack.Configuration;

/// <summary>Reading and layering of mappings. A null value counts as not given, so it never overrides one.</summary>
internal static class ConfigMapExtensions
{
    /// <summary>A single value; null if it is not given or empty.</summary>
    /// <exception cref="HotstackException"><c>CloudConfigInvalid</c> if it is a list or a mapping.</exception>
    public static string? Text(this ConfigMap map, string key) => map[key] switch
    {
        null => null,
        ConfigScalar scalar => string.IsNullOrEmpty(scalar.Text) ? null : scalar.Text,
        var other => throw ConfigurationErrors.At(other.Mark, $"{key} has to be a single value, not {other.Kind}."),
    };

    /// <summary>A mapping; null if it is not given.</summary>
    /// <exception cref="HotstackException"><c>CloudConfigInvalid</c> if it is something else.</exception>
    public static ConfigMap? Map(this ConfigMap map, string key) => map[key] switch
    {
        null or ConfigScalar { Text: null } => null,
        ConfigMap inner => inner,
        var other => throw ConfigurationErrors.At(other.Mark, $"{key} has to be a mapping, not {other.Kind}."),
    };

    /// <summary>A list, or a single value as a list of one; empty if it is not given.</summary>
    /// <exception cref="HotstackException"><c>CloudConfigInvalid</c> if it is a mapping.</exception>
    public static IReadOnlyList<ConfigNode> List(this ConfigMap map, string key) => map[key] switch
    {
        null or ConfigScalar { Text: null or "" } => [],
        ConfigList list => list.Items,
        ConfigScalar scalar => [scalar],
        var other => throw ConfigurationErrors.At(other.Mark, $"{key} has to be a list, not {other.Kind}."),
    };

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
