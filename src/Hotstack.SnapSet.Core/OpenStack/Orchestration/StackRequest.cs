using System.Text.Json.Nodes;

namespace Hotstack.OpenStack.Orchestration;

/// <summary>A stack to make, to change, or to preview.</summary>
public sealed record StackRequest
{
    /// <summary>A letter, then letters, digits, <c>_</c>, <c>.</c> and <c>-</c>; at most 255 characters.</summary>
    public required string Name { get; init; }

    /// <summary>The template's own text, in YAML.</summary>
    public required string Template { get; init; }

    /// <summary>The files that the template names, by the keys that it names them by.</summary>
    public IReadOnlyDictionary<string, string> Files { get; init; } = new Dictionary<string, string>();

    /// <summary>The parameters' values.</summary>
    public JsonObject Parameters { get; init; } = [];

    /// <summary>By which it can be found; each of at most 80 characters, without commas.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>Until when Heat gives it up; whole minutes.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Heat takes back what it did when it fails.</summary>
    public bool RollsBack { get; init; }

    /// <summary>Values among the parameters that must not come back in a message.</summary>
    public IReadOnlyList<string> Secrets { get; init; } = [];

    internal JsonObject ToJson() => new()
    {
        ["stack_name"] = Name,
        ["template"] = Template,
        ["files"] = new JsonObject(Files.Select(file => KeyValuePair.Create(file.Key, (JsonNode?)file.Value))),
        ["parameters"] = Parameters.DeepClone(),
        ["tags"] = string.Join(',', Tags),
        ["timeout_mins"] = Math.Max(1, (int)Math.Ceiling(Timeout.TotalMinutes)),
        ["disable_rollback"] = !RollsBack,
    };
}
