using System.Buffers;
using System.Text.Json.Nodes;
using Hotstack.Configuration;

namespace Hotstack.Templates;

/// <summary>The parts of a HOT template that a restore needs
/// (https://docs.openstack.org/heat/latest/template_guide/hot_spec.html).</summary>
public sealed class HeatTemplate
{
    private const int HeatsOwnPart = 12;
    private static readonly SearchValues<char> HeatsAlphabet = SearchValues.Create("abcdefghijklmnopqrstuvwxyz234567");

    internal HeatTemplate()
    {
    }

    /// <summary>Its parameters, by name.</summary>
    public IReadOnlyDictionary<string, TemplateParameter> Parameters { get; internal init; } = new Dictionary<string, TemplateParameter>();

    /// <summary>Its servers, in the order of the template.</summary>
    public IReadOnlyList<TemplateServer> Servers { get; internal init; } = [];

    /// <summary>Servers that it declares and Heat does not create, as their condition is false.</summary>
    internal IReadOnlyList<TemplateServer> AbsentServers { get; init; } = [];

    /// <summary>The names of its outputs.</summary>
    public IReadOnlyList<string> Outputs { get; internal init; } = [];

    /// <summary>Resources that can hold further servers: nested templates and groups, <c>name (type)</c>.</summary>
    public IReadOnlyList<string> NestedResources { get; internal init; } = [];

    /// <summary>Ports that no server has.</summary>
    internal IReadOnlyList<TemplatePort> OtherPorts { get; init; } = [];

    /// <summary>The networks' own names by resource; null where Heat generates one.</summary>
    internal IReadOnlyDictionary<string, string?> NetworkNames { get; init; } = new Dictionary<string, string?>();

    /// <summary>The document of a HOT template.</summary>
    /// <exception cref="HotstackException">By the id of <paramref name="file"/>: it is broken, or no HOT template.</exception>
    internal static DocMap Document(SourceMark file, string text) => Document(file, DocReader.Read(file, text));

    /// <summary>The same of a document that has been read.</summary>
    internal static DocMap Document(SourceMark file, DocNode? document)
    {
        if (document is not DocMap root)
        {
            throw file.Error("it is not a HOT template: it holds no mapping.");
        }

        if (root["heat_template_version"] is not DocScalar)
        {
            throw file.Error("it is not a HOT template: it has no heat_template_version.", "Name the scenario's heat_template.yaml.");
        }

        Section(root, "parameters");
        Section(root, "outputs");
        Section(root, "conditions");
        if (Section(root, "resources") is not { Count: > 0 } resources)
        {
            throw file.Error("the template has no resources.");
        }

        foreach ((DocScalar name, DocNode resource) in resources.Entries)
        {
            if (resource is not DocMap map || map["type"] is not DocScalar)
            {
                throw resource.Mark.Error($"the resource {name.Value} has to be a mapping with a type.");
            }

            if (map["properties"] is { } properties and not DocMap)
            {
                throw properties.Mark.Error($"the properties of {name.Value} have to be a mapping, not {properties.Kind}.");
            }
        }

        return root;
    }

    /// <summary>Reads the parts from a document, without the resources and outputs that Heat does not create.</summary>
    /// <param name="root">The document.</param>
    /// <param name="presence">What Heat creates; null for all.</param>
    /// <param name="values">The values of parameters, for addresses; null if only what is written out counts.</param>
    internal static HeatTemplate Read(DocMap root, TemplatePresence? presence = null, TemplateConditions? values = null)
    {
        presence ??= TemplatePresence.Whole;
        var resources = new TemplateResources(root, presence.Absent, values);
        return new HeatTemplate
        {
            Parameters = (root.MapOrNull("parameters")?.Entries ?? []).ToDictionary(
                entry => entry.Key.Value, entry => ReadParameter(entry.Key.Value, entry.Value)),
            Servers = [.. resources.Servers.Select(ReadServer)],
            AbsentServers = presence.Absent.Count == 0
                ? []
                : [.. new TemplateResources(root).Servers.Where(server => presence.Absent.Contains(server.Name)).Select(ReadServer)],
            OtherPorts = resources.OtherPorts,
            NetworkNames = resources.NetworkNames,
            Outputs = [.. (root.MapOrNull("outputs")?.Entries ?? []).Select(entry => entry.Key.Value)
                .Where(name => !presence.AbsentOutputs.Contains(name))],
            NestedResources = [.. resources.Nested],
        };
    }

