using Hotstack.Clusters.Nodes;
using Hotstack.OpenShift.Objects;
using k8s.Models;

namespace Hotstack.Clusters.Assess;

/// <summary>Whether the nodes are there, ready just now, and take pods.</summary>
internal static class NodeChecks
{
    public static IEnumerable<ClusterCheck> CheckReady(CheckInput input) => input.State.Nodes.Value is not { } nodes
        ? [ClusterCheck.Unknown(CheckName.Nodes, input.State.Nodes)]
        : nodes.Select(node => CheckReady(node, HeartbeatOf(input.State, node), input.State.NodeLeases.Problem))
            .DefaultIfEmpty(new(CheckName.Nodes, ClusterCheckResult.Failed, "the cluster shows no nodes"));

    /// <summary>Nothing where the nodes are unknown: <see cref="CheckReady(CheckInput)"/> says so.</summary>
    public static IEnumerable<ClusterCheck> CheckSchedulable(CheckInput input)
    {
        if (input.State.Nodes.Value is not { } nodes)
        {
            return [];
        }

        ClusterCheck[] cordoned = [.. nodes.Where(node => node.IsUnschedulable).Select(node => Cordoned(node, input.Record))];
        return cordoned.Length > 0 ? cordoned : [new(CheckName.Schedulable, ClusterCheckResult.Passed, "no node is cordoned")];
    }

    /// <summary>Nothing where the nodes are unknown: <see cref="CheckReady(CheckInput)"/> says so.</summary>
    public static IEnumerable<ClusterCheck> CheckSet(CheckInput input)
    {
        if (input.State.Nodes.Value is not { } nodes)
        {
            return [];
        }

        if (input.Record is not { } record)
        {
            return [CheckInput.NotCompared(CheckName.NodeSet, "nodes")];
        }

        string[] now = [.. nodes.Select(node => node.Name)];
        string[] before = [.. record.Nodes.Select(node => node.Name)];
        ClusterCheck[] differences =
        [
            .. before.Except(now).Order(StringComparer.Ordinal).Select(name => new ClusterCheck(
                CheckName.NodeSet, ClusterCheckResult.Failed, $"node {name} was there before the shutdown, and is not now")
            {
                Target = name,
            }),
            .. now.Except(before).Order(StringComparer.Ordinal).Select(name => new ClusterCheck(
                CheckName.NodeSet, ClusterCheckResult.Warning, $"node {name} was not there before the shutdown") { Target = name }),
        ];
        return differences.Length > 0 ? differences
            : [new(CheckName.NodeSet, ClusterCheckResult.Passed, "the nodes are those from before the shutdown")];
    }

    /// <summary>Whether the API server reaches the kubelets: for logs, shells and metrics. That needs their serving
    /// certificates.</summary>
    public static IEnumerable<ClusterCheck> CheckKubelets(CheckInput input) => input.State.Nodes.Value is null ? []
        : input.Certificates.Select(node => new ClusterCheck(
            CheckName.Kubelets,
            node.IsAnswering is not { } isAnswering ? ClusterCheckResult.Unknown
                : isAnswering ? ClusterCheckResult.Passed : ClusterCheckResult.Failed,
            node.IsAnswering == true ? $"the kubelet of {node.Node} answers the API server"
                : node.Problem ?? $"the kubelet of {node.Node} does not answer")
        {
            Target = node.Node,
        });

    /// <summary>The last heartbeat of a node.</summary>
    public static NodeHeartbeat HeartbeatOf(ClusterState state, V1Node node) => NodeHeartbeat.Of(
        node, state.Nodes.At ?? state.Now, state.NodeLeases.Value, state.NodeLeases.At ?? state.Now);

    /// <summary>Whether a node is ready just now.</summary>
    /// <param name="node">The node.</param>
    /// <param name="heartbeat">Its last heartbeat.</param>
    /// <param name="leasesProblem">Why the nodes' leases could not be read; null if they were.</param>
    public static ClusterCheck CheckReady(V1Node node, NodeHeartbeat heartbeat, string? leasesProblem)
    {
        Condition? ready = node.Conditions.Find("Ready");
        if (ready is not { IsTrue: true })
        {
            return Of(node, ClusterCheckResult.Failed, $"node {node.Name} is not ready: {ready.Why()}");
        }

        if (node.Pressures is [var bad, ..])
        {
            return Of(node, ClusterCheckResult.Failed, $"node {node.Name} has {bad.Type}: {bad.Why()}");
        }

        return heartbeat switch
        {
            { Age: null } => Of(node, ClusterCheckResult.Unknown,
                $"node {node.Name} is ready, but the time of its last heartbeat is not known"
                + (leasesProblem is not null ? $": {leasesProblem}" : "")),
            // A state from before a shutdown stays until the API server notices that its node is silent.
            { IsSilent: true, Age: { } age } => Of(node, ClusterCheckResult.Failed,
                $"node {node.Name} was ready, but has not been heard of for {TimeText.Of(age)}"),
            { Age: { } age } when age < -NodeHeartbeat.LeaseLimit => Of(node, ClusterCheckResult.Warning,
                $"node {node.Name} is ready; its clock is {TimeText.Of(age.Duration())} ahead of the cluster's"),
            _ => Of(node, ClusterCheckResult.Passed, $"node {node.Name} is ready"),
        };
    }

    /// <summary>For a node that is cordoned: by whom, and whether it was so before the shutdown.</summary>
    /// <param name="node">The node.</param>
    /// <param name="record">What was recorded at the shutdown; null for nothing.</param>
    public static ClusterCheck Cordoned(V1Node node, ClusterRecord? record) =>
        (record is null || record.Nodes.Any(recorded => recorded.Name == node.Name && recorded.WasUnschedulable)
            ? new ClusterCheck(CheckName.Schedulable, ClusterCheckResult.Warning,
                $"node {node.Name} is cordoned: no new pods are placed on it{(record is null ? "" : ", as before the shutdown")}{By(node)}")
            : new ClusterCheck(CheckName.Schedulable, ClusterCheckResult.Failed,
                $"node {node.Name} is cordoned, and was not before the shutdown{By(node)}"))
        with { Target = node.Name };

    private static string By(V1Node node) => MachineConfigState.OriginOf(node) switch
    {
        CordonOrigin.LeftByRollout => "; the machine-config operator cordoned it for a change and did not uncordon it. "
            + $"Run 'Wait-HotstackCluster -StackName … -Uncordon' or 'oc adm uncordon {CommandArgument.Of(node.Name)}'",
        CordonOrigin.Rollout => "; the machine-config operator changes it now",
        _ => "",
    };

    private static ClusterCheck Of(V1Node node, string result, string message) =>
        new(CheckName.Nodes, result, message) { Target = node.Name };
}
