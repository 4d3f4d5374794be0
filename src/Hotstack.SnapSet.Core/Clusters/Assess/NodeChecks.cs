using Hotstack.Clusters.Certificates;
using Hotstack.Clusters.Nodes;
using Hotstack.OpenShift.Objects;
using k8s.Models;

namespace Hotstack.Clusters.Assess;

/// <summary>Whether the nodes are there, ready just now, and take pods.</summary>
internal static class NodeChecks
{
    private const string Name = "Nodes";
    private const string ScheduleCheck = "Schedulable";
    private const string SetCheck = "NodeSet";
    private const string KubeletCheck = "Kubelets";

    private static readonly string[] BadConditions = ["MemoryPressure", "DiskPressure", "PIDPressure", "NetworkUnavailable"];

    /// <summary>Whether the target of a check is a node: an operator, for one, may have the name of a node.</summary>
    public static bool AreOfNodes(string check) => check is Name or ScheduleCheck or SetCheck or KubeletCheck or KubeletRules.Name;

    public static IEnumerable<ClusterCheck> Check(ClusterState state, IReadOnlyList<NodeCertificates> certificates, AssessmentBaseline? baseline)
    {
        if (state.Nodes.Value is not { } nodes)
        {
            return [state.Nodes.Unknown(Name)];
        }

        return
        [
            .. nodes.Select(node => CheckReady(state, node)).DefaultIfEmpty(new(Name, ClusterCheckResult.Failed, "the cluster shows no nodes")),
            .. CheckSchedulable(nodes, baseline),
            .. CheckSet(nodes, baseline),
            .. CheckProxies(certificates),
        ];
    }

    /// <summary>When a node was last heard of, as far as we can see.</summary>
    public static NodeHeartbeat HeartbeatOf(ClusterState state, V1Node node) => NodeHeartbeat.Of(
        node, state.Nodes.At ?? state.Now, state.NodeLeases.Value, state.NodeLeases.At ?? state.Now);

    private static ClusterCheck CheckReady(ClusterState state, V1Node node)
    {
        Condition? ready = node.Conditions.Find("Ready");
        if (ready is not { IsTrue: true })
        {
            return Of(node, ClusterCheckResult.Failed, $"node {node.Name} is not ready: {ConditionText.Why(ready)}");
        }

        if (node.Conditions.FirstOrDefault(condition => condition.IsTrue && BadConditions.Contains(condition.Type)) is { } bad)
        {
            return Of(node, ClusterCheckResult.Failed, $"node {node.Name} has {bad.Type}: {ConditionText.Why(bad)}");
        }

        return HeartbeatOf(state, node) switch
        {
            { Age: null } => Of(node, ClusterCheckResult.Unknown, $"node {node.Name} is ready, but when it last said so is not known"
                + (state.NodeLeases.Problem is { } problem ? $": {problem}" : "")),
            // A state from before a shutdown stays as it was until the API server notices that its node is silent.
            { IsSilent: true, Age: { } age } => Of(node, ClusterCheckResult.Failed, $"node {node.Name} was ready, but has not been heard of for {TimeText.Of(age)}"),
            { Age: { } age } when age < -NodeHeartbeat.LeaseLimit => Of(node, ClusterCheckResult.Warning,
                $"node {node.Name} is ready; its clock is {TimeText.Of(age.Duration())} ahead of the cluster's"),
            _ => Of(node, ClusterCheckResult.Passed, $"node {node.Name} is ready"),
        };
    }

    private static ClusterCheck[] CheckSchedulable(IReadOnlyList<V1Node> nodes, AssessmentBaseline? baseline)
    {
        ClusterCheck[] cordoned =
        [
            .. nodes.Where(node => node.IsUnschedulable).Select(node => baseline is null || baseline.UnschedulableNodes.Contains(node.Name)
                ? new ClusterCheck(ScheduleCheck, ClusterCheckResult.Warning,
                    $"node {node.Name} is cordoned: no new pods are placed on it{(baseline is null ? "" : ", as before the shutdown")}") { Target = node.Name }
                : new ClusterCheck(ScheduleCheck, ClusterCheckResult.Failed,
                    $"node {node.Name} is cordoned, and was not before the shutdown") { Target = node.Name }),
        ];
        return cordoned.Length > 0 ? cordoned : [new(ScheduleCheck, ClusterCheckResult.Passed, "no node is cordoned")];
    }

    private static ClusterCheck[] CheckSet(IReadOnlyList<V1Node> nodes, AssessmentBaseline? baseline)
    {
        if (baseline is null)
        {
            return [Comparison.Skipped(SetCheck, "nodes")];
        }

        string[] names = [.. nodes.Select(node => node.Name)];
        ClusterCheck[] differences =
        [
            .. baseline.Nodes.Except(names).Order(StringComparer.Ordinal).Select(name => new ClusterCheck(SetCheck, ClusterCheckResult.Failed,
                $"node {name} was there before the shutdown, and is not now") { Target = name }),
            .. names.Except(baseline.Nodes).Order(StringComparer.Ordinal).Select(name => new ClusterCheck(SetCheck, ClusterCheckResult.Warning,
                $"node {name} was not there before the shutdown") { Target = name }),
        ];
        return differences.Length > 0 ? differences : [new(SetCheck, ClusterCheckResult.Passed, "the nodes are those from before the shutdown")];
    }

    /// <summary>Logs, shells and metrics come by this way; it needs the kubelets' serving certificates.</summary>
    private static IEnumerable<ClusterCheck> CheckProxies(IReadOnlyList<NodeCertificates> certificates) => certificates.Select(node =>
        new ClusterCheck(
            KubeletCheck,
            node.IsAnswering switch { true => ClusterCheckResult.Passed, false => ClusterCheckResult.Failed, null => ClusterCheckResult.Unknown },
            node.IsAnswering == true ? $"the kubelet of {node.Node} answers the API server" : node.Problem ?? $"the kubelet of {node.Node} does not answer")
        {
            Target = node.Node,
        });

    private static ClusterCheck Of(V1Node node, string result, string message) => new(Name, result, message) { Target = node.Name };
}
