using Hotstack.Sandbox.Compute;

namespace Hotstack.Sandbox.Cluster;

/// <summary>
/// The clusters: that of the deployment, and those of the stacks that were made from its disks. Each such stack has a cluster of its own,
/// begun from what is on its disks. The first cluster, which the direct address leads to, moves to the first of these stacks, if its own
/// nodes are off, and to the next one when that stack is gone.
/// </summary>
internal sealed class ClusterCopies(SandboxCloud cloud)
{
    private readonly List<OpenShiftCluster> _all = [];
    private string? _deployment;
    private int _made;

    /// <summary>The one that the direct address leads to; null if the deployment has none.</summary>
    public OpenShiftCluster? First => _all.FirstOrDefault();

    public void Clear()
    {
        _all.Clear();
        _made = 0;
    }

    /// <summary>Adds the cluster of the deployment.</summary>
    public void Install(OpenShiftCluster cluster)
    {
        _all.Add(cluster);
        _deployment = cluster.StackId;
    }

    public bool Contains(OpenShiftCluster cluster) => _all.Contains(cluster);

    /// <summary>The cluster whose nodes are servers of a stack; null if there is none.</summary>
    public OpenShiftCluster? OfStack(string stackName) =>
        cloud.StackList.Find(s => s.Name == stackName) is { } stack ? _all.Find(c => c.StackId == stack.Id) : null;

    /// <summary>The cluster that a controller leads to; null if there is none.</summary>
    public OpenShiftCluster? Behind(string controllerId) => _all.Find(c => c.Control.Controller?.Id == controllerId);

    /// <summary>Handles a server that is started or stopped.</summary>
    public void Switched(Server server)
    {
        if (First is { } first && first.IsOf(server.Disk))
        {
            (Of(server) ?? (server.IsOn ? New(first, server) : null))?.Switched(server);
        }
    }

    /// <summary>Notes on a server's disk what the cluster is now, before it is copied or outlives the server.</summary>
    public void Keep(Server server)
    {
        if (_all.Find(c => c.Holds(server)) is { } cluster)
        {
            server.Disk.Cluster = cluster.Keep();
        }
    }

    /// <summary>That which it belongs to. Servers that no stack made belong to the first one.</summary>
    private OpenShiftCluster? Of(Server server) =>
        _all.Find(c => c.Holds(server)) ?? (server.StackId is null ? First : _all.Find(c => c.StackId == server.StackId));

    private OpenShiftCluster New(OpenShiftCluster first, Server server)
    {
        if (!first.IsOn && (first.StackId == _deployment || !first.HasServers))
        {
            first.MoveTo(server.StackId);
            return first;
        }

        _all.RemoveAll(c => c != first && !c.HasServers);
        var copy = new OpenShiftCluster(cloud, first, server.Disk.Cluster ?? first.Keep(), server.StackId, ++_made);
        _all.Add(copy);
        return copy;
    }
}
