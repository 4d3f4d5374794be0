namespace Hotstack.Sandbox.Cluster.Objects;

/// <summary>A kind of objects the cluster serves.</summary>
internal sealed record ResourceType(string Group, string Version, string Plural, string Kind, bool Namespaced)
{
    public bool HasStatus { get; init; }

    /// <summary>Defined by a CustomResourceDefinition: it takes no strategic merge patch, and updates need a resourceVersion.</summary>
    public bool IsCustom { get; init; }

    /// <summary>Changes of its spec are counted in <c>metadata.generation</c>.</summary>
    public bool HasGeneration => IsCustom || Group is "apps" or "policy";

    /// <summary>A deletion returns the object instead of a Status, even if the object is gone at once.</summary>
    public bool ReturnsDeleted { get; init; }

    public string[] ShortNames { get; init; } = [];

    /// <summary>Its subresources besides <c>status</c>, each with the kind that discovery names.</summary>
    public (string Name, string Kind)[] Subresources { get; init; } = [];

    /// <summary>There is one instance of each kind, and most lookups are by it.</summary>
    public bool Equals(ResourceType? other) => ReferenceEquals(this, other);

    public override int GetHashCode() => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(this);

    public string ApiVersion => Group.Length == 0 ? Version : $"{Group}/{Version}";

    /// <summary>The name in errors: <c>nodes</c>, <c>clusteroperators.config.openshift.io</c>.</summary>
    public string Label => Group.Length == 0 ? Plural : $"{Plural}.{Group}";
}
