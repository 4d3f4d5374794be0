using Hotstack.Sandbox.Cluster.Control;
using Hotstack.Sandbox.Cluster.Kinds;
using Hotstack.Sandbox.Cluster.Kubelets;
using Hotstack.Sandbox.Cluster.Objects;
using Hotstack.Sandbox.Cluster.Trust;
using Hotstack.Sandbox.Compute;

namespace Hotstack.Sandbox.Cluster;

/// <summary>
/// A cluster, put together from its parts. No part knows the cluster: each takes the parts that it uses, and raises
/// events, which are connected here. What happens later is scheduled on the cloud; what changes all the time (heartbeats) is computed
/// when it is read.
/// </summary>
internal sealed class OpenShiftCluster
{
    private readonly Dictionary<ResourceType, Kind> _kinds;
    private readonly NamespaceKind _namespaces;
    private bool _hasBooted = true;
    private ObjectStoreState? _loaded;

    /// <summary>The cluster of a deployment, which runs.</summary>
    public OpenShiftCluster(SandboxCloud cloud, string name, List<Server> servers)
        : this(cloud, name, cloud.Now - cloud.Options.ClusterAge, [.. NodesOf(servers).Select((s, i) => new ClusterNode(s, i))], 0,
            (clock, nodes, born) => new ControlPlane(clock, nodes, servers.First(IsController), born))
    {
        StackId = servers[0].StackId;
        Certificates.Install(Born);
        foreach (var node in Nodes)
        {
            (node.KubeletRuns, node.IsConnected, node.Beats, node.BeatsSince, node.BootId) = (true, true, true, Clock.Now, Names.NewId());
        }

        new ClusterSeed(this).Plant();
        Certificates.Reschedule();
    }

    /// <summary>The same cluster once more, as it was at a moment, off, for the servers of another stack.</summary>
    public OpenShiftCluster(SandboxCloud cloud, OpenShiftCluster model, ClusterState state, string? stackId, int number)
        : this(cloud, model.Name, model.Born, [.. model.Nodes.Select(n => new ClusterNode(n))], number,
            (clock, nodes, _) => new ControlPlane(clock, nodes, model.Control.ControllerOrigin))
    {
        (StackId, _hasBooted) = (stackId, false);
        Load(state);
        foreach (var node in Nodes)
        {
            node.Load(state.Nodes[node.Index]);
        }
    }

    private OpenShiftCluster(SandboxCloud cloud, string name, DateTimeOffset born, List<ClusterNode> nodes, int number,
        Func<ClusterClock, IReadOnlyList<ClusterNode>, DateTimeOffset, ControlPlane> control)
    {
        (Name, Born, Nodes) = (name, born, nodes);
        Names = new ClusterNames(number);
        Clock = new ClusterClock(cloud);
        Store = new ObjectStore(Clock, Names);
        Control = control(Clock, Nodes, Born);
        Certificates = new Certificates(Clock, Store, Control, Nodes);
        Csrs = new Csrs(Clock, Store, Control, Nodes, Certificates);
        Operators = new Operators(Clock, Store, Control, Nodes, Born);
        Kubelets = new NodeKubelets(Clock, Store, Control, Nodes, Certificates, Csrs);
        Power = new NodePower(cloud, Clock, Names, Control, Nodes, Kubelets);
        Pods = new PodRuns(Clock, Store, Nodes, Kubelets, Power);
        _namespaces = new NamespaceKind(Store, Clock, Control, Pods);
        _kinds = ResourceTypes.All.ToDictionary(t => t, MakeKind);
        Connect();
    }

    /// <summary>The name of the stack that it was installed in.</summary>
    public string Name { get; }

    /// <summary>The stack whose servers are its nodes; null if they are of none.</summary>
    public string? StackId { get; private set; }

    /// <summary>Whether any server of it is left, on or off.</summary>
    public bool HasServers => Servers.Any(s => !s.Deleted);

    /// <summary>Whether any of its nodes runs.</summary>
    public bool IsOn => Nodes.Any(n => n.IsOn);

    /// <summary>When the cluster was installed.</summary>
    public DateTimeOffset Born { get; }

    public ClusterClock Clock { get; }

    public ClusterNames Names { get; }

    public IReadOnlyList<ClusterNode> Nodes { get; }

    public ObjectStore Store { get; }

    public ControlPlane Control { get; }

    public Certificates Certificates { get; }

    public Csrs Csrs { get; }

    public Operators Operators { get; }

    public NodeKubelets Kubelets { get; }

    public NodePower Power { get; }

    public PodRuns Pods { get; }

