namespace Hotstack.Clusters.Certificates;

/// <summary>Until when a node's kubelet can prove who it is. Without that it takes no part in the cluster.</summary>
public sealed record NodeCertificates
{
    /// <summary>The node.</summary>
    public required string Node { get; init; }

    /// <summary>Until when its certificate for calling the API server is valid; null if that is not known.</summary>
    public DateTimeOffset? ClientNotAfter { get; init; }

    /// <summary>Until when its certificate for being called is valid; null if that is not known, or if it has none.</summary>
    public DateTimeOffset? ServingNotAfter { get; init; }

    /// <summary>The cluster signs its serving certificate, as is usual; if not, its end is not the cluster's concern.</summary>
    public bool UsesServing { get; init; } = true;

    /// <summary>Why a date is not known; null if all are.</summary>
    public string? Problem { get; init; }

    /// <summary>Its kubelet answers the API server; null if we have no right to see that.</summary>
    internal bool? IsAnswering { get; init; } = true;

    /// <summary>Until when all that it uses is valid; null if that is not known.</summary>
    internal DateTimeOffset? NotAfter => UsesServing
        ? ServingNotAfter is { } serving && ClientNotAfter is { } client ? (serving < client ? serving : client) : null
        : ClientNotAfter;

    /// <summary>The node.</summary>
    public override string ToString() => Node;
}
