using Hotstack.Sandbox.Http;

namespace Hotstack.Sandbox.Networking;

/// <summary>Makes routers, floating addresses and trunks, with Neutron's refusals.</summary>
internal sealed class RouterMaker(SandboxCloud cloud)
{
    private readonly NetworkMaker _networks = new(cloud);

    public Router AddRouter(string name, string project, Network? outside, bool up = true)
    {
        new NetworkQuotas(cloud, project).Check("router");
        if (outside is { External: false })
        {
            throw new ApiException(400, $"Bad router request: Network {outside.Id} is not an external network.", "BadRequest");
        }

        var router = new Router
        {
            Id = cloud.NewId(), Name = name, ProjectId = project, CreatedAt = cloud.Now, AdminStateUp = up, Outside = outside,
            OutsideAddress = outside?.Subnets is [var first, ..] ? _networks.Allocate(first) : null,
        };
        cloud.RouterList.Add(router);
        return router;
    }

    public void RemoveRouter(Router router)
    {
        if (router.Ports.Count > 0)
        {
            throw new ApiException(409, $"Router {router.Id} still has ports", "RouterInUse");
        }

        cloud.RouterList.Remove(router);
    }

    /// <summary>A router's leg in a subnet, at its gateway's address.</summary>
    public Port AddInterface(Router router, Subnet subnet)
    {
        if (subnet.Gateway is null)
        {
            throw new ApiException(400, "Bad router request: Subnet for router interface must have a gateway IP.", "BadRequest");
        }

        var port = _networks.AddPort(subnet.Network, "", new PortOptions { FixedIps = [(subnet.Id, subnet.Gateway)], Router = router });
        router.Ports.Add(port);
        return port;
    }

    /// <summary>Another leg, at an address of its own port.</summary>
    public Port AddInterface(Router router, Port port)
    {
        var leg = _networks.AddPort(port.Network, port.Name, new PortOptions { Router = router });
        router.Ports.Add(leg);
        return leg;
    }

    public void RemoveInterface(Router router, Port port)
    {
        var inUse = cloud.FloatingIpList.Exists(f =>
            f.Port is { } to && f.Network == router.Outside && to.FixedIps.Any(a => port.FixedIps.Any(b => b.Subnet == a.Subnet)));
        if (inUse)
        {
            throw new ApiException(
                409, $"Router interface for subnet {port.FixedIps[0].Subnet.Id} on router {router.Id} cannot be deleted, as it is required by one or more floating IPs.",
                "RouterInterfaceInUseByFloatingIP");
        }

        router.Ports.Remove(port);
        _networks.RemovePort(port);
    }

    public FloatingIp AddFloatingIp(Network outside, string project, Port? port)
    {
        new NetworkQuotas(cloud, project).Check("floatingip");
        if (!outside.External || outside.Subnets.Count == 0)
        {
            throw new ApiException(400, $"Bad floatingip request: Network {outside.Id} is not a valid external network.", "BadRequest");
        }

        var floating = new FloatingIp { Id = cloud.NewId(), Address = _networks.Allocate(outside.Subnets[0]), Network = outside,
            ProjectId = project };
        if (port is not null)
        {
            Associate(floating, port);
        }

        cloud.FloatingIpList.Add(floating);
        return floating;
    }

    public void RemoveFloatingIp(FloatingIp floating)
    {
        if (floating.Port is { } port)
        {
            port.FloatingIp = null;
        }

        cloud.FloatingIpList.Remove(floating);
    }

    public void Associate(FloatingIp floating, Port port)
    {
        var way = cloud.RouterList.Exists(r => r.Outside == floating.Network
            && r.Ports.Exists(leg => leg.FixedIps.Any(a => port.FixedIps.Any(b => b.Subnet == a.Subnet))));
        if (!way)
        {
            throw new ApiException(
                404, $"External network {floating.Network.Id} is not reachable from subnet {(port.FixedIps is [var first, ..] ? first.Subnet.Id : "")}."
                + $" Therefore, cannot associate Port {port.Id} with a Floating IP.",
                "ExternalGatewayForFloatingIPNotFound");
        }

        if (port.FloatingIp is { } other)
        {
            throw new ApiException(
                409, $"Cannot associate floating IP {floating.Address} ({floating.Id}) with port {port.Id} using fixed IP {port.Address}, as that fixed IP"
                + $" already has a floating IP on external network {other.Network.Id}.",
                "FloatingIPPortAlreadyAssociated");
        }

        (floating.Port, port.FloatingIp) = (port, floating);
    }

    public Trunk AddTrunk(string name, Port parent, IReadOnlyList<(Port Port, int Segment, string Type)> subPorts)
    {
        if (parent.Trunk is not null)
        {
            throw new ApiException(409, $"Port {parent.Id} is currently in use and is not eligible for use as a parent port.",
                "ParentPortInUse");
        }

        if (subPorts.FirstOrDefault(s => s.Port.IsSubPort || s.Port.Device is not null).Port is { } busy)
        {
            throw new ApiException(409, $"Port {busy.Id} is in use by another trunk.", "PortInUseAsSubPort");
        }

        var trunk = new Trunk { Id = cloud.NewId(), Name = name, Parent = parent, CreatedAt = cloud.Now, SubPorts = subPorts };
        parent.Trunk = trunk;
        foreach (var (port, _, _) in subPorts)
        {
            port.IsSubPort = true;
        }

        cloud.TrunkList.Add(trunk);
        return trunk;
    }

    public void RemoveTrunk(Trunk trunk)
    {
        trunk.Parent.Trunk = null;
        foreach (var (port, _, _) in trunk.SubPorts)
        {
            port.IsSubPort = false;
        }

        cloud.TrunkList.Remove(trunk);
    }
}
