using Hotstack.Sandbox.Cluster.Control;
using Hotstack.Sandbox.Cluster.Kubelets;
using Hotstack.Sandbox.Cluster.Objects;
using Hotstack.Sandbox.Cluster.Trust;

namespace Hotstack.Sandbox.Cluster;

/// <summary>What the disks of a cluster's nodes held of it at one moment. It never changes.</summary>
/// <param name="Objects">What etcd held.</param>
/// <param name="Certificates">The operators' certificates, which are in etcd too.</param>
/// <param name="Pods">Logs and images.</param>
/// <param name="Nodes">What each node has of its own, in their order.</param>
internal sealed record ClusterState(
    ObjectStoreState Objects, CertificateInventory Certificates, PodRunsState Pods, IReadOnlyList<NodeState> Nodes);
