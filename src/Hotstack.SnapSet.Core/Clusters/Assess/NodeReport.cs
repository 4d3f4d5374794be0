using Hotstack.OpenShift.Objects;

namespace Hotstack.Clusters;

/// <summary>The state of a node.</summary>
public sealed record NodeReport
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>Its roles: <c>master</c>, <c>worker</c>.</summary>
    public Listing<string> Roles { get; init; } = [];

    /// <summary>Its kubelet says that it is ready; see <see cref="HeartbeatAge"/> for when it did.</summary>
    public bool IsReady { get; init; }

    /// <summary><c>Ready</c> or <c>NotReady</c>, and whether it is cordoned: <c>Ready, cordoned</c>.</summary>
    public string Status => $"{(IsReady ? "Ready" : "NotReady")}{(IsUnschedulable ? ", cordoned" : "")}";

    /// <summary>It is cordoned: no new pods are placed on it.</summary>
    public bool IsUnschedulable { get; init; }

    /// <summary>How long ago it was heard of; null if that is not known.</summary>
    public TimeSpan? HeartbeatAge { get; init; }

    /// <summary><see cref="HeartbeatAge"/> for people: <c>12 s</c>.</summary>
    public string? HeartbeatAgeText => HeartbeatAge is { } age ? TimeText.Of(age) : null;

    /// <summary>Changes with every boot.</summary>
    public string? BootId { get; init; }

    /// <summary>Its addresses.</summary>
    public Listing<NodeAddress> Addresses { get; init; } = [];

    /// <summary>Until when its certificate for calling the API server is valid; null if that is not known.</summary>
    public DateTimeOffset? ClientCertificateUntil { get; init; }

    /// <summary>Until when its certificate for being called is valid; null if that is not known, or if it has none.</summary>
    public DateTimeOffset? ServingCertificateUntil { get; init; }

    /// <summary>What is wrong with it, or not known about it.</summary>
    public Listing<string> Problems { get; init; } = [];

    /// <summary>The name, so that a list of nodes reads well.</summary>
    public override string ToString() => Name;
}
