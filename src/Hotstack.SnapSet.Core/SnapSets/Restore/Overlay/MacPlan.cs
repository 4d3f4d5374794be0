using Hotstack.OpenStack;
using Hotstack.Templates;

namespace Hotstack.SnapSets.Restore.Overlay;

/// <summary>Assigns the MAC addresses of a set to the ports of a template.</summary>
internal sealed class MacPlan
{
    private readonly HeatTemplate _template;
    private readonly Dictionary<(string Server, int Port), string> _given = [];
    private readonly Dictionary<string, int> _mainPorts = [];
    private readonly Dictionary<string, IReadOnlyDictionary<string, int>> _places = [];
    private readonly List<string> _problems = [];
    private readonly List<string> _warnings = [];

    private MacPlan(HeatTemplate template) => _template = template;

    /// <summary>The addresses that differ from the template's.</summary>
    public IReadOnlyDictionary<(string Server, int Port), string> Given => _given;

    public IReadOnlyList<string> Problems => _problems;

    public IReadOnlyList<string> Warnings => _warnings;

    /// <param name="template">The template.</param>
    /// <param name="pairs">The servers and their members.</param>
    /// <remarks>See <see cref="PortMatching"/>. What is not recorded is assigned in order, with a warning: the main address to the first
    /// port without one, the others only if the server has as many ports as the member has addresses.</remarks>
    public static MacPlan Of(HeatTemplate template, IReadOnlyList<(TemplateServer Server, SnapSetMember Member)> pairs)
    {
        var plan = new MacPlan(template);
        foreach ((TemplateServer server, SnapSetMember member) in pairs)
        {
            plan.Give(server, member);
        }

        plan.TakeBackTwins();
        return plan;
    }

    /// <summary>The port with the member's main address; null if the server has no port.</summary>
    public int? MainPort(TemplateServer server) =>
        _mainPorts.TryGetValue(server.ResourceName, out int port) ? port : server.Ports.Count > 0 ? 0 : null;

    /// <summary>The ports of a server by the member's MAC addresses; without those that have none.</summary>
    public IReadOnlyDictionary<string, int> PortsOf(TemplateServer server) =>
        _places.GetValueOrDefault(server.ResourceName) ?? new Dictionary<string, int>();

    /// <summary>The address that a port will have; null if Neutron chooses it.</summary>
    public string? MacOf(TemplateServer server, int port) =>
        _given.GetValueOrDefault((server.ResourceName, port)) ?? server.Ports[port].MacAddress;

    private void Give(TemplateServer server, SnapSetMember member)
    {
        List<string> macs = Addresses(member);
        if (macs.Count == 0)
        {
            _warnings.Add($"{member.Name}: the set has no MAC address of it, so the server gets the template's.");
            return;
        }

        if (server.Ports.Count == 0)
        {
            _problems.Add($"{member.Name}: "
                + $"the template has no network for {server.ResourceName}, which therefore cannot get the MAC address {macs[0]}.");
            return;
        }

        var matching = new PortMatching(_template, server, member, macs);
        _places[server.ResourceName] = matching.Ports;
        if (matching.Ports.TryGetValue(macs[0], out int main))
        {
            _mainPorts[server.ResourceName] = main;
        }

        foreach ((string mac, int port) in matching.Ports.Where(place => server.Ports[place.Value].MacAddress != place.Key))
        {
            _given[(server.ResourceName, port)] = mac;
        }

        if (matching.Guessed.Count > 0)
        {
            _warnings.Add($"{member.Name}: {string.Join(", ", matching.Guessed)} "
                + $"{(matching.Guessed.Count == 1 ? "is assigned to a port" : "are assigned to ports")} by the order in the set alone.");
        }

        Judge(server, member, macs, matching);
    }

    /// <summary>The main address needs a port, and so do all if there are as many.</summary>
    private void Judge(TemplateServer server, SnapSetMember member, List<string> macs, PortMatching matching)
    {
        bool areAllNeeded = macs.Count == server.Ports.Count;
        _problems.AddRange(matching.Left.Where(mac => areAllNeeded || mac == macs[0])
            .Select(mac => $"{member.Name}: no port of {server.ResourceName} can take the MAC address {mac}."));
        string[] lost = [.. matching.Left.Where(mac => !areAllNeeded && mac != macs[0])];
        if (lost.Length > 0)
        {
            _warnings.Add($"{member.Name} had {Counted(macs.Count)} and has {server.Ports.Count} in the template: "
                + $"{string.Join(", ", lost)} {(lost.Length == 1 ? "is" : "are")} not restored.");
        }
    }

