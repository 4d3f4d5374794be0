using Hotstack.Configuration;

namespace Hotstack.OpenStack.Configuration;

/// <summary>All clouds that files and variables define, and the choice of one.</summary>
internal sealed class CloudInventory
{
    private readonly ConfigurationSources _sources;
    private readonly string? _cloudsFile;
    private readonly Dictionary<string, List<(DocNode Node, string File)>> _layers = new(StringComparer.Ordinal);
    private readonly CloudEntry? _variablesCloud;

    private CloudInventory(ConfigurationSources sources, IActivity? activity)
    {
        _sources = sources;
        var main = CloudsFile.First(sources, "clouds", "OS_CLIENT_CONFIG_FILE", activity);
        var secure = CloudsFile.First(sources, "secure", "OS_CLIENT_SECURE_FILE", activity);
        _cloudsFile = main?.Path;
        Add(main, activity);
        Add(secure, activity);
        _variablesCloud = VariablesCloud.From(sources);
        if (_variablesCloud is not null && _layers.TryGetValue(_variablesCloud.Name, out var twins))
        {
            throw CloudErrors.Invalid(
                $"{twins[0].File} defines a cloud {_variablesCloud.Name}, and the variables"
                + $" {NameList.All(VariablesCloud.Variables(sources))} make one of the same name.",
                "Rename one of them (OS_CLOUD_NAME names the one of the variables), or unset the variables.",
                _variablesCloud.Name);
        }
    }

    /// <summary>The clouds that can be chosen, in the order of the files, the one made from variables last.</summary>
    public IReadOnlyList<string> Names => [.. All.Where(IsUsable)];

    private IEnumerable<string> All => _variablesCloud is null ? _layers.Keys : _layers.Keys.Append(_variablesCloud.Name);

    /// <exception cref="HotstackException"><c>CloudConfigInvalid</c>.</exception>
    public static CloudInventory Read(ConfigurationSources sources, IActivity? activity) => new(sources, activity);

    /// <param name="name">The name asked for; null for <c>OS_CLOUD</c>, the cloud of the variables, or the only one.</param>
    /// <param name="wish">The cloud if nothing but the number of clouds would choose one; null for none.</param>
    /// <param name="activity">Is warned of a wish that cannot be met; null for nobody.</param>
    /// <exception cref="HotstackException"><c>CloudNotFound</c>, <c>CloudNotChosen</c>; <c>CloudConfigInvalid</c>: its entry is
    /// broken, with file and line.</exception>
    public CloudEntry Choose(string? name, CloudWish? wish = null, IActivity? activity = null)
    {
        if (name is not null)
        {
            return Find(name) ?? throw NotFound(name, "");
        }

        if (_sources.Variable("OS_CLOUD") is { } byVariable)
        {
            return Find(byVariable) ?? throw NotFound(byVariable, ", which OS_CLOUD names,");
        }

        if (_variablesCloud is not null)
        {
            return _variablesCloud;
        }

        if (wish is not null && Find(wish.Name) is { } wished)
        {
            return wished;
        }

        return _layers.Count switch
        {
            1 => Only(wish, activity),
            > 1 when wish is not null => throw NotFound(wish.Name, $", which {wish.Origin} names,", "Name one with -Cloud, or in the variable OS_CLOUD. "),
            0 => throw NoneAtAll(),
            _ => throw new HotstackException(
                ErrorCause.InputInvalid, "CloudNotChosen", $"Several clouds are configured, and none is chosen: {Choices()}.")
            {
                Hint = "Name one with -Cloud, or in the variable OS_CLOUD.",
            },
        };
    }

    private void Add(CloudsFile? file, IActivity? activity)
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

        foreach ((DocScalar name, DocNode node) in map.Entries)
        {
            // Only a chosen entry is read, so that a broken one does not refuse the others.
            if (!_layers.TryAdd(name.Value, [(node, file.Path)]))
            {
                _layers[name.Value].Add((node, file.Path));
            }
        }
    }

    private CloudEntry Only(CloudWish? wish, IActivity? activity)
    {
        string name = _layers.Keys.Single();
        if (wish is not null)
        {
            // Upstream's files all name a cloud "default"; every other cmdlet of the session uses the only one.
            activity?.Warning($"{wish.Origin} names the cloud {wish.Name}, which is not configured. The only one is used: {name}.");
        }

        return Find(name)!;
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

    /// <summary>The layers of one cloud, merged; those without a value count as not given.</summary>
    private static CloudEntry Merged(string name, List<(DocNode Node, string File)> layers)
    {
        DocMap[] maps = [.. layers.Where(layer => layer.Node is not DocScalar { Text: null }).Select(layer => Settings(name, layer.Node))];
        return maps.Length > 0
            ? new CloudEntry(name, maps.Skip(1).Aggregate(maps[0], CloudLayers.MergedDeeply), layers[0].File)
            : throw NoMapping(name, layers[0].Node);
    }

    private static DocMap Settings(string name, DocNode node) =>
        node.Usable() is DocMap entry ? CloudLayers.Normalised(entry) : throw NoMapping(name, node);

    private static HotstackException NoMapping(string name, DocNode node) =>
        node.Mark.Error($"the cloud {name} has to be a mapping, not {node.Kind}.");

    private HotstackException NotFound(string name, string how, string remedy = "Names are case-sensitive. ") =>
        !All.Any()
            ? NoneAtAll(name)
            : new HotstackException(
                ErrorCause.NotFound, "CloudNotFound", $"The cloud {name}{how} is not configured; there are: {Choices()}.")
            {
                Hint = remedy + Place(),
                Target = name,
            };

    private HotstackException NoneAtAll(string? name = null) =>
        new(ErrorCause.NotFound, "CloudNotFound", name is null ? "No cloud is configured."
            : $"The cloud {name} is not configured, nor is any other.")
        {
            Hint = Place(),
            Target = name,
        };

    private string Choices() => string.Join(", ", All.Order(StringComparer.Ordinal));

    private string Place() => _cloudsFile is null
        ? $"Put a clouds.yaml into one of: {string.Join(", ", CloudsFile.DirectoriesOf(_sources))};"
            + " or name one in the variable OS_CLIENT_CONFIG_FILE."
        : $"The file used is {_cloudsFile}.";
}

/// <summary>One cloud as configured, before its profile and regions are merged.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Settings">Its keys, spelled with underscores.</param>
/// <param name="File">The file that defines it; null for the cloud made from variables.</param>
internal sealed record CloudEntry(string Name, DocMap Settings, string? File)
{
    /// <summary>For messages: <c>cloud lab (/etc/openstack/clouds.yaml)</c>.</summary>
    public string Title => $"cloud {Name} ({File ?? "made from OS_* variables"})";
}
