using System.Text.Json;

namespace Hotstack.OpenShift.Objects;

/// <summary>
/// The state of OpenShift's operators of etcd, kube-apiserver and kube-controller-manager: which revision of their static pods runs
/// on which master (operator.openshift.io/v1, its one object <c>cluster</c>).
/// </summary>
internal sealed record StaticPodOperator
{
    /// <summary>The newest revision.</summary>
    public long LatestAvailableRevision { get; init; }

    /// <summary>The revisions by node.</summary>
    public IReadOnlyList<StaticPodRevision> Nodes { get; init; } = [];

    /// <summary>Its conditions; of etcd also <c>EtcdMembersAvailable</c>.</summary>
    public IReadOnlyList<Condition> Conditions { get; init; } = [];

    internal static StaticPodOperator From(JsonElement item)
    {
        JsonElement status = item.Field("status") ?? default;
        return new StaticPodOperator
        {
            LatestAvailableRevision = status.Number("latestAvailableRevision"),
            Nodes = [.. status.Items("nodeStatuses").Select(
                n => new StaticPodRevision(n.Text("nodeName") ?? "", n.Number("currentRevision"), n.Number("targetRevision")))],
            Conditions = Condition.ListOf(item),
        };
    }
}

/// <summary>The revision on a master.</summary>
/// <param name="NodeName">The node.</param>
/// <param name="Current">The running revision.</param>
/// <param name="Target">The revision that is being rolled out; 0 for none.</param>
internal sealed record StaticPodRevision(string NodeName, long Current, long Target);
