using Hotstack.Sandbox.Cluster.Control;
using Hotstack.Sandbox.Cluster.Objects;
using Hotstack.Sandbox.Cluster.Trust;

namespace Hotstack.Sandbox.Cluster.Kubelets;

/// <summary>The kubelets: when they run, are connected to the API, and send heartbeats; and what the cluster does when one is silent.</summary>
internal sealed class NodeKubelets(
    ClusterClock clock, ObjectStore store, ControlPlane control, IReadOnlyList<ClusterNode> nodes, Certificates certificates, Csrs csrs)
{
    /// <summary>Raised when a node's heartbeats arrive again.</summary>
    public event Action<ClusterNode>? Returned;

    /// <summary>Raised when a node's condition changed.</summary>
    public event Action? ConditionChanged;

    /// <summary>Starts the kubelet, which reads its certificates' files.</summary>
    public void Start(ClusterNode node)
    {
        node.KubeletRuns = true;
        node.Client = node.ClientFileGone ? null : node.Client;
        node.Serving = node.ServingFileGone ? null : node.Serving;
        (node.ClientFileGone, node.ServingFileGone) = (false, false);
        Connect(node);
    }

    public void Stop(ClusterNode node)
    {
        node.KubeletRuns = false;
        Disconnect(node);
    }

    public void Restart(ClusterNode node)
    {
        var boot = node.Boot;
        Stop(node);
        clock.After(clock.Durations.KubeletRestart, () =>
        {
            if (node.Boot == boot && !node.IsGoingDown)
            {
                Start(node);
            }
        });
    }

    /// <summary>Connects all kubelets when the API is ready, and waits for their heartbeats.</summary>
    public void ConnectAll()
    {
        foreach (var node in nodes)
        {
            Connect(node);
            WatchSilence(node);
        }
    }

    /// <summary>Connects a kubelet after a while, if it runs and the API can be reached.</summary>
    public void Connect(ClusterNode node)
    {
        if (!node.KubeletRuns || node.IsConnected || !control.IsReady || control.Controller is not { IsOn: true })
        {
            return;
        }

        var connection = ++node.Connections;
        clock.After(clock.Durations.NodeContact * (node.Index + 1), () =>
        {
            if (node.Connections == connection)
            {
                Connected(node);
            }
        });
    }

    public void DisconnectAll()
    {
        foreach (var node in nodes)
        {
            Disconnect(node);
        }
    }

    public void Disconnect(ClusterNode node)
    {
        node.Connections++;
        node.IsConnected = false;
        (node.ClientRequest, node.ServingRequest) = (null, null);
        StopBeating(node);
    }

    /// <summary>A kubelet without a valid client certificate asks for one as the bootstrapper.</summary>
    public void LoseCertificate(ClusterNode node)
    {
        StopBeating(node);
        csrs.AskForClient(node);
        certificates.Reschedule();
    }

    /// <summary>Lets a connected kubelet use its new client certificate.</summary>
    public void UseCertificate(ClusterNode node)
    {
        if (node.IsConnected && !node.Beats)
        {
            StartBeating(node);
        }
    }

    public DateTimeOffset LastBeat(ClusterNode node)
    {
        var beat = clock.Scaled(clock.Durations.Heartbeat);
        return node.Beats ? node.BeatsSince + (beat * Math.Floor((clock.Now - node.BeatsSince) / beat)) : node.LastBeat;
    }

    /// <summary>Why the API cannot reach a kubelet, in its words; null if it can.</summary>
    public string? WhyUnreachable(ClusterNode node, string path)
    {
        var start = $"Get \"https://{node.Address}:10250/{path}\": ";
        return !node.IsOn ? start + $"dial tcp {node.Address}:10250: connect: no route to host"
            : !node.KubeletRuns ? start + $"dial tcp {node.Address}:10250: connect: connection refused"
            : node.Serving is null ? start + "remote error: tls: internal error"
            : node.Serving.NotAfter <= clock.Now
                ? start + $"x509: certificate has expired or is not yet valid: current time {clock.Now.Kube()} is after {node.Serving.NotAfter.Kube()}"
            : certificates.Inventory.Find(CertificateInventory.KasOperator, "kube-apiserver-to-kubelet-signer")!.NotAfter <= clock.Now
                ? start + "remote error: tls: expired certificate"
            : null;
    }

    private void Connected(ClusterNode node)
    {
        node.IsConnected = true;
        if (node.Client is { } client && client.NotAfter > clock.Now)
        {
            StartBeating(node);
        }
        else
        {
            csrs.AskForClient(node);
        }

        certificates.Reschedule();
    }

    private void StartBeating(ClusterNode node)
    {
        node.Beats = true;
        node.BeatsSince = clock.Now;
        store.Change(ResourceTypes.Nodes, "", node.Name, o =>
        {
            o.Child("status").Child("nodeInfo")["bootID"] = node.BootId;
            o.Child("status").Child("nodeInfo")["systemUUID"] = node.Server?.Id;
            NodeConditions.SetReady(o, clock.Now);
        });
        Returned?.Invoke(node);
        certificates.Reschedule();
        ConditionChanged?.Invoke();
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

    /// <summary>After the grace period without a heartbeat, the node lifecycle controller sets the node's state to unknown.</summary>
    private void WatchSilence(ClusterNode node)
    {
        if (!node.Beats && control.IsReady)
        {
            clock.At(GraceEnd(node), () =>
            {
                // A later silence has a later end.
                if (!node.Beats && control.IsReady && clock.Now >= GraceEnd(node))
                {
                    store.Change(ResourceTypes.Nodes, "", node.Name, o => NodeConditions.SetUnknown(o, clock.Now));
                    ConditionChanged?.Invoke();
                }
            });
        }
    }

    private DateTimeOffset GraceEnd(ClusterNode node) =>
        (node.LastBeat > control.ReadySince ? node.LastBeat : control.ReadySince) + clock.Scaled(clock.Durations.NodeGrace);
}
