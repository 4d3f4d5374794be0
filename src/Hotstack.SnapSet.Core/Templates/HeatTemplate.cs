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
