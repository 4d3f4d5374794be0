using System.Text.Json;

namespace Hotstack.SnapSets.Blueprints;

/// <summary>Decides which outputs of a stack a blueprint may hold: an output can show what Heat hides as a parameter.</summary>
/// <param name="template">The template, as Heat keeps it.</param>
/// <param name="hidden">The names of the hidden parameters.</param>
internal sealed class BlueprintOutputs(JsonElement template, IReadOnlySet<string> hidden)
{
    /// <summary>Resources whose attributes are secrets.</summary>
    private static readonly string[] SecretTypes = ["OS::Heat::RandomString", "OS::Nova::KeyPair", "OS::Barbican::Secret"];

    private readonly Dictionary<string, bool> _resources = new(StringComparer.Ordinal);

    /// <summary>Whether an output neither has the name of a secret nor depends on a hidden parameter or on a resource with secrets.</summary>
    public bool MayKeep(string name) => !LikelySecrets.IsNameOfOne(name)
        && template.Field("outputs")?.Field(name) is { } output && !IsSecret(output);

    private bool IsSecret(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => value.EnumerateObject().Any(entry => IsSecret(entry.Name, entry.Value)),
        JsonValueKind.Array => value.EnumerateArray().Any(IsSecret),
        JsonValueKind.String => value.GetString() is { } text && (hidden.Any(name => text.Contains($"{{{name}}}", StringComparison.Ordinal))
            || LikelySecrets.Shows(text)),
        _ => false,
    };

    private bool IsSecret(string key, JsonElement value) => key switch
    {
        "get_param" => First(value) is { } name && hidden.Contains(name),
        "get_attr" => (First(value) is { } name && IsSecretResource(name)) || IsSecret(value),
        // The id of a resource shows nothing of it.
        "get_resource" => false,
        _ => IsSecret(value),
    };

    private bool IsSecretResource(string name)
    {
        if (_resources.TryGetValue(name, out bool known))
        {
            return known;
        }

        // A circle ends here; Heat refuses it anyway.
        _resources[name] = false;
        JsonElement? resource = template.Field("resources")?.Field(name);
        return _resources[name] = resource is { } found
            && (SecretTypes.Contains(found.Text("type")) || (found.Field("properties") is { } properties && IsSecret(properties)));
    }

    private static string? First(JsonElement argument) => argument.ValueKind switch
    {
        JsonValueKind.String => argument.GetString(),
        JsonValueKind.Array when argument.GetArrayLength() > 0 && argument[0].ValueKind == JsonValueKind.String => argument[0].GetString(),
        _ => null,
    };
}