    /// <summary>Whether it has an output of that name.</summary>
    public bool HasOutput(string name) => Outputs.Contains(name);

    /// <summary>
    /// The server by its resource name, otherwise by its own name, otherwise by the name that Heat makes of stack, resource
    /// and twelve characters of its own.
    /// </summary>
    /// <returns>Null if there is none.</returns>
    public TemplateServer? FindServer(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return Servers.FirstOrDefault(server => server.ResourceName == name)
            ?? Servers.FirstOrDefault(server => server.Name == name)
            ?? Servers.Where(server => server.Name is null && IsNameByHeat(name, server.ResourceName))
                .MaxBy(server => server.ResourceName.Length);
    }

    /// <summary>The network's resource, by the name that the network has in the cloud, of this template's stack or of another one.</summary>
    /// <returns>Null if there is none.</returns>
    internal string? FindNetwork(string name) =>
        NetworkNames.Keys.FirstOrDefault(resource => NetworkNames[resource] == name)
        ?? NetworkNames.Keys.FirstOrDefault(resource => resource == name)
        ?? NetworkNames.Keys.Where(resource => NetworkNames[resource] is null && IsNameByHeat(name, resource)).MaxBy(resource => resource.Length);

    /// <summary>The flavor of a server: as written, or by these parameters and the template's defaults.</summary>
    /// <returns>A flavor's name or id; null if it is not known.</returns>
    public string? FlavorOf(TemplateServer server, JsonObject parameters) =>
        server.Flavor ?? Value(server.FlavorParameter, server.FlavorKey, parameters);

    private static bool IsNameByHeat(string name, string resource)
    {
        int start = name.Length - HeatsOwnPart - 1;
        return start > resource.Length + 1
            && name[start] == '-'
            && name.AsSpan(start + 1).IndexOfAnyExcept(HeatsAlphabet) < 0
            && name.AsSpan(0, start).EndsWith($"-{resource}", StringComparison.Ordinal);
    }

    private string? Value(string? parameter, string? key, JsonObject parameters)
    {
        if (parameter is null)
        {
            return null;
        }

        JsonNode? value = parameters[parameter] ?? Parameters.GetValueOrDefault(parameter)?.Default;
        JsonNode? chosen = key is null ? value : (value as JsonObject)?[key];
        return chosen is JsonValue text && text.TryGetValue(out string? found) ? found : null;
    }

    private static DocMap? Section(DocMap root, string name) => root[name] switch
    {
        null => null,
        DocMap map => map,
        var other => throw other.Mark.Error($"{name} has to be a mapping, not {other.Kind}."),
    };

    private static TemplateParameter ReadParameter(string name, DocNode declared)
    {
        if (declared is not DocMap map)
        {
            throw declared.Mark.Error($"the parameter {name} has to be a mapping with a type.");
        }

        return new TemplateParameter(name, map.TextOrNull("type") ?? "string")
        {
            HasDefault = map.Has("default"),
            Default = DocJson.Of(map["default"]),
            Description = map.TextOrNull("description")?.Trim(),
            IsHidden = IsHidden(map),
        };
    }

    /// <summary>Whether a parameter is declared hidden.</summary>
    internal static bool IsHidden(DocMap parameter) => parameter["hidden"] is DocScalar { Type: YamlType.Bool or YamlType.Text } hidden
        && hidden.Value.ToUpperInvariant() is "TRUE" or "YES" or "ON" or "1";

    private static TemplateServer ReadServer(ServerPart part)
    {
        (string? imageParameter, string? imageKey) = ByParameter(part.Properties["image"]);
        (string? flavorParameter, string? flavorKey) = ByParameter(part.Properties["flavor"]);
        return new TemplateServer(part.Name)
        {
            Name = part.Properties.TextOrNull("name"),
            Image = part.Properties.TextOrNull("image"),
            ImageParameter = imageParameter,
            ImageKey = imageKey,
            Flavor = part.Properties.TextOrNull("flavor"),
            FlavorParameter = flavorParameter,
            FlavorKey = flavorKey,
            Ports = [.. part.Ports.Select(port => port.Port)],
            VolumeResources = [.. part.Volumes.Select(volume => volume.ResourceName).OfType<string>()],
            IsVolumeBacked = part.RootVolume is not null,
        };
    }

