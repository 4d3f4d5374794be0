using Hotstack.Clusters.Nodes;
using Hotstack.Deployments;
using Hotstack.OpenShift.Objects;

namespace Hotstack.Clusters.Suspend;

/// <summary>A shutdown that can begin, or go on: everything that could be checked beforehand has been.</summary>
internal sealed record SuspensionPlan
{
    public required ClusterRecord Record { get; init; }

    /// <summary>The nodes, as the cluster shows them; none if it need not be asked any more.</summary>
    public IReadOnlyList<NodeServer> Nodes { get; init; } = [];

    /// <summary>The nodes' servers.</summary>
    public required IReadOnlyList<Instance> NodeServers { get; init; }

    /// <summary>Who shuts down the nodes that still run.</summary>
    public required ShutdownMethod Method { get; init; }

    /// <summary>What helper pods run, also those that cancel: found once, before anything is changed; null if there are none.</summary>
    public HelperImage? HelperImage { get; init; }

    /// <summary>An earlier run has begun it: nodes are off, or go by themselves, and that cannot be taken back.</summary>
    public bool IsBegun { get; init; }

    public IReadOnlyList<NodeServer> Masters => [.. Nodes.Where(n => n.Node.IsMaster)];

    public IReadOnlyList<NodeServer> Workers => [.. Nodes.Where(n => !n.Node.IsMaster)];

    /// <summary>The servers that still have to go, in the groups in which they do: workers, masters, all others.</summary>
    public IReadOnlyList<Instance> RunningWorkers => [.. NodeServers.Where(i => IsRunning(i) && !IsMaster(i))];

    public IReadOnlyList<Instance> RunningMasters => [.. NodeServers.Where(i => IsRunning(i) && IsMaster(i))];

    /// <summary>Servers of the deployment that are no nodes, the controller among them.</summary>
    public IReadOnlyList<Instance> RunningOthers => [.. Record.Instances.Where(i => IsRunning(i) && !IsNode(i))];

    public bool IsNode(Instance instance) => NodeServers.Any(n => n.Id == instance.Id);

    private bool IsMaster(Instance instance) =>
        Nodes.FirstOrDefault(n => n.Instance.Id == instance.Id) is { } node ? node.Node.IsMaster : instance.Role == Roles.Master;

    private static bool IsRunning(Instance instance) => instance.Status != ServerRules.ShutOff;
}
