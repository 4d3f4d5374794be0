using Hotstack.Sandbox.Compute;

namespace Hotstack.Sandbox.Cluster.Control;

/// <summary>A node of a cluster, and the server that it is now.</summary>
internal sealed class ClusterNode
{
    public ClusterNode(Server server, int index)
    {
        Server = server;
        (Origin, Index, Name, Address) = (server.Id, index, server.GuestName, server.Ports[0].Address);
        IsMaster = Name.StartsWith("master", StringComparison.Ordinal);
    }

    /// <summary>The same node of another cluster, which no server is yet.</summary>
    public ClusterNode(ClusterNode model) =>
        (Origin, Index, Name, Address, IsMaster) = (model.Origin, model.Index, model.Name, model.Address, model.IsMaster);

    /// <summary>The server that has its disk: the first one, or one made from a snapshot of it; null if there is none.</summary>
    public Server? Server { get; set; }

    /// <summary>Whether its server runs.</summary>
    public bool IsOn => Server is { IsOn: true };

    /// <summary>The server that was installed as this node.</summary>
    public string Origin { get; }

    /// <summary>Its place among the nodes, from 0.</summary>
    public int Index { get; }

    public string Name { get; }

    public string Address { get; }

    public bool IsMaster { get; }

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

    /// <summary>What its disk holds.</summary>
    public NodeState Keep() => new(Client, Serving, ClientFileGone, ServingFileGone, ClientDue, ServingDue, Renewals, BootId, LastBeat,
        [.. Backups]);

    /// <summary>Becomes as it was; its server has not booted since.</summary>
    public void Load(NodeState state)
    {
        (Client, Serving, ClientFileGone, ServingFileGone) = (state.Client, state.Serving, state.ClientFileGone, state.ServingFileGone);
        (ClientDue, ServingDue, Renewals) = (state.ClientDue, state.ServingDue, state.Renewals);
        (BootId, LastBeat) = (state.BootId, state.LastBeat);
        Backups.Clear();
        Backups.AddRange(state.Backups);
    }
}

/// <summary>What a node's disk holds.</summary>
internal sealed record NodeState(
    NodeCertificate? Client, NodeCertificate? Serving, bool ClientFileGone, bool ServingFileGone, DateTimeOffset ClientDue,
    DateTimeOffset ServingDue, int Renewals, string BootId, DateTimeOffset LastBeat, IReadOnlyList<string> Backups);

/// <summary>A kubelet's certificate.</summary>
internal sealed record NodeCertificate(DateTimeOffset NotBefore, DateTimeOffset NotAfter, double RenewedAt)
{
    /// <summary>When the kubelet asks for the next one, by the clock: after 70 to 90 % of its life.</summary>
    public DateTimeOffset Due => NotBefore + ((NotAfter - NotBefore) * RenewedAt);
}
