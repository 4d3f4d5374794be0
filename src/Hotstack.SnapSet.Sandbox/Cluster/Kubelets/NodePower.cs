using Hotstack.Sandbox.Cluster.Control;
using Hotstack.Sandbox.Cluster.Objects;
using Hotstack.Sandbox.Compute;

namespace Hotstack.Sandbox.Cluster.Kubelets;

/// <summary>Which servers are the cluster's nodes and controller, and what happens when one goes on or off.</summary>
internal sealed class NodePower(
    SandboxCloud cloud, ClusterClock clock, ClusterNames names, ControlPlane control, IReadOnlyList<ClusterNode> nodes,
        NodeKubelets kubelets)
{
    /// <summary>Raised when a server went on or off.</summary>
    public event Action? Changed;

    /// <summary>
    /// Handles a server that goes on or off. The cluster is on its disks: a server that boots from a copy of one of them becomes that
    /// node, or the controller, unless a later copy runs. Whose servers come here <see cref="ClusterCopies"/> says.
    /// </summary>
    public void Switched(Server server)
    {
        var node = nodes.FirstOrDefault(n => n.Origin == server.Disk.Origin);
        if (node is not null)
        {
            if (node.Server == server || TakesOver(server, node.Server))
            {
                MoveTo(node, server);
            }
        }
        else if (server.Disk.Origin == control.ControllerOrigin && (control.Controller == server || TakesOver(server, control.Controller)))
        {
            control.Controller = server;
            ControllerChanged();
        }
    }

    /// <summary>Powers a node off from within, as logind does.</summary>
    public void PowerOff(ClusterNode node)
    {
        var boot = node.Boot;
        node.Shutdown = null;
        node.IsGoingDown = true;
        kubelets.Stop(node);
        MastersChanged();
        clock.After(clock.Durations.GuestShutdown, () =>
        {
            if (node.Boot == boot && node.Server is { VmState: "active" } server)
            {
                server.UpdatedAt = clock.Now;
                server.VmState = "stopped";
            }
        });
    }

    private bool TakesOver(Server server, Server? current) =>
        server.IsOn && (current is not { IsOn: true } || cloud.ServerList.IndexOf(server) > cloud.ServerList.IndexOf(current));

    private void MoveTo(ClusterNode node, Server server)
    {
        if (node.Server != server && node.IsOn)
        {
            // The old server continues to run, outside of the cluster.
            node.IsGoingDown = true;
            kubelets.Stop(node);
            MastersChanged();
        }

        node.Server = server;
        PowerChanged(node);
    }

    private void PowerChanged(ClusterNode node)
    {
        var boot = ++node.Boot;
        node.Shutdown = null;
        node.IsGoingDown = false;
        if (node.IsOn)
        {
            clock.After(clock.Durations.NodeBoot, () =>
            {
                if (node.Boot == boot)
                {
                    node.BootId = names.NewId();
                    kubelets.Start(node);
                }
            });
        }
        else
        {
            kubelets.Stop(node);
        }

        MastersChanged();
    }

    private void ControllerChanged()
    {
        foreach (var node in nodes)
        {
            if (control.Controller is { IsOn: true })
            {
                kubelets.Connect(node);
            }
            else
            {
                kubelets.Disconnect(node);
            }
        }
    }

    private void MastersChanged()
    {
        control.CheckQuorum();
        Changed?.Invoke();
    }
}
