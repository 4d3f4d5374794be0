using Hotstack.Sandbox.Compute;

namespace Hotstack.Sandbox.Cluster.Control;

/// <summary>A server as a node of the cluster.</summary>
internal sealed class ClusterNode(Server server, int index)
{
    /// <summary>The server that has its disk: the first one, or one made from a snapshot of it.</summary>
    public Server Server { get; set; } = server;

    /// <summary>The server that was installed as this node.</summary>
    public string Origin { get; } = server.Id;

    /// <summary>Its place among the nodes, from 0.</summary>
    public int Index { get; } = index;

    public string Name { get; } = server.GuestName;

    public string Address { get; } = server.Ports[0].Address;

    public bool IsMaster { get; } = server.GuestName.StartsWith("master", StringComparison.Ordinal);

    /// <summary>How often its power changed; a change cancels what was scheduled before it.</summary>
    public int Boot { get; set; }

    public string BootId { get; set; } = "";

    /// <summary>The guest is shutting down by itself.</summary>
    public bool IsGoingDown { get; set; }

    public bool KubeletRuns { get; set; }

    /// <summary>Counts the attempts to connect to the API and the lost connections.</summary>
    public int Connections { get; set; }

    public bool IsConnected { get; set; }

    /// <summary>Whether its heartbeats arrive.</summary>
    public bool Beats { get; set; }

    public DateTimeOffset BeatsSince { get; set; }

    /// <summary>The last heartbeat before they stopped.</summary>
    public DateTimeOffset LastBeat { get; set; }

    /// <summary>When logind will power it off.</summary>
    public DateTimeOffset? Shutdown { get; set; }

    public NodeCertificate? Client { get; set; }

    public NodeCertificate? Serving { get; set; }

    /// <summary>The certificate's file was moved away; the kubelet notices when it restarts.</summary>
    public bool ClientFileGone { get; set; }

    public bool ServingFileGone { get; set; }

    /// <summary>The name of the CSR that the kubelet waits for.</summary>
    public string? ClientRequest { get; set; }

    public string? ServingRequest { get; set; }

    /// <summary>When the kubelet asks for its next client certificate.</summary>
    public DateTimeOffset ClientDue { get; set; }

    public DateTimeOffset ServingDue { get; set; }

    public int Renewals { get; set; }

    public PodFate Fate { get; set; }

    /// <summary>Directories that hold an etcd backup.</summary>
    public List<string> Backups { get; } = [];
}

/// <summary>A kubelet's certificate.</summary>
internal sealed record NodeCertificate(DateTimeOffset NotBefore, DateTimeOffset NotAfter, double RenewedAt)
{
    /// <summary>When the kubelet asks for the next one: after 70 to 90 % of its life.</summary>
    public DateTimeOffset Due => NotBefore + ((NotAfter - NotBefore) * RenewedAt);
}
