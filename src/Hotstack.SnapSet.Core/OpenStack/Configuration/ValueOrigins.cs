using Hotstack.Configuration;

namespace Hotstack.OpenStack.Configuration;

/// <summary>The files that the values of a cloud come from, after all layers are merged.</summary>
/// <param name="cloud">The cloud.</param>
/// <param name="keys">Its keys, each with its place.</param>
/// <param name="sources">Where they were found.</param>
internal sealed class ValueOrigins(CloudEntry cloud, DocMap keys, ConfigurationSources sources)
{
    private static readonly string[] FileVariables = ["OS_CLIENT_CONFIG_FILE", "OS_CLIENT_SECURE_FILE"];

    private readonly (string Key, string File)[] _values = [.. Scalars("", keys).Where(value => sources.IsAbsolute(value.File))];

    private readonly string[] _named = [.. Variables(sources).Select(path => sources.Resolve(path))];

    /// <summary>Without relative paths: those name another file in every folder.</summary>
    private readonly string[] _namedForAllFolders = [.. Variables(sources)
        .Where(path => path.StartsWith('~') || sources.IsAbsolute(path)).Select(path => sources.Resolve(path))];

    /// <summary>
    /// A value comes from a file that was found only because of the current directory: whoever wrote the file chose the cloud.
    /// </summary>
    public bool IsAnyOfCurrentDirectory =>
        sources.CurrentDirectory.Length > 0 && CloudsFile.IsOnlyCurrent(sources)
        && _values.Any(value => !_namedForAllFolders.Contains(value.File)
            && FolderOf(value.File) == FolderOf(sources.Join(sources.CurrentDirectory, "any")));

    /// <summary>Warns if a secret of one folder is sent to an address of another: whoever plants the address gets the secret.</summary>
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

    private static IEnumerable<(string Key, string File)> Scalars(string key, DocNode node) => node switch
    {
        DocMap map => map.Entries.SelectMany(entry => Scalars(entry.Key.Value, entry.Value)),
        DocList list => list.Items.SelectMany(item => Scalars(key, item)),
        DocScalar { Text.Length: > 0 } => [(key, node.Mark.Source)],
        _ => [],
    };

    private string FolderOf(string file) => sources.FolderOf(file);
}
