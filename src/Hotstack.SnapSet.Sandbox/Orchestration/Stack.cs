using System.Text.Json.Nodes;

namespace Hotstack.Sandbox.Orchestration;

#pragma warning disable CA1711 // Heat's own word; nobody takes it for a collection.
/// <summary>A Heat stack, finished.</summary>
public sealed class Stack
#pragma warning restore CA1711
{
    public required string Id { get; init; }

    public required string Name { get; init; }

    public required string ProjectId { get; init; }

    public required string Owner { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public string Status { get; internal set; } = "CREATE_COMPLETE";

    public string StatusReason { get; internal set; } = "Stack CREATE completed successfully";

    internal Dictionary<string, string> Parameters { get; } = [];

    internal List<StackOutput> Outputs { get; } = [];

    internal List<StackResource> Resources { get; } = [];
}

/// <summary>An output; one that fails has an error and no value.</summary>
internal sealed record StackOutput(string Key, string Description, JsonNode? Value, string? Error = null);

internal sealed record StackResource(string Name, string Type, string PhysicalId, IReadOnlyList<string> RequiredBy);
