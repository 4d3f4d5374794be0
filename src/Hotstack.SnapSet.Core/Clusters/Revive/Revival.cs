using Hotstack.OpenShift;
using Hotstack.OpenStack;

namespace Hotstack.Clusters.Revive;

/// <summary>What all steps of a revival need.</summary>
/// <param name="Cloud">The cloud of the servers.</param>
/// <param name="Cluster">The cluster.</param>
/// <param name="Plan">The servers, and what is known of the cluster.</param>
/// <param name="Request">How to revive it.</param>
/// <param name="Activity">Receives a line for each step.</param>
internal sealed record Revival(
    Cloud Cloud, Cluster Cluster, ReviveClusterPlan Plan, ReviveClusterRequest Request, IActivity Activity)
{
    /// <summary>The end of the whole run.</summary>
    public Deadline Deadline { get; } = new(Request.Timeout, Cluster.Time);

    /// <summary>The title of its progress.</summary>
    public string Work => WorkOf(Cluster);

    /// <inheritdoc cref="Work"/>
    public static string WorkOf(Cluster cluster) => $"Reviving cluster {cluster.Name}";

    /// <summary>A step's timeout, within that of the whole run.</summary>
    public TimeSpan AtMost(TimeSpan timeout) => timeout < Deadline.Left ? timeout : Deadline.Left;
}
