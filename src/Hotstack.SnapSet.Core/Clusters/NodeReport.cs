using Hotstack.OpenShift.Objects;

namespace Hotstack.Clusters;

/// <summary>The state of a node.</summary>
public sealed record NodeReport
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>Its roles: <c>master</c>, <c>worker</c>.</summary>
    public IReadOnlyList<string> Roles { get; init; } = [];

    /// <summary>Its kubelet says that it is ready; see <see cref="HeartbeatAge"/> for when it did.</summary>
    public bool IsReady { get; init; }

    /// <summary>It is cordoned: no new pods are placed on it.</summary>
    public bool IsUnschedulable { get; init; }

    /// <summary>How long ago it was heard of; null if that is not known.</summary>
    public TimeSpan? HeartbeatAge { get; init; }

    /// <summary>Changes with every boot.</summary>
    public string? BootId { get; init; }

    /// <summary>Its addresses.</summary>
    public IReadOnlyList<NodeAddress> Addresses { get; init; } = [];

    /// <summary>Until when its certificate for calling the API server is valid; null if that is not known.</summary>
    public DateTimeOffset? ClientCertificateUntil { get; init; }

    /// <summary>Until when its certificate for being called is valid; null if that is not known, or if it has none.</summary>
    public DateTimeOffset? ServingCertificateUntil { get; init; }

    /// <summary>What is wrong with it, or not known about it.</summary>
    public IReadOnlyList<string> Problems { get; init; } = [];

    /// <summary>The name, so that a list of nodes reads well.</summary>
    public override string ToString() => Name;
}