    /// <summary>The distinct addresses in canonical form, the main one first.</summary>
    private List<string> Addresses(SnapSetMember member)
    {
        var macs = new List<string>();
        foreach (string text in member.MacAddresses.Prepend(member.MacAddress ?? "").Where(text => text.Length > 0))
        {
            if (!MacAddress.TryParse(text, out string mac))
            {
                _warnings.Add($"{member.Name}: the set records '{text}', which is not a MAC address.");
            }
            else if (!macs.Contains(mac))
            {
                macs.Add(mac);
            }
        }

        return macs;
    }

    /// <summary>Neutron allows an address once per network.</summary>
    private void TakeBackTwins()
    {
        var ports = _template.Servers
            .SelectMany(server => server.Ports.Select(
                (port, i) => (Owner: server.ResourceName, Index: i, Port: port, Mac: MacOf(server, i))))
            .Concat(_template.OtherPorts.Select(port => (Owner: "", Index: -1, Port: port, Mac: port.MacAddress)))
            .Where(entry => entry.Mac is not null && entry.Port.NetworkKey is not null);
        foreach (var twins in ports.GroupBy(entry => (entry.Port.NetworkKey, entry.Mac)).Where(group => group.Count() > 1))
        {
            var given = twins.Where(entry => _given.ContainsKey((entry.Owner, entry.Index))).ToArray();
            bool allGiven = given.Length == twins.Count();
            foreach (var entry in given.Skip(allGiven ? 1 : 0))
            {
                _given.Remove((entry.Owner, entry.Index));
            }

            if (given.Length > 0)
            {
                IEnumerable<string> names = twins.Select(entry => entry.Port.ResourceName ?? $"a port of {entry.Owner}");
                _problems.Add($"The MAC address {twins.Key.Mac} would be on one network twice: {string.Join(" and ", names)}.");
            }
        }
    }

    private static string Counted(int ports) => ports == 1 ? "1 port" : $"{ports} ports";
}

/// <summary>Assigns the members of a set to the servers of a template.</summary>
internal sealed record MemberMatching(
    IReadOnlyList<(TemplateServer Server, SnapSetMember Member)> Pairs, IReadOnlyList<string> Problems, IReadOnlyList<string> Uncovered)
{
    public static MemberMatching Of(HeatTemplate template, SnapSet set)
    {
        var pairs = new Dictionary<string, (TemplateServer Server, SnapSetMember Member)>();
        var problems = new List<string>();
        foreach (SnapSetMember member in set.Members)
        {
            TemplateServer? server = template.FindServer(member.Name);
            if (server is null)
            {
                problems.Add(NoServer(template, member));
            }
            else if (!pairs.TryAdd(server.ResourceName, (server, member)))
            {
                problems.Add($"{member.Name} and {pairs[server.ResourceName].Member.Name} "
                    + $"would both become the server {server.ResourceName}.");
            }
        }

        return new MemberMatching(
            [.. pairs.Values],
            problems,
            [.. template.Servers.Select(server => server.ResourceName).Where(name => !pairs.ContainsKey(name))]);
    }

    /// <summary>The problem that Heat does not create a member's declared server; null otherwise.</summary>
    public static string? Absence(HeatTemplate template, SnapSetMember member) =>
        template.FindServer(member.Name) is null
        && template.AbsentServers.FirstOrDefault(server => server.ResourceName == member.Name || server.Name == member.Name) is { } absent
            ? $"{member.Name}: Heat does not create the server {absent.ResourceName}: its condition is false with these parameters."
            : null;

    private static string NoServer(HeatTemplate template, SnapSetMember member) =>
        Absence(template, member)
        ?? (template.NestedResources.Count == 0
            ? $"{member.Name}: the template has no server resource of that name."
            : $"{member.Name}: the template itself has no server resource of that name. If {string.Join(" or ", template.NestedResources)} "
                + $"creates it, declare it in the template as a resource {member.Name}: a nested server cannot be changed.");
}
