using Hotstack.OpenStack;

namespace Hotstack.Templates;

/// <summary>Where a port of a template stands: its network, its subnets and its IP addresses, as far as the template and the parameters
/// say it.</summary>
internal sealed record PortAddresses
{
    /// <summary>Nothing is known.</summary>
    public static readonly PortAddresses Unknown = new();

    /// <summary>The name or id of an existing network; null for a network of the template, or if it is not known.</summary>
    public string? Network { get; init; }

    /// <summary>The addresses that the template gives it.</summary>
    public IReadOnlyList<SubnetAddress> Fixed { get; init; } = [];

    /// <summary>The template gives it all its addresses: Neutron chooses none.</summary>
    public bool AreAllFixed { get; init; }

    /// <summary>The subnets of its network; null if they are not in the template.</summary>
    public IReadOnlyList<TemplateSubnet>? Subnets { get; init; }

    /// <summary>The ranges of these subnets; those of parameters without a value are missing.</summary>
    public IEnumerable<string> Ranges => (Subnets ?? []).Select(subnet => subnet.Range?.Range).OfType<string>();

    /// <summary>Whether the port gets an address of a family; null if it is not known.</summary>
    public bool? Has(bool ipv6) =>
        Fixed.Any(address => address.IsIPv6 == ipv6) ? true
        : Subnets is null ? AreAllFixed ? false : null
        : Subnets.Any(subnet => subnet.IsIPv6 == ipv6 && (!AreAllFixed || subnet.IsAutomatic));
}

/// <summary>A subnet of a template.</summary>
/// <param name="Range">Its range; null if it is not known.</param>
/// <param name="IsIPv6">Its family.</param>
/// <param name="IsAutomatic">Each port on the network gets an address of it, also one with other fixed addresses (neutron:
/// db/ipam_pluggable_backend.py, SLAAC).</param>
internal sealed record TemplateSubnet(SubnetAddress? Range, bool IsIPv6, bool IsAutomatic);
