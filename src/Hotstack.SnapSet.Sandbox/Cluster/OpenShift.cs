using System.Text.Json.Nodes;
using Hotstack.Sandbox.Compute;
using Hotstack.Sandbox.Seeds;

namespace Hotstack.Sandbox.Cluster;

internal enum ApiState
{
    Down,
    Starting,
    Ready,
}

/// <summary>
/// The cluster of a deployment. It lives as the rest of the cloud does: what is to happen is scheduled on
/// the cloud, what changes all the time (heartbeats) is worked out when somebody looks.
/// </summary>
internal sealed class OpenShift
{
    public const string NodeLeases = "kube-node-lease";

    public static readonly string[] NodeConditions = ["MemoryPressure", "DiskPressure", "PIDPressure", "Ready"];

    private readonly Random _random = new(Seed.Number + 1);
    private readonly string _controllerOrigin;
    private int _run;
    private bool _quorum = true;
    private DateTimeOffset _outageUntil;

    public OpenShift(SandboxCloud cloud, string name, List<Server> servers)
    {
        Cloud = cloud;
        Name = name;
        Born = cloud.Now - cloud.Options.ClusterAge;
        ReadySince = QuorumSince = Born;
        Controller = servers.First(s => s.Name == "controller");
        _controllerOrigin = Controller.Id;
        Nodes = [.. servers.Where(s => s != Controller).Select((s, i) => new ClusterNode(s, i))];
        Store = new ObjectStore(() => Now, NewId) { View = View };
        Certificates = new Certificates(this);
        Csrs = new Csrs(this);
        Pods = new Pods(this);
        Operators = new Operators(this);
        foreach (var node in Nodes)
        {
            (node.KubeletRuns, node.IsConnected, node.Beats, node.BeatsSince, node.BootId) = (true, true, true, Now, NewId());
        }

        new ClusterSeed(this).Plant();
        Certificates.Arm();
    }

    public SandboxCloud Cloud { get; }

    /// <summary>The stack's name.</summary>
    public string Name { get; }

    /// <summary>When it was installed.</summary>
    public DateTimeOffset Born { get; }

    public DateTimeOffset Now => Cloud.Now;

    /// <summary>What the cluster's own clock shows.</summary>
    public DateTimeOffset Shown => Now + Skew;

    public TimeSpan Skew { get; set; }

    public ClusterDurations Durations => Cloud.Options.ClusterDurations;

    public Server Controller { get; private set; }

    public IReadOnlyList<ClusterNode> Nodes { get; }

    public IEnumerable<ClusterNode> Masters => Nodes.Where(n => n.IsMaster);

    public ObjectStore Store { get; }

    public Certificates Certificates { get; }

    public Csrs Csrs { get; }

    public Pods Pods { get; }

    public Operators Operators { get; }

    public ApiState State { get; private set; } = ApiState.Ready;

    public DateTimeOffset ReadySince { get; private set; }

    public DateTimeOffset QuorumSince { get; private set; }

    public bool IsReady => State == ApiState.Ready;

    /// <summary>Whether anything answers on the API's port.</summary>
    public bool IsReachable => State != ApiState.Down && Controller.IsOn && Now >= _outageUntil;

    public ClusterNode? Node(string name) => Nodes.FirstOrDefault(n => n.Name == name);

    public void After(TimeSpan duration, Action action) => Cloud.After(duration, action);

    /// <summary>A duration at the sandbox's speed.</summary>
    public TimeSpan Scaled(TimeSpan duration) => duration / Cloud.Options.Speed;

    public string NewId()
    {
        var bytes = new byte[16];
        _random.NextBytes(bytes);
        bytes[7] = (byte)((bytes[7] & 0x0f) | 0x40);
        bytes[8] = (byte)((bytes[8] & 0x3f) | 0x80);
        return new Guid(bytes).ToString();
    }

    /// <summary>The end of a generated name.</summary>
    public string NewSuffix() => string.Create(5, _random, (text, random) =>
    {
        foreach (ref var letter in text)
        {
            letter = "bcdfghjklmnpqrstvwxz2456789"[random.Next(27)];
        }
    });

