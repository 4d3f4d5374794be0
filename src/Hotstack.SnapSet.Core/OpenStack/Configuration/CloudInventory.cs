using Hotstack.Configuration;

namespace Hotstack.OpenStack.Configuration;

/// <summary>All clouds that files and variables define, and the choice of one.</summary>
internal sealed class CloudInventory
{
    private readonly ConfigurationSources _sources;
    private readonly string? _cloudsFile;
    private readonly Dictionary<string, List<(ConfigNode Node, string File)>> _layers = new(StringComparer.Ordinal);
    private readonly CloudEntry? _variablesCloud;

    private CloudInventory(ConfigurationSources sources, IActivity? activity)
    {
        _sources = sources;
        var main = ConfigurationFile.First(sources, "clouds", "OS_CLIENT_CONFIG_FILE", activity);
        var secure = ConfigurationFile.First(sources, "secure", "OS_CLIENT_SECURE_FILE", activity);
        _cloudsFile = main?.Path;
        Add(main, activity);
        Add(secure, activity);
        _variablesCloud = VariablesCloud.From(sources);
        if (_variablesCloud is not null && _layers.TryGetValue(_variablesCloud.Name, out var twins))
        {
            throw CloudErrors.Invalid(
                $"{twins[0].File} defines a cloud {_variablesCloud.Name}, and the variables"
                + $" {ConfigurationErrors.Join(VariablesCloud.Variables(sources))} make one of the same name.",
                "Rename one of them (OS_CLOUD_NAME names the one of the variables), or unset the variables.",
                _variablesCloud.Name);
        }
    }

    /// <summary>Those that can be chosen, in the order of the files, the one made from variables last.</summary>
    public IReadOnlyList<string> Names => [.. All.Where(IsUsable)];

    private IEnumerable<string> All => _variablesCloud is null ? _layers.Keys : _layers.Keys.Append(_variablesCloud.Name);

    /// <exception cref="HotstackException"><c>CloudConfigInvalid</c>.</exception>
    public static CloudInventory Read(ConfigurationSources sources, IActivity? activity) => new(sources, activity);

    /// <param name="name">The name asked for; null for <c>OS_CLOUD</c>, the cloud of the variables, or the only one.</param>
    /// <exception cref="HotstackException"><c>CloudNotFound</c>, <c>CloudNotChosen</c>; <c>CloudConfigInvalid</c>: its entry is
    /// broken, with file and line.</exception>
    public CloudEntry Choose(string? name)
    {
        if (name is not null)
        {
            return Find(name) ?? throw NotFound(name, "");
        }

        if (_sources.Variable("OS_CLOUD") is { } byVariable)
        {
            return Find(byVariable) ?? throw NotFound(byVariable, ", which OS_CLOUD names,");
        }

        return _variablesCloud ?? _layers.Count switch
        {
            1 => Find(_layers.Keys.Single())!,
            0 => throw NoneAtAll(),
            _ => throw new HotstackException(
                ErrorCause.InputInvalid, "CloudNotChosen", $"Several clouds are configured, and none is chosen: {Choices()}.")
            {
                Hint = "Name one with -Cloud, or in the variable OS_CLOUD.",
            },
        };
    }

    private void Add(ConfigurationFile? file, IActivity? activity)
    {
        if (file is null)
        {
            return;
        }

        if (file.Root.Map("clouds") is not { } map)
        {
            activity?.Warning($"{file.Path} defines no clouds: it has no key clouds with clouds under it.");
            return;
        }

        foreach (var (name, node) in map.Entries)
        {
            // Not looked into before it is chosen: what is wrong with another cloud is no reason to refuse this one.
            if (!_layers.TryAdd(name, [(node, file.Path)]))
            {
                _layers[name].Add((node, file.Path));
            }
        }
    }

    private CloudEntry? Find(string name) =>
        name == _variablesCloud?.Name ? _variablesCloud : _layers.TryGetValue(name, out var layers) ? Merged(name, layers) : null;

    private bool IsUsable(string name)
    {
        try
        {
            return Find(name) is not null;
        }
        catch (HotstackException)
        {
            return false;
        }
    }

    /// <summary>An entry without a value counts as not given, as everywhere; but something has to be there.</summary>
    private static CloudEntry Merged(string name, List<(ConfigNode Node, string File)> layers)
    {
        ConfigMap[] maps = [.. layers.Where(layer => layer.Node is not ConfigScalar { Text: null }).Select(layer => Settings(name, layer.Node))];
        return maps.Length > 0
            ? new CloudEntry(name, maps.Skip(1).Aggregate(maps[0], ConfigMapLayers.MergedDeeply), layers[0].File)
            : throw NoMapping(name, layers[0].Node);
    }

    private static ConfigMap Settings(string name, ConfigNode node) =>
        node.Usable() is ConfigMap entry ? KeySpelling.Normalised(entry) : throw NoMapping(name, node);

    private static HotstackException NoMapping(string name, ConfigNode node) =>
        ConfigurationErrors.At(node.Mark, $"the cloud {name} has to be a mapping, not {node.Kind}.");

    private HotstackException NotFound(string name, string how) =>
        !All.Any()
            ? NoneAtAll(name)
            : new HotstackException(
                ErrorCause.NotFound, "CloudNotFound", $"The cloud {name}{how} is not configured; there are: {Choices()}.")
            {
                Hint = "Names are case-sensitive. " + Place(),
                Target = name,
            };

    private HotstackException NoneAtAll(string? name = null) =>
        new(ErrorCause.NotFound, "CloudNotFound", name is null ? "No cloud is configured." : $"The cloud {name} is not configured, nor is any other.")
        {
            Hint = Place(),
            Target = name,
        };

    private string Choices() => string.Join(", ", All.Order(StringComparer.Ordinal));

    private string Place() => _cloudsFile is null
        ? $"Put a clouds.yaml into one of: {string.Join(", ", SearchDirectories.Of(_sources))};"
            + " or name one in the variable OS_CLIENT_CONFIG_FILE."
        : $"The file used is {_cloudsFile}.";
}
