using Hotstack.Configuration;

namespace Hotstack.OpenStack.Configuration;

/// <summary>Which files the values of a cloud come from, once all layers are put on each other.</summary>
/// <param name="cloud">The cloud.</param>
/// <param name="keys">Its keys, each of which knows where it stands.</param>
/// <param name="sources">Where they were looked for.</param>
internal sealed class ValueOrigins(CloudEntry cloud, ConfigMap keys, ConfigurationSources sources)
{
    private static readonly string[] FileVariables = ["OS_CLIENT_CONFIG_FILE", "OS_CLIENT_SECURE_FILE"];

    private readonly (string Key, string File)[] _values = [.. Scalars("", keys).Where(value => ConfigurationPaths.IsAbsolute(sources, value.File))];

    private readonly string[] _named = [.. Variables(sources).Select(path => ConfigurationPaths.Resolve(sources, path))];

    /// <summary>By a relative path a variable names another file in every folder.</summary>
    private readonly string[] _namedForAllFolders = [.. Variables(sources)
        .Where(path => path.StartsWith('~') || ConfigurationPaths.IsAbsolute(sources, path)).Select(path => ConfigurationPaths.Resolve(sources, path))];

    /// <summary>
    /// A value comes from a file that was found in the current directory, and so only because somebody is there: whoever wrote it
    /// chose the cloud.
    /// </summary>
    public bool IsAnyOfCurrentDirectory =>
        sources.CurrentDirectory.Length > 0 && SearchDirectories.IsOnlyCurrent(sources)
        && _values.Any(value => !_namedForAllFolders.Contains(value.File)
            && FolderOf(value.File) == FolderOf(ConfigurationPaths.Join(sources, sources.CurrentDirectory, "any")));

    /// <summary>Warns if a secret of one folder goes to an address of another: who plants the one would get the other.</summary>
    public void WarnOfMixedFolders(IActivity? activity)
    {
        foreach ((string key, string file) in _values.Where(value => LikelySecrets.IsNameOfOne(value.Key)))
        {
            (string? address, string? other) = _values.FirstOrDefault(
                value => IsAddress(value.Key) && FolderOf(value.File) != FolderOf(file) && !(_named.Contains(value.File) && _named.Contains(file)));
            if (other is not null)
            {
                activity?.Warning(
                    $"The {key} of cloud '{cloud.Name}' comes from {file} and is sent to the {address} of {other}, a file of another folder. If that "
                    + "address is not yours, change the secret. Otherwise keep both in one folder, or name both files in OS_CLIENT_CONFIG_FILE and "
                    + "OS_CLIENT_SECURE_FILE.");
                return;
            }
        }
    }

    private static IEnumerable<string> Variables(ConfigurationSources sources) =>
        FileVariables.Select(sources.Variable).OfType<string>();

    private static bool IsAddress(string key) =>
        key is "auth_url" or "endpoint" or "url" || key.EndsWith("_endpoint", StringComparison.Ordinal)
        || key.EndsWith("_endpoint_override", StringComparison.Ordinal);

    private static IEnumerable<(string Key, string File)> Scalars(string key, ConfigNode node) => node switch
    {
        ConfigMap map => map.Entries.SelectMany(entry => Scalars(entry.Key, entry.Value)),
        ConfigList list => list.Items.SelectMany(item => Scalars(key, item)),
        ConfigScalar { Text.Length: > 0 } => [(key, node.Mark.Source)],
        _ => [],
    };

    private string FolderOf(string file) => ConfigurationPaths.FolderOf(sources, file);
}