    private IEnumerable<Server> Servers => Nodes.Select(n => n.Server).Append(Control.Controller).OfType<Server>();

    public ClusterNode? Node(string name) => Nodes.FirstOrDefault(n => n.Name == name);

    /// <summary>The rules of a kind of objects.</summary>
    public Kind KindOf(ResourceType type) => _kinds[type];

    /// <summary>Whether a disk was first that of one of its servers.</summary>
    public bool IsOf(GuestDisk disk) => disk.Origin == Control.ControllerOrigin || Nodes.Any(n => n.Origin == disk.Origin);

    /// <summary>Whether a server is one of its nodes, or its controller.</summary>
    public bool Holds(Server server) => Servers.Contains(server);

    /// <summary>What the disks of its nodes hold of it.</summary>
    public ClusterState Keep() => new(Store.Keep(), Certificates.Inventory.Keep(), Pods.Keep(),
        [.. Nodes.Select(n => n.Keep() with { LastBeat = Kubelets.LastBeat(n) })]);

    /// <summary>Handles a server that is started or stopped.</summary>
    public void Switched(Server server)
    {
        if (!_hasBooted && server.IsOn && server.Disk.Cluster is { } state
            && Nodes.FirstOrDefault(n => n.Origin == server.Disk.Origin) is { } node)
        {
            node.Load(state.Nodes[node.Index]);
            if (node.IsMaster && (_loaded is null || state.Objects.Revision > _loaded.Revision))
            {
                // The member of etcd that has seen the most.
                Load(state);
                _loaded = state.Objects;
            }
        }

        Power.Switched(server);
    }

    /// <summary>
    /// Goes along with another stack, whose servers are to be its nodes, and begins from what is on their disks. The disks of those that it
    /// had stay as they are now.
    /// </summary>
    public void MoveTo(string? stackId)
    {
        var state = Keep();
        foreach (var server in Servers)
        {
            server.Disk.Cluster = state;
        }

        foreach (var node in Nodes)
        {
            node.Server = null;
        }

        (Control.Controller, StackId, _hasBooted, _loaded) = (null, stackId, false, null);
    }

    private static bool IsController(Server server) => server.GuestName == "controller";

    private static IEnumerable<Server> NodesOf(List<Server> servers) => servers.Where(s => !IsController(s));

    private void Load(ClusterState state)
    {
        Store.Load(state.Objects);
        Certificates.Inventory.Load(state.Certificates);
        Pods.Load(state.Pods);
    }

    private Kind MakeKind(ResourceType type) => type switch
    {
        _ when type == ResourceTypes.Nodes => new NodeKind(Store, Clock, Nodes, Kubelets, Operators),
        _ when type == ResourceTypes.Namespaces => _namespaces,
        _ when type == ResourceTypes.Pods => new PodKind(Store, Nodes, Kubelets, Pods),
        _ when type == ResourceTypes.Csrs => new CsrKind(Store, Clock, Csrs),
        _ when type == ResourceTypes.Secrets => new SecretKind(Store, Certificates),
        _ when type == ResourceTypes.Leases => new LeaseKind(Store, Clock, Control, Nodes, Kubelets),
        _ when type == ResourceTypes.Budgets => new BudgetKind(Store),
        _ when type == ResourceTypes.Pools || type == ResourceTypes.ApiServices => new ReportedKind(type, Store, Operators),
        { Group: "apps" } => new WorkloadKind(type, Store),
        _ => new Kind(type, Store),
    };

    private void Connect()
    {
        Store.View = (type, o) => _kinds[type].View(o);
        Store.Fill = (type, o) => _kinds[type].Fill(o);
        Control.QuorumChanged += Kubelets.DisconnectAll;
        Control.BecameReady += CatchUp;
        Certificates.ClientDue += Csrs.AskForClient;
        Certificates.ServingDue += Csrs.AskForServing;
        Certificates.ClientExpired += Kubelets.LoseCertificate;
        Csrs.ClientIssued += Kubelets.UseCertificate;
        Kubelets.Returned += Pods.Resume;
        Kubelets.ConditionChanged += Operators.Evaluate;
        Power.Changed += Operators.Evaluate;
    }

    /// <summary>Lets the controllers do what waited for the API.</summary>
    private void CatchUp(bool isBooted)
    {
        _hasBooted = true;
        if (isBooted)
        {
            Operators.Boot();
            Certificates.Recover();
        }

        Csrs.CatchUp();
        _namespaces.CatchUp();
        Kubelets.ConnectAll();
        Certificates.Reschedule();
    }
}
