using Hotstack.Deployments;
using Hotstack.OpenStack;
using Hotstack.SnapSets.Restore.Overlay;
using Hotstack.Templates;

namespace Hotstack.SnapSets.Restore;

/// <summary>Compares a set with the template of a stack: the nodes of the cluster, and the addresses of the members. Heat would create the
/// stack in either case, but the cluster in it could not live.</summary>
internal sealed class SetComparison
{
    private const string InternalAddress = "InternalIP";

    /// <summary>IPv4 and IPv6.</summary>
    private static readonly bool[] Families = [false, true];

    private readonly SnapSet _set;
    private readonly TemplateBundle _bundle;
    private readonly MemberMatching _matching;
    private readonly MacPlan _macs;

    /// <param name="set">The set, with its usable members.</param>
    /// <param name="bundle">The template.</param>
    public SetComparison(SnapSet set, TemplateBundle bundle)
    {
        (_set, _bundle) = (set, bundle);
        _matching = MemberMatching.Of(bundle.Template, set);
        _macs = MacPlan.Of(bundle.Template, _matching.Pairs);
    }

    /// <summary>The MAC addresses of a member for which its server has a port.</summary>
    public IReadOnlyList<string> MacAddressesOf(SnapSetMember member) =>
        _matching.Pairs.FirstOrDefault(pair => pair.Member == member).Server is { } server ? [.. _macs.PortsOf(server).Keys] : [];

    /// <summary>The differences that the request does not allow, one sentence each.</summary>
    public IEnumerable<string> Violations(RestoreSnapSetRequest request)
    {
        // That nodes are missing in an incomplete set is an error of its own, which -AllowIncomplete allows.
        bool areNodesAllowed = request.AllowNewNodes || !_set.IsUsable;
        return
        [
            .. areNodesAllowed ? [] : NewNodes(),
            .. request.AllowAddressChange ? [] : _matching.Pairs.SelectMany(pair => AddressChanges(pair.Server, pair.Member)),
        ];
    }

    /// <summary>What cannot be compared, one sentence each.</summary>
    public IEnumerable<string> Unknown()
    {
        string[] unrecorded = [.. _matching.Pairs.Where(pair => pair.Member.Ports.Count == 0).Select(pair => pair.Member.Name)];
        if (unrecorded.Length > 0)
        {
            yield return $"SnapSet {_set.Id} does not record the networks and IP addresses of {string.Join(", ", unrecorded)}, "
                + "so they are not compared with the template's";
        }

        string[] unwritten =
        [
            .. _matching.Pairs.SelectMany(pair => PlacesOf(pair.Server, pair.Member))
                .Where(place => place.Port.Addresses is { Fixed.Count: 0, Subnets: null })
                .Select(place => place.Label),
        ];
        if (unwritten.Length > 0)
        {
            yield return $"the template does not say which IP addresses {string.Join(", ", unwritten)} get, "
                + "so they are not compared with the set's";
        }
    }

    private IEnumerable<string> NewNodes()
    {
        ILookup<string, string> servers = _bundle.Template.Servers.Where(server => !_bundle.Presence.Unknown.Contains(server.ResourceName))
            .ToLookup(new ServerRoles(_bundle).Of, server => server.ResourceName);
        string[] newMasters = [.. servers[Roles.Master].Intersect(_matching.Uncovered)];
        string[] newWorkers = [.. servers[Roles.Worker].Intersect(_matching.Uncovered)];
        int masters = _set.Members.Count(member => member.Role == Roles.Master);
        if (newMasters.Length > 0 && masters > 0)
        {
            yield return $"the template has {CountText.Of(servers[Roles.Master].Count(), "master")}, SnapSet {_set.Id} {masters}: "
                + $"{string.Join(", ", newMasters)} would start as new, outside the cluster's control plane; "
                + "use the set's own scenario, or -AllowNewNodes to create them as for an installation";
        }

        string[] others = [.. masters > 0 ? newWorkers : [.. newMasters, .. newWorkers]];
        if (others.Length > 0)
        {
            yield return $"SnapSet {_set.Id} has no image of the {(others.Length == 1 ? "node" : "nodes")} {string.Join(", ", others)} "
                + "of the template; use the set's own scenario, or -AllowNewNodes to create "
                + $"{(others.Length == 1 ? "it" : "them")} as for an installation";
        }
    }

