namespace Hotstack.OpenShift;

/// <summary>Which objects of a kind a list asks for. What is null does not select.</summary>
internal sealed record ListQuery
{
    public static readonly ListQuery All = new();

    /// <summary>Only those of this namespace.</summary>
    public string? Namespace { get; init; }

    /// <summary>Only those whose labels fit: <c>app=multus,tier!=cache</c>.</summary>
    public string? Labels { get; init; }

    /// <summary>Only those whose fields fit, of the few fields that a kind can be asked by: <c>spec.nodeName=master-0</c>.</summary>
    public string? Fields { get; init; }

    /// <summary>Only their metadata: what is secret or large in them is not even sent.</summary>
    public bool IsMetadataOnly { get; init; }

    /// <summary>How many objects to ask for at once.</summary>
    public int PageSize { get; init; } = 500;
}
