using Hotstack.Sandbox.Cluster.Control;
using Hotstack.Sandbox.Cluster.Kinds;
using Hotstack.Sandbox.Cluster.Kubelets;
using Hotstack.Sandbox.Cluster.Objects;
using Hotstack.Sandbox.Cluster.Trust;
using Hotstack.Sandbox.Compute;

namespace Hotstack.Sandbox.Cluster;

/// <summary>
/// The cluster of a deployment, put together from its parts. No part knows the cluster: each takes the parts that it uses, and raises
/// events, which are connected here. What happens later is scheduled on the cloud; what changes all the time (heartbeats) is computed
/// when it is read.
/// </summary>
internal sealed class OpenShiftCluster
{
    private readonly Dictionary<ResourceType, Kind> _kinds;
    private readonly NamespaceKind _namespaces;

    public OpenShiftCluster(SandboxCloud cloud, string name, List<Server> servers)
    {
        Name = name;
        Born = cloud.Now - cloud.Options.ClusterAge;
        Clock = new ClusterClock(cloud);
        var controller = servers.First(s => s.GuestName == "controller");
        Nodes = [.. servers.Where(s => s != controller).Select((s, i) => new ClusterNode(s, i))];
        Store = new ObjectStore(Clock, Names);
        Control = new ControlPlane(Clock, Nodes, controller, Born);
        Certificates = new Certificates(Clock, Store, Control, Nodes, Born);
        Csrs = new Csrs(Clock, Store, Control, Nodes, Certificates);
        Operators = new Operators(Clock, Store, Control, Nodes, Born);
        Kubelets = new NodeKubelets(Clock, Store, Control, Nodes, Certificates, Csrs);
        Power = new NodePower(cloud, Clock, Names, Control, Nodes, Kubelets);
        Pods = new PodRuns(Clock, Store, Nodes, Kubelets, Power);
        _namespaces = new NamespaceKind(Store, Clock, Control, Pods);
        _kinds = ResourceTypes.All.ToDictionary(t => t, MakeKind);
        Connect();
        new ClusterSeed(this).Plant();
        Certificates.Reschedule();
    }

    /// <summary>The stack's name.</summary>
    public string Name { get; }

    /// <summary>When the cluster was installed.</summary>
    public DateTimeOffset Born { get; }

    public ClusterClock Clock { get; }

    public ClusterNames Names { get; } = new();

    public IReadOnlyList<ClusterNode> Nodes { get; }

    public ObjectStore Store { get; }

    public ControlPlane Control { get; }

    public Certificates Certificates { get; }

    public Csrs Csrs { get; }

    public Operators Operators { get; }

    public NodeKubelets Kubelets { get; }

    public NodePower Power { get; }

    public PodRuns Pods { get; }

    public ClusterNode? Node(string name) => Nodes.FirstOrDefault(n => n.Name == name);

    /// <summary>The rules of a kind of objects.</summary>
    public Kind KindOf(ResourceType type) => _kinds[type];

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
        foreach (var node in Nodes)
        {
            (node.KubeletRuns, node.IsConnected, node.Beats, node.BeatsSince, node.BootId) = (true, true, true, Clock.Now, Names.NewId());
        }
    }

    /// <summary>Lets the controllers do what waited for the API.</summary>
    private void CatchUp(bool isBooted)
    {
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
