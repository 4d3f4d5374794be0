using Hotstack.Sandbox.Compute.HostKeys;

namespace Hotstack.Sandbox.Compute;

/// <summary>What a disk, or a snapshot of one, carries.</summary>
public sealed class GuestDisk
{
    private GuestDisk(string origin, int boots) => (Origin, Boots) = (origin, boots);

    /// <summary>The id of the server whose disk it was first.</summary>
    public string Origin { get; }

    /// <summary>How often a guest has booted from it, copies of it before this one included.</summary>
    public int Boots { get; internal set; }

    /// <summary>The server on which cloud-init last found itself; another one is a new instance to it.</summary>
    internal string InstanceId { get; set; } = "";

    /// <summary>What its sshd shows.</summary>
    internal HostKeySet HostKeys { get; set; } = new();

    /// <summary>What a node's disk that is copied, or of a server that is gone, holds of the cluster.</summary>
    internal Cluster.ClusterState? Cluster { get; set; }

    internal static GuestDisk New(string origin, int boots = 0) => new(origin, boots);

    internal GuestDisk Copy() => new(Origin, Boots) { InstanceId = InstanceId, HostKeys = HostKeys, Cluster = Cluster };
}
