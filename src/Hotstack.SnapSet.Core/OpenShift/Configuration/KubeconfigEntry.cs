using Hotstack.Configuration;

namespace Hotstack.OpenShift.Configuration;

/// <summary>A cluster, user or context of a kubeconfig.</summary>
/// <param name="Kind"><c>cluster</c>, <c>user</c> or <c>context</c>.</param>
/// <param name="Name">Its name; empty for none.</param>
/// <param name="Item">Its item in the file: the name, and the keys under its kind.</param>
/// <param name="File">The file that it stands in.</param>
internal sealed record KubeconfigEntry(string Kind, string Name, ConfigMap Item, KubeconfigFile File)
{
    /// <summary>For messages: <c>user admin (/home/anna/.kube/config)</c>.</summary>
    public string Title => $"{Kind} {(Name.Length > 0 ? Name : "without a name")} ({File.Path})";

    /// <summary>Its keys.</summary>
    /// <exception cref="HotstackException"><c>KubeconfigInvalid</c>, with line and column: there is something else.</exception>
    public ConfigMap Values => Item.Map(Kind) ?? ConfigMap.Empty(Item.Mark);

    /// <summary>All of one kind in a file, by name.</summary>
    /// <exception cref="HotstackException"><c>KubeconfigInvalid</c>, with line and column.</exception>
    public static IReadOnlyDictionary<string, KubeconfigEntry> AllOf(string kind, KubeconfigFile file)
    {
        var entries = new Dictionary<string, KubeconfigEntry>(StringComparer.Ordinal);
        foreach (ConfigNode node in file.Root.List(kind + "s"))
        {
            if (node is ConfigFault or ConfigScalar { Text: null })
            {
                continue;
            }

            if (node is not ConfigMap item)
            {
                throw ConfigurationErrors.At(node.Mark, $"an item of {kind}s has to be a mapping with name and {kind}, not {node.Kind}.");
            }

            // Without a name it is used where none is named, as by kubectl.
            string name = item.Text("name") ?? "";
            var entry = new KubeconfigEntry(kind, name, item, file);
            if (!entries.TryAdd(name, entry))
            {
                throw ConfigurationErrors.At(
                    item.Mark, $"the {kind} {(name.Length > 0 ? name : "without a name")} is there twice.", "Remove the one that is not meant.");
            }
        }

        return entries;
    }

    /// <summary>A yes or no, in the words of YAML 1.1, as kubectl reads it; no if it is not given.</summary>
    /// <exception cref="HotstackException"><c>KubeconfigInvalid</c>, with line and column.</exception>
    public bool Flag(string key) => Flag(Values, key);

    /// <inheritdoc cref="Flag(string)"/>
    public static bool Flag(ConfigMap map, string key) => map.Text(key)?.ToLowerInvariant() switch
    {
        null or "false" or "no" or "off" or "n" => false,
        "true" or "yes" or "on" or "y" => true,
        _ => throw ConfigurationErrors.At(map[key]!.Mark, $"{key} has to be true or false."),
    };

    /// <summary>An absolute path: a relative one starts from the folder of the kubeconfig that has it.</summary>
    public string Resolve(ConfigurationSources sources, string path)
    {
        if (ConfigurationPaths.IsAbsolute(sources, path))
        {
            return path;
        }

        int end = sources.Platform == ConfigurationPlatform.Windows ? File.Path.LastIndexOfAny(['/', '\\']) : File.Path.LastIndexOf('/');
        return ConfigurationPaths.Join(sources, File.Path[..(end + 1)], path);
    }

    /// <summary>The texts of a list; empty if it is not given.</summary>
    /// <exception cref="HotstackException"><c>KubeconfigInvalid</c>, with line and column.</exception>
    public static IReadOnlyList<string> Texts(ConfigMap map, string key) => [.. map.List(key).Select(node =>
        node.Usable() is ConfigScalar { Text: { } text } ? text : throw ConfigurationErrors.At(node.Mark, $"{key} has to be a list of texts."))];
}