    private IEnumerable<string> AddressChanges(TemplateServer server, SnapSetMember member)
    {
        if (member.Ports.Count == 0)
        {
            return NodeAddressChange(server, member) is { } change ? [change] : [];
        }

        return PlacesOf(server, member)
            .Where(place => IsChanged(place.Recorded.Addresses, place.Port.Addresses))
            .Select(place => Sentence(
                $"{member.Name}: its port {place.Mac} had {Join(place.Recorded.Addresses)}", place.Label, [place.Port.Addresses]));
    }

    /// <summary>The recorded ports that have a place in the template.</summary>
    private IEnumerable<(string Mac, RecordedPort Recorded, TemplatePort Port, string Label)> PlacesOf(TemplateServer server, SnapSetMember member)
    {
        IReadOnlyDictionary<string, int> places = _macs.PortsOf(server);
        return from recorded in member.Ports
               where places.ContainsKey(recorded.MacAddress)
               let index = places[recorded.MacAddress]
               let port = server.Ports[index]
               select (recorded.MacAddress, RecordedPort.Of(recorded), port, port.ResourceName ?? $"port {index + 1} of {server.ResourceName}");
    }

    /// <summary>A set without recorded ports may have the addresses of its nodes.</summary>
    private string? NodeAddressChange(TemplateServer server, SnapSetMember member)
    {
        SubnetAddress[] had =
        [
            .. (_set.ClusterRecord?.Nodes.FirstOrDefault(node => node.InstanceName == member.Name)?.Addresses ?? [])
                .Where(address => address.Type == InternalAddress)
                .Select(address => SubnetAddress.Parse(address.Address)).OfType<SubnetAddress>(),
        ];
        PortAddresses[] ports = [.. server.Ports.Select(port => port.Addresses)];
        bool isChanged = ports.Length > 0 && ports.All(port => port.AreAllFixed)
            && had.Any(address => !ports.SelectMany(port => port.Fixed).Any(given => given.Address.Equals(address.Address)));
        return isChanged ? Sentence($"{member.Name}: its node had {Join(had)}", server.ResourceName, ports) : null;
    }

    private static bool IsChanged(IReadOnlyList<SubnetAddress> had, PortAddresses gets) => had.Count > 0 && Families.Any(ipv6 =>
    {
        SubnetAddress[] before = [.. had.Where(address => address.IsIPv6 == ipv6)];
        SubnetAddress[] given = [.. gets.Fixed.Where(address => address.IsIPv6 == ipv6)];
        return before.Length == 0
            // A network of both families may give a port an address that it need not have.
            ? gets.AreAllFixed && gets.Has(ipv6) == true
            : gets.Has(ipv6) == false
                || (given.Length > 0 && !before.Any(address => given.Any(one => one.Address.Equals(address.Address))))
                || !AreRangesKept(before, gets);
    });

    private static bool AreRangesKept(SubnetAddress[] before, PortAddresses gets)
    {
        string[] had = [.. before.Select(address => address.Range).OfType<string>()];
        bool areKnown = had.Length > 0 && gets.Subnets?.All(subnet => subnet.Range is not null) == true;
        return !areKnown || had.Intersect(gets.Ranges).Any();
    }

    private static string Sentence(string had, string label, IEnumerable<PortAddresses> gets) =>
        $"{had}; in the template {label} gets {string.Join(" and ", gets.Select(Planned))}; "
        + "use the set's own scenario, or -AllowAddressChange to restore it with other addresses";

    private static string Planned(PortAddresses gets)
    {
        IEnumerable<string> chosen = (gets.Subnets ?? []).Where(subnet => !gets.AreAllFixed || subnet.IsAutomatic)
            .Select(subnet => subnet.Range?.Range).OfType<string>().Select(range => $"an address of {range}");
        return string.Join(" and ", [.. gets.Fixed.Select(address => address.ToString()), .. chosen]);
    }

    private static string Join(IEnumerable<SubnetAddress> addresses) => string.Join(" and ", addresses);
}
