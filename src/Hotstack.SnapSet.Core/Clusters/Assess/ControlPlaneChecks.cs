using Hotstack.OpenShift.Objects;

namespace Hotstack.Clusters.Assess;

/// <summary>Whether etcd is whole, and every master runs the newest revision of the control plane.</summary>
internal static class ControlPlaneChecks
{
    public static IEnumerable<ClusterCheck> Check(ClusterState state) =>
    [
        CheckEtcd(state),
        CheckRollout("etcd", state.Etcd),
        CheckRollout("kube-apiserver", state.KubeApiServer),
        CheckRollout("kube-controller-manager", state.KubeControllerManager),
    ];

    private static ClusterCheck CheckEtcd(ClusterState state)
    {
        const string check = "Etcd";
        if (state.Etcd.Problem is not null)
        {
            return state.Etcd.Unknown(check);
        }

        if (state.Etcd.Value is not { } etcd || etcd.Conditions.Find("EtcdMembersAvailable") is not { } available)
        {
            return new(check, ClusterCheckResult.Unknown, "etcd does not tell whether its members are available (etcds.operator.openshift.io 'cluster')");
        }

        if (!available.IsTrue)
        {
            return new(check, ClusterCheckResult.Failed, $"not all of etcd's members are available: {ConditionText.Why(available)}");
        }

        int? masters = state.Nodes.Value?.Count(node => node.IsMaster);
        return masters is { } count && count != etcd.Nodes.Count
            ? new(check, ClusterCheckResult.Failed, $"etcd runs on {CountText.Of(etcd.Nodes.Count, "node")}, but there are {CountText.Of(count, "master")}")
            : new(check, ClusterCheckResult.Passed, $"etcd's members are available: {DisplayText.OfProse(available.Message ?? $"{etcd.Nodes.Count}")}");
    }

    private static ClusterCheck CheckRollout(string name, Reading<StaticPodOperator?> reading)
    {
        const string check = "Rollout";
        if (reading.Problem is not null)
        {
            return reading.Unknown(check) with { Target = name };
        }

        if (reading.Value is not { Nodes.Count: > 0 } source)
        {
            return new(check, ClusterCheckResult.Unknown, $"which revisions of {name} run is not told") { Target = name };
        }

        StaticPodRevision[] behind = [.. source.Nodes.Where(node => node.Current != source.LatestAvailableRevision || node.Target != 0)];
        return new(check, behind.Length == 0 ? ClusterCheckResult.Passed : ClusterCheckResult.Failed, behind.Length == 0
            ? $"{name} runs in revision {source.LatestAvailableRevision} everywhere"
            : $"{name} is being rolled out in revision {source.LatestAvailableRevision}; in another: "
                + string.Join(", ", behind.Select(node => $"{node.NodeName} ({node.Current})")))
        {
            Target = name,
        };
    }
}
