using Hotstack.OpenStack;
using Hotstack.OpenStack.Compute;
using Hotstack.OpenStack.Networking;

namespace Hotstack.Deployments;

/// <summary>Reads the ports of servers, with their networks and subnets: three calls to Neutron, whatever the number of servers.</summary>
/// <param name="cloud">The servers' cloud.</param>
/// <param name="activity">Gets the messages on what Neutron does not show; null to throw instead.</param>
internal sealed class ServerPorts(Cloud cloud, IActivity? activity)
{
    /// <summary>Nova's names of the networks count where it has them. It keeps them from when the ports were attached, so that they hold
    /// for new servers only.</summary>
    public bool AreServersNew { get; init; }

    /// <summary>The ports by the servers' ids, each server's in the order of its networks: that of Nova's addresses first, then, for
    /// ports without an address, that of their MAC addresses. Nothing where Neutron does not show them; a message says so.</summary>
    public async Task<ILookup<string, InstancePort>> ReadAsync(IReadOnlyCollection<Server> servers, CancellationToken stop)
    {
        Dictionary<string, Server> owners = servers.DistinctBy(server => server.Id).ToDictionary(server => server.Id);
        IReadOnlyList<Port> ports = servers.Count == 0
            ? []
            : await AskAsync<IReadOnlyList<Port>>(
                token => cloud.Network.ListPortsWithAddressesAsync(servers.Select(server => server.Id), token), "the servers' ports", stop) ?? [];
        Task<IReadOnlyDictionary<string, string>?> networks = AskAsync(
            token => cloud.Network.ListNetworkNamesAsync(
                ports.Where(port => NovasName(port) is null).Select(port => port.NetworkId), token), "the names of their networks", stop);
        Task<IReadOnlyDictionary<string, string>?> subnets = AskAsync(
            token => cloud.Network.ListSubnetRangesAsync(ports.SelectMany(port => port.FixedIps).Select(ip => ip.SubnetId), token),
            "the ranges of their subnets", stop);
        await Task.WhenAll(networks, subnets);
        IReadOnlyDictionary<string, string>? names = await networks;
        IReadOnlyDictionary<string, string>? ranges = await subnets;
        return ports.Where(port => owners.ContainsKey(port.DeviceId))
            .OrderBy(port => Place(owners[port.DeviceId], port)).ThenBy(port => port.MacAddress, StringComparer.Ordinal)
            .ToLookup(port => port.DeviceId, port => new InstancePort
            {
                Id = port.Id,
                MacAddress = port.MacAddress,
                NetworkId = port.NetworkId,
                NetworkName = NovasName(port) ?? names?.GetValueOrDefault(port.NetworkId),
                FixedIps =
                [
                    .. port.FixedIps.Select(ip => new PortAddress
                    {
                        IpAddress = ip.Address, SubnetId = ip.SubnetId, Cidr = ranges?.GetValueOrDefault(ip.SubnetId),
                    }),
                ],
            });

        string? NovasName(Port port) => AreServersNew ? owners.GetValueOrDefault(port.DeviceId)?.NetworkNames.GetValueOrDefault(port.MacAddress) : null;
    }

    private static int Place(Server owner, Port port)
    {
        int place = owner.MacAddresses.TakeWhile(mac => mac != port.MacAddress).Count();
        return place < owner.MacAddresses.Count ? place : int.MaxValue;
    }

    /// <summary>A cloud without Neutron or without the right to read it is told in a verbose message, a failure in a warning.</summary>
    private async Task<T?> AskAsync<T>(Func<CancellationToken, Task<T>> call, string what, CancellationToken stop)
        where T : class
    {
        try
        {
            return await call(stop);
        }
        catch (HotstackException e) when (activity is not null && (ServiceClient.IsWithoutEndpoint(e)
            || (e is Http.ServiceException { Cause: ErrorCause.Forbidden or ErrorCause.NotFound } refused && OptionalAnswer.IsMissing(refused))))
        {
            activity.Verbose($"Neutron does not show {what}: {e.Message}");
            return null;
        }
        catch (Http.ServiceException e) when (activity is not null && OptionalAnswer.IsMissing(e))
        {
            activity.Warning($"Neutron does not show {what}: {e.Message}");
            return null;
        }
    }
}
