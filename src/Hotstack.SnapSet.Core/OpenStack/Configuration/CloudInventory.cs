using Hotstack.Configuration;

namespace Hotstack.OpenStack.Configuration;

/// <summary>All clouds that files and variables define, and the choice of one.</summary>
internal sealed class CloudInventory
{
    private readonly ConfigurationSources _sources;
    private readonly string? _cloudsFile;
    private readonly Dictionary<string, CloudEntry> _clouds = new(StringComparer.Ordinal);
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
        if (_variablesCloud is not null && !_clouds.TryAdd(_variablesCloud.Name, _variablesCloud))
        {
            throw CloudErrors.Invalid(
                $"{_clouds[_variablesCloud.Name].File} defines a cloud {_variablesCloud.Name}, and the variables"
                + $" {ConfigurationErrors.Join(VariablesCloud.Variables(sources))} make one of the same name.",
                "Rename one of them (OS_CLOUD_NAME names the one of the variables), or unset the variables.",
                _variablesCloud.Name);
        }
    }

    /// <summary>In the order of the files, the one made from variables last.</summary>
    public IReadOnlyList<string> Names => [.. _clouds.Keys];

    /// <exception cref="HotstackException"><c>CloudConfigInvalid</c>.</exception>
    public static CloudInventory Read(ConfigurationSources sources, IActivity? activity) => new(sources, activity);

    /// <param name="name">The name asked for; null for <c>OS_CLOUD</c>, the cloud of the variables, or the only one.</param>
    /// <exception cref="HotstackException"><c>CloudNotFound</c>, <c>CloudNotChosen</c>.</exception>
    public CloudEntry Choose(string? name)
    {
        if (name is not null)
        {
            return _clouds.GetValueOrDefault(name) ?? throw NotFound(name, "");
        }

        if (_sources.Variable("OS_CLOUD") is { } byVariable)
        {
            return _clouds.GetValueOrDefault(byVariable) ?? throw NotFound(byVariable, ", which OS_CLOUD names,");
        }

        return _variablesCloud ?? _clouds.Count switch
        {
            1 => _clouds.Values.Single(),
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
            if (node is not ConfigMap entry)
            {
                throw ConfigurationErrors.At(node.Mark, $"the cloud {name} has to be a mapping, not {node.Kind}.");
            }

            var settings = KeySpelling.Normalised(entry);
            _clouds[name] = _clouds.TryGetValue(name, out var known)
                ? known with { Settings = known.Settings.MergedDeeply(settings) }
                : new CloudEntry(name, settings, file.Path);
        }
    }

    private HotstackException NotFound(string name, string how) =>
        _clouds.Count == 0
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

    private string Choices() => string.Join(", ", _clouds.Keys.Order(StringComparer.Ordinal));

    private string Place() => _cloudsFile is null
        ? $"Put a clouds.yaml into one of: {string.Join(", ", SearchDirectories.Of(_sources))};"
            + " or name one in the variable OS_CLIENT_CONFIG_FILE."
        : $"The file used is {_cloudsFile}.";
}