    /// <summary>A generated name that nothing has: where one is taken, another is tried.</summary>
    public string NewName(ResourceType type, string ns, string start)
    {
        string name;
        do
        {
            name = start + NewSuffix();
        }
        while (Store.Get(type, ns, name) is not null);

        return name;
    }

    /// <summary>The load balancer is gone for a while; the cluster behind it goes on.</summary>
    public void Outage(TimeSpan duration) => _outageUntil = Now + duration;

    /// <summary>The API goes and comes back, as when its pods are replaced.</summary>
    public void RestartApi()
    {
        if (State != ApiState.Down)
        {
            var run = ++_run;
            State = ApiState.Down;
            After(Durations.ApiRestart, () => Start(run, booted: false));
        }
    }

    /// <summary>Powers a node off from within, as logind does.</summary>
    public void PowerOff(ClusterNode node)
    {
        var boot = node.Boot;
        node.Shutdown = null;
        node.IsGoingDown = true;
        node.KubeletRuns = false;
        Disconnect(node);
        CheckQuorum();
        After(Durations.GuestShutdown, () =>
        {
            if (node.Boot == boot && node.Server.VmState == "active")
            {
                node.Server.UpdatedAt = Now;
                node.Server.VmState = "stopped";
            }
        });
    }

    public void RestartKubelet(ClusterNode node)
    {
        var boot = node.Boot;
        node.KubeletRuns = false;
        Disconnect(node);
        After(Durations.KubeletRestart, () =>
        {
            if (node.Boot == boot && !node.IsGoingDown)
            {
                StartKubelet(node);
            }
        });
    }

    /// <summary>The kubelet has a client certificate and talks to the API.</summary>
    public void StartBeating(ClusterNode node)
    {
        node.Beats = true;
        node.BeatsSince = Now;
        Store.Change(ResourceTypes.Nodes, "", node.Name, o =>
        {
            o.Child("status").Child("nodeInfo")["bootID"] = node.BootId;
            o.Child("status").Child("nodeInfo")["systemUUID"] = node.Server.Id;
            SetConditions(o, ready: true);
            o.Child("spec").Items("taints").RemoveAll(t => t.Text("key") == "node.kubernetes.io/unreachable");
            DropEmptyTaints(o);
        });
        Pods.Resume(node);
        Certificates.Arm();
        Operators.Evaluate();
    }

    /// <summary>Its client certificate is of no use any more: it starts over and asks for one.</summary>
    public void LoseCertificate(ClusterNode node)
    {
        StopBeating(node);
        Csrs.AskForClient(node);
        Certificates.Arm();
    }

    public DateTimeOffset LastBeat(ClusterNode node)
    {
        var beat = Scaled(Durations.Heartbeat);
        return node.Beats ? node.BeatsSince + (beat * Math.Floor((Now - node.BeatsSince) / beat)) : node.LastBeat;
    }

    /// <summary>What etcd holds is changed: taints follow cordons, before it is stored.</summary>
    public static void Admit(ResourceType type, JsonObject next)
    {
        if (type != ResourceTypes.Nodes)
        {
            return;
        }

        const string Key = "node.kubernetes.io/unschedulable";
        var cordoned = next.IsTrue("spec", "unschedulable");
        var taints = next.Child("spec").Items("taints");
        if (!cordoned)
        {
            next.Child("spec").Remove("unschedulable");
            taints.RemoveAll(t => t.Text("key") == Key);
        }
        else if (!taints.Any(t => t.Text("key") == Key))
        {
            taints.Add(new JsonObject { ["key"] = Key, ["effect"] = "NoSchedule" });
        }

        DropEmptyTaints(next);
    }

    /// <summary>Somebody wrote to the API.</summary>
    public void Written(ResourceType type, JsonObject? before, JsonObject after)
    {
        if (type == ResourceTypes.Nodes || type == ResourceTypes.Pools || type == ResourceTypes.ApiServices)
        {
            Operators.Evaluate();
        }
        else if (type == ResourceTypes.Csrs)
        {
            Csrs.Written(before, after);
        }
        else if (type == ResourceTypes.Pods && before is null)
        {
            Pods.Created(after);
        }
        else if (type == ResourceTypes.Namespaces && before is null)
        {
            Pods.NamespaceCreated(after.Name());
        }
    }

