using Hotstack.Templates.Documents;

namespace Hotstack.Templates;

/// <summary>The nodes of one server in a template, and of what hangs on it.</summary>
internal sealed record ServerPart(string Name, DocMap Resource, DocMap Properties, IReadOnlyList<PortPart> Ports, IReadOnlyList<VolumePart> Volumes)
{
    /// <summary>What a volume-backed server boots from; null for one that boots from an image.</summary>
    public VolumePart? RootVolume => Volumes.FirstOrDefault(volume => volume.IsRoot);
}

/// <param name="Label">For messages: the resource's name, or <c>networks[0]</c> of its server.</param>
/// <param name="Port">What is known of it.</param>
/// <param name="Holder">The mapping that has, or can take, its <c>mac_address</c>; null if there is none.</param>
internal sealed record PortPart(string Label, TemplatePort Port, Func<DocMap>? Holder);

/// <summary>A volume of a server: a resource, or made by an entry of the server's block device mapping.</summary>
internal sealed record VolumePart
{
    /// <summary>For messages: the resource's name, or <c>block_device_mapping_v2[0]</c>.</summary>
    public required string Label { get; init; }

    /// <summary>The name of its resource; null if the server makes it, or it exists outside the template.</summary>
    public string? ResourceName { get; init; }

    /// <summary>The properties of its resource; null if there is none.</summary>
    public DocMap? Properties { get; init; }

    /// <summary>Its entry in the server's block device mapping; null if it is attached by a resource.</summary>
    public DocMap? Entry { get; init; }

    /// <summary>The device, if the template names one.</summary>
    public string? Device { get; init; }

    /// <summary>The server boots from it.</summary>
    public bool IsRoot { get; init; }
}
