using Hotstack.OpenShift.Objects;
using k8s.Models;

namespace Hotstack.Clusters.Nodes;

/// <summary>Who cordoned a node, as far as the node shows it.</summary>
internal enum CordonOrigin
{
    /// <summary>It is not cordoned.</summary>
    None,

    /// <summary>This module cordoned it for a shutdown.</summary>
    Ours,

    /// <summary>The machine-config operator, which changes the node now and uncordons it afterwards.</summary>
    Rollout,

    /// <summary>The machine-config operator, which has finished with the node, or wants it uncordoned, and has not done so.</summary>
    LeftByRollout,

    /// <summary>Somebody, or another program: the node does not show it.</summary>
    Other,
}

/// <summary>What the machine-config operator notes on a node.</summary>
/// <remarks>The annotations are those of its daemon and its drain controller (openshift/machine-config-operator,
/// pkg/daemon/constants/constants.go): the daemon requests a drain as <c>desiredDrain: drain-CONFIG</c> and its end as
/// <c>uncordon-CONFIG</c>, and the controller copies the request to <c>lastAppliedDrain</c> when it has done it.</remarks>
internal static class MachineConfigState
{
    private const string Annotation = "machineconfiguration.openshift.io/";
    private const string Drain = "drain-";
    private const string Uncordon = "uncordon-";

    /// <summary>The text of an annotation; null if the node does not have it.</summary>
    public static string? Of(V1Node node, string annotation) => node.Annotations.GetValueOrDefault(Annotation + annotation);

    /// <summary>The node has the configuration and the image that are wanted of it, and nothing is being changed.</summary>
    public static bool IsDone(V1Node node) => Of(node, "currentConfig") is { } current && current == Of(node, "desiredConfig")
        && Of(node, "currentImage") == Of(node, "desiredImage") && Of(node, "state") == "Done";

    /// <summary>Who cordoned the node.</summary>
    public static CordonOrigin OriginOf(V1Node node)
    {
        bool isDrained = Of(node, "lastAppliedDrain")?.StartsWith(Drain, StringComparison.Ordinal) == true;
        return !node.IsUnschedulable ? CordonOrigin.None
            : Cordon.IsOurs(node) ? CordonOrigin.Ours
            : !isDrained ? CordonOrigin.Other
            : IsDone(node) || Of(node, "desiredDrain")?.StartsWith(Uncordon, StringComparison.Ordinal) == true ? CordonOrigin.LeftByRollout
            : CordonOrigin.Rollout;
    }
}
