namespace Hotstack.Templates;

/// <summary>A resource <c>OS::Nova::Server</c> of a template.</summary>
/// <param name="ResourceName">The resource's name: <c>master0</c>.</param>
public sealed record TemplateServer(string ResourceName)
{
    /// <summary>The server's own name where the template writes it; null if Heat makes one up.</summary>
    public string? Name { get; init; }

    /// <summary>The image as written; null if a parameter gives it, or there is none.</summary>
    public string? Image { get; init; }

    /// <summary>The parameter that gives the image: <c>controller_params</c>; null if none does.</summary>
    public string? ImageParameter { get; init; }

    /// <summary>The key of <see cref="ImageParameter"/> that holds the image: <c>image</c>; null if the parameter is the image.</summary>
    public string? ImageKey { get; init; }

    /// <summary>The flavor as written; null if a parameter gives it.</summary>
    public string? Flavor { get; init; }

    /// <summary>The parameter that gives the flavor; null if none does.</summary>
    public string? FlavorParameter { get; init; }

    /// <summary>The key of <see cref="FlavorParameter"/> that holds the flavor; null if the parameter is the flavor.</summary>
    public string? FlavorKey { get; init; }

    /// <summary>Its ports, in the order of its networks.</summary>
    public IReadOnlyList<TemplatePort> Ports { get; init; } = [];

    /// <summary>Its volumes' resources (<c>OS::Cinder::Volume</c>), in the order of attachment.</summary>
    public IReadOnlyList<string> VolumeResources { get; init; } = [];

    /// <summary>It boots from a volume.</summary>
    public bool IsVolumeBacked { get; init; }
}

/// <summary>A port of a server in a template.</summary>
/// <param name="ResourceName">The name of its resource; null for one that the server makes for itself.</param>
/// <param name="MacAddress">Its MAC address as written, in canonical form; null if there is none or it is not written out.</param>
/// <param name="NetworkResource">The name of its network's resource; null if the network is no resource of the template.</param>
public sealed record TemplatePort(string? ResourceName, string? MacAddress, string? NetworkResource)
{
    /// <summary>The template can give it a MAC address: it is no port from outside.</summary>
    public bool CanTakeMac { get; init; }

    /// <summary>Equal for ports of one network; null if the network is not known.</summary>
    internal string? NetworkKey { get; init; }
}
