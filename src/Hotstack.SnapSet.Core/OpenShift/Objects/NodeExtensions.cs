using k8s.Models;

namespace Hotstack.OpenShift.Objects;

/// <summary>What we ask of nodes.</summary>
internal static class NodeExtensions
{
    private const string RoleLabel = "node-role.kubernetes.io/";

    extension(V1Node node)
    {
        /// <summary>Cordoned: no new pods are placed on it.</summary>
        public bool IsUnschedulable => node.Spec?.Unschedulable == true;

        /// <summary>Its addresses, as its kubelet tells them.</summary>
        public IReadOnlyList<NodeAddress> Addresses =>
            [.. (node.Status?.Addresses ?? []).Select(address => new NodeAddress(address.Type ?? "", address.Address ?? ""))];

        /// <summary>Its conditions; <c>Ready</c> among them.</summary>
        public IReadOnlyList<Condition> Conditions => [.. (node.Status?.Conditions ?? []).Select(Condition.From)];

        /// <summary>Changes with every boot; null if it does not tell.</summary>
        public string? BootId => node.Status?.NodeInfo?.BootID;

        /// <summary>Its roles by its labels: <c>master</c>, <c>control-plane</c>, <c>worker</c>.</summary>
        public IReadOnlyList<string> Roles =>
        [
            .. node.Labels.Keys.Where(key => key.StartsWith(RoleLabel, StringComparison.Ordinal)).Select(key => key[RoleLabel.Length..])
                .Order(StringComparer.Ordinal),
        ];

        /// <summary>Runs the control plane.</summary>
        public bool IsMaster => node.Roles.Contains("master") || node.Roles.Contains("control-plane");
    }
}

/// <summary>One address of a node.</summary>
/// <param name="Type"><c>InternalIP</c>, <c>ExternalIP</c>, <c>Hostname</c>, <c>InternalDNS</c> or <c>ExternalDNS</c>.</param>
/// <param name="Address">An IP address or a name.</param>
public sealed record NodeAddress(string Type, string Address)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Type}={Address}";
}
