using System.Net;
using Hotstack.OpenShift.Objects;
using Hotstack.OpenStack;

namespace Hotstack.Clusters.Nodes;

/// <summary>The addresses of servers, by Nova and by Neutron: Nova's list is a cache, and lacks a trunk's subports.</summary>
internal static class ServerAddresses
{
    /// <summary>The servers, with their ports' addresses beside Nova's; as they are where Nova knows all that the nodes tell.</summary>
    /// <remarks>A port's <c>allowed_address_pairs</c> are not counted: whoever has the port's project writes them, ranges and virtual
    /// addresses above all, and they say what may pass, not whose it is.</remarks>
    /// <param name="cloud">The cloud.</param>
    /// <param name="instances">The servers.</param>
    /// <param name="told">The addresses that the nodes tell.</param>
    /// <param name="activity">Told if Neutron does not answer.</param>
    /// <param name="stop">Ends it.</param>
    /// <exception cref="HotstackException">The cloud was not reached, or did not accept who we are.</exception>
    public static async Task<IReadOnlyList<Instance>> CompleteAsync(
        Cloud cloud, IReadOnlyList<Instance> instances, IEnumerable<NodeAddress> told, IActivity activity, CancellationToken stop)
    {
        HashSet<IPAddress> known = [.. instances.SelectMany(i => i.IpAddresses).Select(NodeAddresses.Parse).OfType<IPAddress>()];
        if (told.Select(address => NodeAddresses.Parse(address.Address)).OfType<IPAddress>().All(known.Contains))
        {
            return instances;
        }

        ILookup<string, string>? found = await OptionalAnswer.AskAsync(
            () => cloud.Network.ListAddressesAsync(instances.Select(i => i.Id), stop),
            "The addresses of the servers' ports are not known, so only the addresses that Nova shows count", activity);
        return found is null
            ? instances
            : [.. instances.Select(i => i with { IpAddresses = [.. i.IpAddresses.Concat(found[i.Id]).Distinct(StringComparer.Ordinal)] })];
    }
}
