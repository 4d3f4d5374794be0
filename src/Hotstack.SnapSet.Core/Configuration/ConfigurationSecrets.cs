namespace Hotstack.Configuration;

/// <summary>Finds whether a configuration file has secrets in it.</summary>
internal static class ConfigurationSecrets
{
    private const string ClientKeyData = "client-key-data";

    /// <summary>Whether a secret stands in it or below: by the name of its key, or in an address.</summary>
    public static bool AreIn(ConfigNode node) => node switch
    {
        ConfigScalar { Text: { } text } => LikelySecrets.Shows(text),
        ConfigList list => list.Items.Any(AreIn),
        ConfigMap map => IsSecretVariable(map) || map.Entries.Any(entry => IsSecret(entry.Key, entry.Value) || AreIn(entry.Value)),
        _ => false,
    };

    /// <summary>A variable that a program is given: <c>{name: CLIENT_SECRET, value: …}</c>.</summary>
    private static bool IsSecretVariable(ConfigMap map) =>
        map.Entries.GetValueOrDefault("name") is ConfigScalar { Text: { } name } && map.Entries.GetValueOrDefault("value") is { } value && IsSecret(name, value);

    private static bool IsSecret(string key, ConfigNode value) =>
        value is ConfigScalar { Text.Length: > 0 } && (key == ClientKeyData || LikelySecrets.IsNameOfOne(key));
}
