using System.Text.Json;
using System.Text.Json.Nodes;

namespace Hotstack.OpenStack.Orchestration;

/// <summary>A stack, as Heat shows it.</summary>
public sealed record Stack
{
    /// <summary>The status of a deleted stack, which Heat still shows by its id.</summary>
    internal const string Deleted = "DELETE_COMPLETE";

    /// <summary>Its UUID.</summary>
    public required string Id { get; init; }

    /// <summary>Its name, unique in the project.</summary>
    public required string Name { get; init; }

    /// <summary>Action and status: <c>CREATE_COMPLETE</c>, <c>UPDATE_FAILED</c> …</summary>
    public required string Status { get; init; }

    /// <summary>The reason of the status.</summary>
    public string? StatusReason { get; init; }

    /// <summary>When it was created, in UTC; null if Heat does not say.</summary>
    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>When it was last updated, in UTC; null for never.</summary>
    public DateTimeOffset? UpdatedAt { get; init; }

    /// <summary>Its tags, in Heat's order.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>The current or last action: <c>CREATE</c>, <c>UPDATE</c>, <c>DELETE</c>, <c>ROLLBACK</c> …</summary>
    public string Action => Status.LastIndexOf('_') is var end && Status.EndsWith("_IN_PROGRESS", StringComparison.Ordinal)
        ? Status[..^"_IN_PROGRESS".Length]
        : end > 0 ? Status[..end] : Status;

    /// <summary>An action is in progress.</summary>
    public bool IsInProgress => Status.EndsWith("_IN_PROGRESS", StringComparison.Ordinal);

    /// <summary>The last action failed.</summary>
    public bool IsFailed => Status.EndsWith("_FAILED", StringComparison.Ordinal);

    /// <summary>Its outputs, by key.</summary>
    public IReadOnlyDictionary<string, StackOutput> Outputs { get; init; } = new Dictionary<string, StackOutput>();

    internal static Stack From(JsonElement stack) => new()
    {
        Id = stack.Text("id") ?? "",
        Name = stack.Text("stack_name") ?? "",
        Status = stack.Text("stack_status") ?? "UNKNOWN",
        StatusReason = stack.ToldOnOneLine("stack_status_reason"),
        CreatedAt = stack.Time("creation_time"),
        UpdatedAt = stack.Time("updated_time"),
        Tags = [.. stack.TextItems("tags")],
        Outputs = stack.Items("outputs")
            .Where(output => output.Text("output_key") is not null)
            .GroupBy(output => output.Text("output_key")!)
            .ToDictionary(
                g => g.Key, g => new StackOutput(g.Last().Field("output_value"), g.Last().ToldOnOneLine("output_error")),
                    StringComparer.Ordinal),
    };
}

/// <summary>One output of a stack.</summary>
/// <param name="Value">The value; null if it is null or failed.</param>
/// <param name="Error">Why the value failed.</param>
public sealed record StackOutput(JsonElement? Value, string? Error);

/// <summary>A stack to create, update or preview.</summary>
public sealed record StackRequest
{
    /// <summary>A letter, then letters, digits, <c>_</c>, <c>.</c> and <c>-</c>; at most 255 characters.</summary>
    public required string Name { get; init; }

    /// <summary>The template's own text, in YAML.</summary>
    public required string Template { get; init; }

    /// <summary>The template's files, by the keys in the template.</summary>
    public IReadOnlyDictionary<string, string> Files { get; init; } = new Dictionary<string, string>();

    /// <summary>The parameters' values.</summary>
    public JsonObject Parameters { get; init; } = [];

    /// <summary>What beside the parameters an environment gives; null for nothing.</summary>
    public StackEnvironment? Environment { get; init; }

    /// <summary>Its tags; each of at most 80 characters, without commas.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>Heat's timeout; whole minutes.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Heat rolls back on failure.</summary>
    public bool RollsBack { get; init; }

    /// <summary>Parameter values that must not appear in a message.</summary>
    public IReadOnlyList<string> Secrets { get; init; } = [];

    internal JsonObject ToJson()
    {
        var json = new JsonObject
        {
            ["stack_name"] = Name,
            ["template"] = Template,
            ["files"] = new JsonObject(Files.Select(file => KeyValuePair.Create(file.Key, (JsonNode?)file.Value))),
            ["parameters"] = Parameters.DeepClone(),
            ["tags"] = string.Join(',', Tags),
            ["timeout_mins"] = Math.Max(1, (int)Math.Ceiling(Timeout.TotalMinutes)),
            ["disable_rollback"] = !RollsBack,
        };
        if (Environment is { IsNeeded: true } environment)
        {
            json["environment"] = environment.ToJson();
        }

        return json;
    }
}

/// <summary>A resource of a stack, as Heat shows it.</summary>
/// <param name="Name">Its name in the template: <c>master0</c>.</param>
/// <param name="Type"><c>OS::Nova::Server</c> …</param>
/// <param name="PhysicalId">The id of the actual resource; empty before its creation.</param>
/// <param name="Status"><c>CREATE_COMPLETE</c>, <c>CREATE_FAILED</c> …</param>
/// <param name="StatusReason">The reason of the status.</param>
/// <param name="Parent">The resource of the parent stack; null at the top.</param>
public sealed record StackResource(string Name, string Type, string PhysicalId, string Status, string? StatusReason, string? Parent)
{
    /// <summary>The last action failed.</summary>
    public bool IsFailed => Status.EndsWith("_FAILED", StringComparison.Ordinal);

    /// <summary>The last action is complete.</summary>
    public bool IsComplete => Status.EndsWith("_COMPLETE", StringComparison.Ordinal)
        && !Status.StartsWith("INIT", StringComparison.Ordinal);

    /// <summary>An action is in progress.</summary>
    public bool IsInProgress => Status.EndsWith("_IN_PROGRESS", StringComparison.Ordinal);

    internal static StackResource From(JsonElement resource) => new(
        resource.Text("resource_name") ?? "", resource.Text("resource_type") ?? "", resource.Text("physical_resource_id") ?? "",
        resource.Text("resource_status") ?? "UNKNOWN", resource.ToldOnOneLine("resource_status_reason"), resource.Text("parent_resource"));
}

/// <summary>A resource of a previewed stack.</summary>
/// <param name="Name">Its name in the template.</param>
/// <param name="Type"><c>OS::Nova::Server</c> …</param>
/// <param name="Properties">Its properties as far as known before the creation; null for none.</param>
public sealed record PreviewedResource(string Name, string Type, JsonElement? Properties)
{
    /// <summary>A text property; null if it is missing, of another kind, or not yet known.</summary>
    public string? Property(string name) => Properties?.Text(name);

    /// <summary>Heat lists those of nested stacks as lists in the list.</summary>
    internal static IEnumerable<PreviewedResource> AllOf(JsonElement stack) => stack.Items("resources").SelectMany(From);

    private static IEnumerable<PreviewedResource> From(JsonElement resource) => resource.ValueKind == JsonValueKind.Array
        ? resource.EnumerateArray().SelectMany(From)
        : [new(resource.Text("resource_name") ?? "", resource.Text("resource_type") ?? "", resource.Field("properties"))];
}
