using Hotstack.OpenStack;
using Hotstack.Templates;

namespace Hotstack.SnapSets.Restore.Overlay;

/// <summary>Finds the port of a template's server for each MAC address of a member.</summary>
/// <remarks>In this order: the port to which the template gives the address; the only one with the recorded IP address; the only one on the
/// recorded network; the only one on a network of the recorded range; the only one left, for the only address left. What is open then is
/// decided by order, and is a guess.</remarks>
internal sealed class PortMatching
{
    private readonly HeatTemplate _template;
    private readonly TemplateServer _server;
    private readonly Dictionary<string, RecordedPort> _recorded;
    private readonly Dictionary<string, int> _ports = new(StringComparer.Ordinal);
    private readonly List<string> _left;
    private readonly List<int> _free = [];
    private readonly List<string> _guessed = [];

    /// <param name="template">The template.</param>
    /// <param name="server">Its server.</param>
    /// <param name="member">The member.</param>
    /// <param name="macs">The member's MAC addresses in canonical form, the main one first; at least one.</param>
    public PortMatching(HeatTemplate template, TemplateServer server, SnapSetMember member, IReadOnlyList<string> macs)
    {
        (_template, _server, _left) = (template, server, [.. macs]);
        _recorded = member.Ports.DistinctBy(port => port.MacAddress).ToDictionary(port => port.MacAddress, RecordedPort.Of);
        string main = macs[0];
        bool isOneToOne = macs.Count == server.Ports.Count;
        Keep();
        PairOnly(HasItsAddress);
        PairOnly(IsOnItsNetwork);
        PairOnly(IsInItsRange);
        if (isOneToOne && _left.Count == 1 && _free.Count == 1)
        {
            Put(_left[0], _free[0]);
        }

        PairByOrder(IsOnItsNetwork);
        PairByOrder(IsInItsRange);
        PairByOrder((mac, _) => isOneToOne || mac == main);
    }

    /// <summary>The ports by MAC address, as indexes among those of the server.</summary>
    public IReadOnlyDictionary<string, int> Ports => _ports;

    /// <summary>The MAC addresses without a port.</summary>
    public IReadOnlyList<string> Left => _left;

    /// <summary>The MAC addresses whose ports are guessed.</summary>
    public IReadOnlyList<string> Guessed => _guessed;

    private void Keep()
    {
        for (int i = 0; i < _server.Ports.Count; i++)
        {
            TemplatePort port = _server.Ports[i];
            if (port.MacAddress is { } literal && _left.Remove(literal))
            {
                _ports[literal] = i;
            }
            else if (port.CanTakeMac)
            {
                _free.Add(i);
            }
        }
    }

    /// <summary>Pairs an address with a port if neither fits another one.</summary>
    private void PairOnly(Func<string, TemplatePort, bool> fits)
    {
        foreach (string mac in _left.ToArray())
        {
            int[] ports = [.. _free.Where(i => fits(mac, _server.Ports[i]))];
            if (ports.Length == 1 && _left.Count(other => fits(other, _server.Ports[ports[0]])) == 1)
            {
                Put(mac, ports[0]);
            }
        }
    }

    private void PairByOrder(Func<string, TemplatePort, bool> fits)
    {
        bool isCertain = _left.Count == 1 && _free.Count == 1;
        foreach (string mac in _left.ToArray())
        {
            if (_free.Exists(i => fits(mac, _server.Ports[i])))
            {
                Put(mac, _free.Find(i => fits(mac, _server.Ports[i])));
                _guessed.AddRange(isCertain ? [] : [mac]);
            }
        }
    }

    private void Put(string mac, int port)
    {
        _ports[mac] = port;
        _left.Remove(mac);
        _free.Remove(port);
    }

    private bool HasItsAddress(string mac, TemplatePort port) =>
        _recorded.GetValueOrDefault(mac) is { } recorded
        && port.Addresses.Fixed.Any(given => recorded.Addresses.Any(address => address.Address.Equals(given.Address)));

    private bool IsOnItsNetwork(string mac, TemplatePort port) =>
        _recorded.GetValueOrDefault(mac)?.Network is { } network
        && (port.NetworkResource is { } resource ? _template.FindNetwork(network) == resource : port.Addresses.Network == network);

    private bool IsInItsRange(string mac, TemplatePort port) =>
        _recorded.GetValueOrDefault(mac) is { Ranges.Count: > 0 } recorded && recorded.Ranges.IsSubsetOf(port.Addresses.Ranges);
}

/// <summary>A recorded port with its addresses parsed.</summary>
internal sealed record RecordedPort(string? Network, IReadOnlyList<SubnetAddress> Addresses)
{
    /// <summary>The ranges of its subnets, as far as they are recorded.</summary>
    public IReadOnlySet<string> Ranges { get; } = Addresses.Select(address => address.Range).OfType<string>().ToHashSet(StringComparer.Ordinal);

    public static RecordedPort Of(SnapSetPort port) =>
        new(port.Network, [.. port.FixedIps.Select(SubnetAddress.Parse).OfType<SubnetAddress>()]);
}
