namespace Hotstack.Deployments;

/// <summary>Where the list of instances comes from: exactly one of a stack, a file, servers, or the list itself.</summary>
public sealed record InstanceSource
{
    /// <summary>A stack whose output <c>snapset_data</c> lists them.</summary>
    public string? StackName { get; init; }

    /// <summary>A YAML or JSON file: <c>snapset_data</c> alone, or upstream's <c>&lt;stack&gt;-outputs.yaml</c>.</summary>
    public string? Path { get; init; }

    /// <summary>Servers by name or UUID.</summary>
    public IReadOnlyList<string> Servers { get; init; } = [];

    /// <summary>The servers' roles, one each in the same order.</summary>
    public IReadOnlyList<string> Roles { get; init; } = [];

    /// <summary>Instances found before.</summary>
    public IReadOnlyList<Instance> Instances { get; init; } = [];

    /// <summary>The projects of the objects that named the stack or the servers, as far as they told; each has to be ours.</summary>
    public IReadOnlyList<string> ProjectIds { get; init; } = [];
}
