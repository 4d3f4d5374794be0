using System.Buffers;
using System.Text.Json.Nodes;

namespace Hotstack.Templates;

/// <summary>What a HOT template says, as far as a restore has to know.</summary>
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

    /// <summary>Servers that it declares and that Heat does not make, since their condition is false.</summary>
    internal IReadOnlyList<TemplateServer> AbsentServers { get; init; } = [];

    /// <summary>The names of its outputs.</summary>
    public IReadOnlyList<string> Outputs { get; internal init; } = [];

    /// <summary>Resources that can hold further servers: nested templates and groups, <c>name (type)</c>.</summary>
    public IReadOnlyList<string> NestedResources { get; internal init; } = [];

    /// <summary>Ports that no server has.</summary>
    internal IReadOnlyList<TemplatePort> OtherPorts { get; init; } = [];

    /// <summary>Whether it has an output of that name.</summary>
    public bool HasOutput(string name) => Outputs.Contains(name);

    /// <summary>
    /// The server of that resource name, or else of that own name, or else of the name that Heat makes of stack, resource
    /// and twelve characters of its own.
    /// </summary>
    /// <returns>Null if there is none.</returns>
    public TemplateServer? FindServer(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return Servers.FirstOrDefault(server => server.ResourceName == name)
            ?? Servers.FirstOrDefault(server => server.Name == name)
            ?? Servers.Where(server => server.Name is null && IsNameByHeat(name, server.ResourceName)).MaxBy(server => server.ResourceName.Length);
    }

    /// <summary>The image of a server: as written, or as these parameters and the template's defaults give it.</summary>
    /// <returns>An image's name or id; null if it has none, or that is not known.</returns>
    public string? ImageOf(TemplateServer server, JsonObject parameters) =>
        server.Image ?? Value(server.ImageParameter, server.ImageKey, parameters);

    /// <summary>The flavor of a server: as written, or as these parameters and the template's defaults give it.</summary>
    /// <returns>A flavor's name or id; null if that is not known.</returns>
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

    /// <summary>What it is for; null if the template does not say.</summary>
    public string? Description { get; init; }

    /// <summary>Heat never shows its value.</summary>
    public bool IsHidden { get; init; }
}

/// <summary>A resource <c>OS::Nova::Server</c> of a template.</summary>
/// <param name="ResourceName">The resource's name: <c>master0</c>.</param>
public sealed record TemplateServer(string ResourceName)
{
    /// <summary>The server's own name where the template writes it; null if Heat makes one up.</summary>
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
}
