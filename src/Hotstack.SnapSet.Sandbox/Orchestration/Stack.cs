using System.Text.Json.Nodes;
using Hotstack.Sandbox.Identity;
using Hotstack.Sandbox.Orchestration.Types;

namespace Hotstack.Sandbox.Orchestration;

#pragma warning disable CA1711 // Heat's own word; nobody takes it for a collection.
/// <summary>A Heat stack.</summary>
public sealed class Stack
#pragma warning restore CA1711
{
    public required string Id { get; init; }

    public required string Name { get; set; }

    public required string ProjectId { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? UpdatedAt { get; internal set; }

    public DateTimeOffset? DeletedAt { get; internal set; }

    /// <summary>The action and how it goes: <c>CREATE_COMPLETE</c>.</summary>
    public string Status { get; internal set; } = "CREATE_COMPLETE";

    public string StatusReason { get; internal set; } = "Stack CREATE completed successfully";

    /// <summary>The names of its resources and the ids of what they stand for.</summary>
    public IReadOnlyDictionary<string, string> ResourceIds => Resources.ToDictionary(r => r.Name, r => r.PhysicalId);

    internal string Owner => User.Name;

    internal User User { get; init; } = null!;

    internal bool DisableRollback { get; set; } = true;

    internal int? TimeoutMinutes { get; set; }

    internal IReadOnlyList<string> Tags { get; set; } = [];

    /// <summary>What it is, or is on its way to be.</summary>
    internal StackPlan Plan { get; set; } = StackPlan.Nothing;

    internal List<StackResource> Resources { get; } = [];

    /// <summary>Replaced resources that wait for their deletion.</summary>
    internal List<StackResource> Doomed { get; } = [];

    internal List<StackEvent> Events { get; } = [];

    /// <summary>The work under way, or the last there was: what an earlier one planned does not happen any more.</summary>
    internal Traversal? Traversal { get; set; }

    /// <summary>Outputs that were set, or with null taken away, behind the template's back.</summary>
    internal Dictionary<string, StackOutput?> ForcedOutputs { get; } = [];

    internal string Action => Status[..Status.IndexOf('_', StringComparison.Ordinal)];

    internal StackResource? Find(string resource) => Resources.Find(r => r.Name == resource);
}

/// <summary>An output; one that fails has an error and no value.</summary>
internal sealed record StackOutput(string Key, string Description, JsonNode? Value, string? Error = null);

/// <summary>A line in a stack's history; the stack's own have its name and id.</summary>
internal sealed record StackEvent(string Id, DateTimeOffset Time, string Resource, string PhysicalId, string Status, string Reason,
    string Type);

/// <summary>A resource of a stack: what stands for one in a template.</summary>
internal sealed class StackResource
{
    public required string Name { get; init; }

    public required ResourceKind Kind { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset UpdatedAt { get; set; }

    /// <summary>The end of the names that Heat makes up.</summary>
    public required string ShortId { get; init; }

    public string PhysicalId { get; set; } = "";

    public string Status { get; set; } = "INIT_COMPLETE";

    public string Reason { get; set; } = "";

    /// <summary>As they were when it was made or changed last, worked out.</summary>
    public JsonObject Properties { get; set; } = [];

    public string Description { get; set; } = "";

    /// <summary>It outlives its stack.</summary>
    public bool IsRetained { get; set; }

    /// <summary>What it was made of.</summary>
    public IReadOnlyList<StackResource> Requires { get; set; } = [];

    /// <summary>Whether it is there, so that its attributes can be asked for.</summary>
    public bool Exists => PhysicalId.Length > 0 && Status is not ("CREATE_IN_PROGRESS" or "CREATE_FAILED" or "DELETE_COMPLETE");
}
