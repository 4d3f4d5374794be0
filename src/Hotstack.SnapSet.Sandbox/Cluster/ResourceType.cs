namespace Hotstack.Sandbox.Cluster;

/// <summary>A kind of objects the cluster serves.</summary>
internal sealed record ResourceType(string Group, string Version, string Plural, string Kind, bool Namespaced)
{
    public bool HasStatus { get; init; }

    /// <summary>Defined by a CustomResourceDefinition: no strategic merge patch, updates need a resourceVersion.</summary>
    public bool IsCustom { get; init; }

    /// <summary>Its changes of what is wanted are counted: <c>metadata.generation</c>.</summary>
    public bool HasGeneration => IsCustom || Group is "apps" or "policy";

    /// <summary>Who deletes one gets it, and not a Status, even if it is gone at once.</summary>
    public bool ReturnsDeleted { get; init; }

    public string[] ShortNames { get; init; } = [];

    /// <summary>Discovered only as <c>resource/subresource</c>, with the subresource's kind.</summary>
    public (string Name, string Kind)[] Subresources { get; init; } = [];

    public string ApiVersion => Group.Length == 0 ? Version : $"{Group}/{Version}";

    /// <summary>The name in errors: <c>nodes</c>, <c>clusteroperators.config.openshift.io</c>.</summary>
    public string Label => Group.Length == 0 ? Plural : $"{Plural}.{Group}";
}
