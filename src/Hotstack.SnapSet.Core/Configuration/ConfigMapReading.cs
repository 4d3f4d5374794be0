namespace Hotstack.Configuration;

/// <summary>Reading of mappings. A null value counts as not given.</summary>
internal static class ConfigMapReading
{
    /// <summary>A single value; null if it is not given or empty.</summary>
    /// <exception cref="HotstackException">The mark's id, if it is a list or a mapping.</exception>
    public static string? Text(this ConfigMap map, string key) => map[key] switch
    {
        null => null,
        ConfigScalar scalar => string.IsNullOrEmpty(scalar.Text) ? null : scalar.Text,
        var other => throw ConfigurationErrors.At(other.Mark, $"{key} has to be a single value, not {other.Kind}."),
    };

    /// <summary>A mapping; null if it is not given.</summary>
    /// <exception cref="HotstackException">The mark's id, if it is something else.</exception>
    public static ConfigMap? Map(this ConfigMap map, string key) => map[key] switch
    {
        null or ConfigScalar { Text: null } => null,
        ConfigMap inner => inner,
        var other => throw ConfigurationErrors.At(other.Mark, $"{key} has to be a mapping, not {other.Kind}."),
    };

    /// <summary>A list, or a single value as a list of one; empty if it is not given.</summary>
    /// <exception cref="HotstackException">The mark's id, if it is a mapping.</exception>
    public static IReadOnlyList<ConfigNode> List(this ConfigMap map, string key) => map[key] switch
    {
        null or ConfigScalar { Text: null or "" } => [],
        ConfigList list => list.Items,
        ConfigScalar scalar => [scalar],
        var other => throw ConfigurationErrors.At(other.Mark, $"{key} has to be a list, not {other.Kind}."),
    };
}