    /// <summary>
    /// A server goes on or off. The cluster is on its disks: where a server boots from a copy of one of them,
    /// it is from then on that node, or the controller, unless a later copy runs.
    /// </summary>
    public void Powered(Server server)
    {
        var node = Nodes.FirstOrDefault(n => n.Origin == server.Disk.Origin);
        if (node is not null)
        {
            if (node.Server == server || TakesOver(server, node.Server))
            {
                MoveTo(node, server);
            }
        }
        else if (server.Disk.Origin == _controllerOrigin && (Controller == server || TakesOver(server, Controller)))
        {
            Controller = server;
            ControllerChanged();
        }
    }

    private bool TakesOver(Server server, Server bearer) =>
        server.IsOn && (!bearer.IsOn || Cloud.ServerList.IndexOf(server) > Cloud.ServerList.IndexOf(bearer));

    private void MoveTo(ClusterNode node, Server server)
    {
        if (node.Server != server && node.Server.IsOn)
        {
            // What still runs there runs on without its cluster.
            node.KubeletRuns = false;
            node.IsGoingDown = true;
            Disconnect(node);
            CheckQuorum();
        }

        node.Server = server;
        PowerChanged(node);
    }

    private static void DropEmptyTaints(JsonObject node)
    {
        if (node.Child("spec").Items("taints").Count == 0)
        {
            node.Child("spec").Remove("taints");
        }
    }

    private void PowerChanged(ClusterNode node)
    {
        var boot = ++node.Boot;
        node.Shutdown = null;
        node.IsGoingDown = false;
        if (node.Server.IsOn)
        {
            After(Durations.NodeBoot, () =>
            {
                if (node.Boot == boot)
                {
                    node.BootId = NewId();
                    StartKubelet(node);
                }
            });
        }
        else
        {
            node.KubeletRuns = false;
            Disconnect(node);
        }

        CheckQuorum();
    }

    private void ControllerChanged()
    {
        foreach (var node in Nodes)
        {
            if (Controller.IsOn)
            {
                Connect(node);
            }
            else
            {
                Disconnect(node);
            }
        }
    }

    private void CheckQuorum()
    {
        var quorum = Masters.Count(m => m.Server.IsOn && !m.IsGoingDown) > Masters.Count() / 2;
        if (quorum == _quorum)
        {
            Operators.Evaluate();
            return;
        }

        _quorum = quorum;
        var run = ++_run;
        State = ApiState.Down;
        foreach (var node in Nodes)
        {
            Disconnect(node);
        }

        if (quorum)
        {
            QuorumSince = Now;
            After(Durations.ApiBoot, () => Start(run, booted: true));
        }
    }

    private void Start(int run, bool booted)
    {
        if (_run != run)
        {
            return;
        }

        State = ApiState.Starting;
        After(Durations.ApiStarting, () =>
        {
            if (_run == run)
            {
                Serve(booted);
            }
        });
    }

    private void Serve(bool booted)
    {
        State = ApiState.Ready;
        if (booted)
        {
            ReadySince = Now;
            Operators.Boot();
            Certificates.Recover();
        }

        Csrs.Sweep();
        Pods.Sweep();
        foreach (var node in Nodes)
        {
            Connect(node);
            WatchSilence(node);
        }

        Certificates.Arm();
    }

    private void StartKubelet(ClusterNode node)
    {
        node.KubeletRuns = true;
        node.Client = node.ClientFileGone ? null : node.Client;
        node.Serving = node.ServingFileGone ? null : node.Serving;
        (node.ClientFileGone, node.ServingFileGone) = (false, false);
        Connect(node);
    }