    /// <summary><c>{get_param: name}</c> or <c>{get_param: [name, key]}</c>.</summary>
    private static (string? Parameter, string? Key) ByParameter(DocNode? value) =>
        (value as DocMap) is { Count: 1 } function
            ? function["get_param"] switch
            {
                DocScalar { Type: YamlType.Text } name => (name.Value, null),
                DocList { Items: [DocScalar { Type: YamlType.Text } name] } => (name.Value, null),
                DocList { Items: [DocScalar { Type: YamlType.Text } name, DocScalar key] } => (name.Value, key.Value),
                _ => (null, null),
            }
            : (null, null);
}

/// <summary>A parameter that a template declares.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Heat's type: <c>string</c>, <c>number</c>, <c>json</c>, <c>comma_delimited_list</c>, <c>boolean</c>.</param>
public sealed record TemplateParameter(string Name, string Type)
{
    /// <summary>It need not be given.</summary>
    public bool HasDefault { get; init; }

    /// <summary>Its default, typed as Heat reads YAML; null also if that is none.</summary>
    public JsonNode? Default { get; init; }

    /// <summary>Its description; null if there is none.</summary>
    public string? Description { get; init; }

    /// <summary>Heat never shows its value.</summary>
    public bool IsHidden { get; init; }
}

/// <summary>A resource <c>OS::Nova::Server</c> of a template.</summary>
/// <param name="ResourceName">The resource's name: <c>master0</c>.</param>
public sealed record TemplateServer(string ResourceName)
{
    /// <summary>The server's own name, if the template has one; null if Heat generates it.</summary>
    public string? Name { get; init; }

    /// <summary>The image as written; null if a parameter gives it, or there is none.</summary>
    public string? Image { get; init; }

    /// <summary>The parameter that gives the image: <c>controller_params</c>; null if none does.</summary>
    public string? ImageParameter { get; init; }

    /// <summary>The key of <see cref="ImageParameter"/> that holds the image: <c>image</c>; null if the parameter is the image.</summary>
    public string? ImageKey { get; init; }

    /// <summary>The flavor as written; null if a parameter gives it.</summary>
    public string? Flavor { get; init; }

    /// <summary>The parameter that gives the flavor; null if none does.</summary>
    public string? FlavorParameter { get; init; }

    /// <summary>The key of <see cref="FlavorParameter"/> that holds the flavor; null if the parameter is the flavor.</summary>
    public string? FlavorKey { get; init; }

    /// <summary>Its ports, in the order of its networks.</summary>
    public IReadOnlyList<TemplatePort> Ports { get; init; } = [];

    /// <summary>Its volumes' resources (<c>OS::Cinder::Volume</c>), in the order of attachment.</summary>
    public IReadOnlyList<string> VolumeResources { get; init; } = [];

    /// <summary>It boots from a volume.</summary>
    public bool IsVolumeBacked { get; init; }
}

/// <summary>A port of a server in a template.</summary>
/// <param name="ResourceName">The name of its resource; null for one that the server makes for itself.</param>
/// <param name="MacAddress">Its MAC address as written, in canonical form; null if there is none or it is not written out.</param>
/// <param name="NetworkResource">The name of its network's resource; null if the network is no resource of the template.</param>
public sealed record TemplatePort(string? ResourceName, string? MacAddress, string? NetworkResource)
{
    /// <summary>The template can give it a MAC address: it is no port from outside.</summary>
    public bool CanTakeMac { get; init; }

    /// <summary>Equal for ports of one network; null if the network is not known.</summary>
    internal string? NetworkKey { get; init; }

    /// <summary>Where it stands, as far as that is known.</summary>
    internal PortAddresses Addresses { get; init; } = PortAddresses.Unknown;
}
