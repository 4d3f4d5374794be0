using Hotstack.OpenStack.Compute;

namespace Hotstack.Deployments.Members;

/// <summary>Chooses the main MAC address of instances whose source tells none: that of the port on the machine network, as upstream's
/// output <c>snapset_data</c> does (hotstack: scenarios/snapshot-sno/heat_template.yaml).</summary>
internal static class MachineNetwork
{
    /// <summary>The instances of one deployment, all with a MAC address; without a port it stays empty.</summary>
    public static IEnumerable<(Instance Instance, Server? Server)> Complete(IReadOnlyCollection<(Instance Instance, Server? Server)> found)
    {
        string? network = Of([.. found.Select(f => f.Instance)]);
        return found.Select(f => f.Instance.MacAddress.Length > 0
            ? f
            : (f.Instance with { MacAddress = MacAddressOf(f.Instance, network) ?? "" }, f.Server));
    }

    /// <summary>The network that the controller shares with the most nodes, otherwise its first; null without a controller.</summary>
    private static string? Of(IReadOnlyCollection<Instance> deployment)
    {
        IReadOnlyList<Instance> nodes = Roles.NodesAmong(deployment);
        return deployment.Where(i => i.IsController).SelectMany(i => i.Ports).Select(port => port.NetworkId)
            // The first of equals stays first.
            .OrderByDescending(network => nodes.Count(node => node.Ports.Any(port => port.NetworkId == network)))
            .FirstOrDefault();
    }

    /// <summary>Servers without a port on the machine network, such as bare-metal stand-ins, have that of their first port.</summary>
    private static string? MacAddressOf(Instance instance, string? network) =>
        instance.Ports.Where(port => port.NetworkId == network).Select(port => port.MacAddress)
            .Concat(instance.MacAddresses).FirstOrDefault();
}
