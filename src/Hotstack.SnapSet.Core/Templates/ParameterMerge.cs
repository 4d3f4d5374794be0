using System.Text.Json.Nodes;

namespace Hotstack.Templates;

/// <summary>Merges parameters as Ansible's <c>combine(recursive=true)</c>.</summary>
public static class ParameterMerge
{
    /// <summary>Mappings are merged key by key, everything else of <paramref name="above"/> replaces what is below, also null.</summary>
    /// <returns>A new object; the two given stay as they are.</returns>
    public static JsonObject Merge(JsonObject below, JsonObject above)
    {
        ArgumentNullException.ThrowIfNull(below);
        ArgumentNullException.ThrowIfNull(above);
        var merged = (JsonObject)below.DeepClone();
        foreach ((string key, JsonNode? value) in above)
        {
            merged[key] = value is JsonObject upper && merged[key] is JsonObject lower ? Merge(lower, upper) : value?.DeepClone();
        }

        return merged;
    }
}
