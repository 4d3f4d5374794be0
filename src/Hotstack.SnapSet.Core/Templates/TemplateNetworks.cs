using System.Text.Json.Nodes;
using Hotstack.Configuration;
using Hotstack.OpenStack;

namespace Hotstack.Templates;

/// <summary>The networks of a template with their subnets.</summary>
/// <remarks>heat: resources/openstack/neutron/port.py, subnet.py.</remarks>
internal sealed class TemplateNetworks
{
    public const string SubnetType = "OS::Neutron::Subnet";
    private static readonly string[] AutomaticModes = ["slaac", "dhcpv6-stateless"];

    private readonly TemplateConditions? _values;
    private readonly ILookup<string, TemplateSubnet> _subnets;

    /// <param name="subnets">The properties of the template's subnets, with the resource of their network; null if that is none.</param>
    /// <param name="values">The values of parameters; null if only what is written out counts.</param>
    public TemplateNetworks(IEnumerable<(string? Network, DocMap Properties)> subnets, TemplateConditions? values)
    {
        _values = values;
        _subnets = subnets.Where(subnet => subnet.Network is not null)
            .ToLookup(subnet => subnet.Network!, subnet => Subnet(subnet.Properties), StringComparer.Ordinal);
    }

    /// <summary>The addresses of a port.</summary>
    /// <param name="fixedIps">Its <c>fixed_ips</c>; null for none.</param>
    /// <param name="network">The resource of its network; null if that is none.</param>
    /// <param name="written">Its network as written; null for none.</param>
    public PortAddresses Of(DocNode? fixedIps, string? network, DocNode? written)
    {
        IReadOnlyList<TemplateSubnet>? subnets = network is null ? null : [.. _subnets[network]];
        string?[] given = fixedIps is DocList list
            ? [.. list.Items.Select(item => item is DocMap entry ? Text(entry["ip_address"]) : null)]
            : [];
        SubnetAddress[] addresses = [.. given.Select(SubnetAddress.Parse).OfType<SubnetAddress>().Select(address => InSubnet(address, subnets))];
        return new PortAddresses
        {
            Network = network is null ? Text(written) : null,
            Fixed = addresses,
            AreAllFixed = addresses.Length > 0 && addresses.Length == given.Length,
            // A network without a subnet in the template may be shared with another stack.
            Subnets = subnets is { Count: > 0 } ? subnets : null,
        };
    }

    private static SubnetAddress InSubnet(SubnetAddress address, IReadOnlyList<TemplateSubnet>? subnets) =>
        (subnets ?? []).Select(subnet => subnet.Range).OfType<SubnetAddress>().FirstOrDefault(address.IsIn) is { } range
            ? address with { PrefixLength = range.PrefixLength }
            : address;

    private TemplateSubnet Subnet(DocMap properties)
    {
        SubnetAddress? range = SubnetAddress.Parse(Text(properties["cidr"])) is { PrefixLength: not null } cidr ? cidr : null;
        return new TemplateSubnet(
            range, range?.IsIPv6 ?? Text(properties["ip_version"]) == "6", AutomaticModes.Contains(Text(properties["ipv6_address_mode"])));
    }

    /// <summary>A scalar, or the value of a function that needs parameters only; null if it is not known.</summary>
    private string? Text(DocNode? node) => node switch
    {
        DocScalar scalar => scalar.Text,
        DocMap => _values?.ValueOf(node) is JsonValue value && value.ToString() is { Length: > 0 } text ? text : null,
        _ => null,
    };
}
