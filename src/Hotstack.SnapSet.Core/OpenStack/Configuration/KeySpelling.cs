using Hotstack.Configuration;

namespace Hotstack.OpenStack.Configuration;

/// <summary>
/// Brings the keys of a cloud to one spelling, before layers are put on each other: so a layer overrides the one below
/// it whatever spelling either uses. Within one layer the new name of a thing beats its old one.
/// </summary>
internal static class KeySpelling
{
    public static ConfigMap Normalised(ConfigMap map)
    {
        var dashed = Underscored(map);
        var entries = new Dictionary<string, ConfigNode>(StringComparer.Ordinal);
        foreach (var (key, value) in dashed)
        {
            var name = NewName(key);
            if (name == key || !dashed.ContainsKey(name))
            {
                entries[name] = value is ConfigMap inner ? Normalised(inner) : value;
            }
        }

        return new ConfigMap(map.Mark, entries);
    }

    private static Dictionary<string, ConfigNode> Underscored(ConfigMap map)
    {
        var entries = new Dictionary<string, ConfigNode>(StringComparer.Ordinal);
        foreach (var (key, value) in map.Entries)
        {
            if (!entries.TryAdd(key.Replace('-', '_'), value))
            {
                throw ConfigurationErrors.At(
                    value.Mark, $"{key} is given twice, with dashes and with underscores.", "Remove the one that is not meant.");
            }
        }

        return entries;
    }

    private static string NewName(string key) => key switch
    {
        "tenant_id" => "project_id",
        "tenant_name" => "project_name",
        "auth_token" => "token",
        "auth_plugin" => "auth_type",
        "user_name" => "username",
        _ when key.EndsWith("endpoint_type", StringComparison.Ordinal) => key[..^"endpoint_type".Length] + "interface",
        _ => key,
    };
}