    private void Connect(ClusterNode node)
    {
        if (!node.KubeletRuns || node.IsConnected || !IsReady || !Controller.IsOn)
        {
            return;
        }

        var link = ++node.Link;
        After(Durations.NodeContact * (node.Index + 1), () =>
        {
            if (node.Link != link)
            {
                return;
            }

            node.IsConnected = true;
            if (node.Client is { } client && client.NotAfter > Now)
            {
                StartBeating(node);
            }
            else
            {
                Csrs.AskForClient(node);
            }

            Certificates.Arm();
        });
    }

    private void Disconnect(ClusterNode node)
    {
        node.Link++;
        node.IsConnected = false;
        (node.ClientRequest, node.ServingRequest) = (null, null);
        StopBeating(node);
    }

    private void StopBeating(ClusterNode node)
    {
        if (node.Beats)
        {
            node.LastBeat = LastBeat(node);
            node.Beats = false;
            WatchSilence(node);
        }
    }

    /// <summary>Has the node lifecycle controller look at a node that is silent.</summary>
    private void WatchSilence(ClusterNode node)
    {
        if (node.Beats || !IsReady)
        {
            return;
        }

        var silentSince = node.LastBeat > ReadySince ? node.LastBeat : ReadySince;
        Cloud.At(silentSince + Scaled(Durations.NodeGrace), () =>
        {
            // Of a later silence there is a later look.
            if (node.Beats || !IsReady || Now < (node.LastBeat > ReadySince ? node.LastBeat : ReadySince) + Scaled(Durations.NodeGrace))
            {
                return;
            }

            Store.Change(ResourceTypes.Nodes, "", node.Name, o =>
            {
                SetConditions(o, ready: false);
                var taints = o.Child("spec").Items("taints");
                if (!taints.Any(t => t.Text("key") == "node.kubernetes.io/unreachable"))
                {
                    taints.Add(new JsonObject { ["key"] = "node.kubernetes.io/unreachable", ["effect"] = "NoSchedule", ["timeAdded"] = Now.Kube() });
                    taints.Add(new JsonObject { ["key"] = "node.kubernetes.io/unreachable", ["effect"] = "NoExecute", ["timeAdded"] = Now.Kube() });
                }
            });
            Operators.Evaluate();
        });
    }

    private void SetConditions(JsonObject node, bool ready)
    {
        foreach (var type in NodeConditions)
        {
            if (node.Condition(type) is not { } condition)
            {
                continue;
            }

            var status = !ready ? "Unknown" : type == "Ready" ? "True" : "False";
            if (condition.Text("status") != status)
            {
                condition["lastTransitionTime"] = Now.Kube();
            }

            condition["status"] = status;
            (condition["reason"], condition["message"]) = ready
                ? (ClusterSeed.GoodReason(type), ClusterSeed.GoodMessage(type))
                : ("NodeStatusUnknown", "Kubelet stopped posting node status.");
        }
    }

    private JsonObject View(ResourceType type, JsonObject o)
    {
        if (type == ResourceTypes.Nodes && Node(o.Name()) is { } node)
        {
            var view = o.Copy();
            foreach (var condition in view.Each("status", "conditions"))
            {
                condition["lastHeartbeatTime"] = (LastBeat(node) + Skew).Kube();
            }

            return view;
        }

        if (type == ResourceTypes.Leases && RenewedAt(o) is { } renewed)
        {
            var view = o.Copy();
            view.Child("spec")["renewTime"] = (renewed + Skew).KubeMicro();
            return view;
        }

        return type == ResourceTypes.Secrets ? Certificates.View(o) : o;
    }

    private DateTimeOffset? RenewedAt(JsonObject lease)
    {
        if (lease.Namespace() == NodeLeases)
        {
            return Node(lease.Name()) is { } node ? LastBeat(node) : null;
        }

        // Leases of what runs on the masters: renewed every ten seconds while their holder does.
        var beat = Scaled(Durations.Heartbeat);
        var holder = lease.Text("metadata", "annotations", "kubernetes.io/hostname");
        return holder is not null && Node(holder) is { } master && IsReady && master.Server.IsOn
            ? new DateTimeOffset(Now.Ticks - (Now.Ticks % Math.Max(beat.Ticks, 1)), TimeSpan.Zero)
            : null;
    }
}
