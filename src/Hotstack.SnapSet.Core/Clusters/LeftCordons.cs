using Hotstack.Clusters.Nodes;
using Hotstack.OpenShift;
using k8s.Models;

namespace Hotstack.Clusters;

/// <summary>Nodes that were left cordoned: the machine-config operator cordons a node for a change, and may fail to uncordon it,
/// mostly on a cluster's first day.</summary>
/// <remarks>Upstream uncordons all nodes before the last wait of a preparation (hotstack 789f403).</remarks>
internal sealed class LeftCordons(Cluster cluster, IActivity activity)
{
    /// <summary>Whether the cordon of a node is left over and not wanted.</summary>
    /// <param name="node">The node.</param>
    /// <param name="withOthers">The user says that cordons of unknown origin are not wanted either.</param>
    public static bool IsLeft(V1Node node, bool withOthers) => MachineConfigState.OriginOf(node) switch
    {
        CordonOrigin.LeftByRollout => true,
        CordonOrigin.Other => withOthers && MachineConfigState.IsDone(node),
        _ => false,
    };

    /// <summary>Uncordons such nodes, also those with cordons of unknown origin. A node that is being changed, and one that a begun shutdown
    /// cordoned, stay cordoned.</summary>
    public async Task UncordonAsync(CancellationToken stop)
    {
        string[] left = [.. (await cluster.ListNodesAsync(stop)).Items.Where(node => IsLeft(node, withOthers: true)).Select(node => node.Name)];
        await new Cordon(cluster, activity).RemoveAsync(left, stop);
        if (left.Length > 0)
        {
            activity.Warning($"Uncordoned {string.Join(", ", left)}: left cordoned, with no change of configuration in progress.");
        }
    }
}
