using System.Globalization;
using Hotstack.OpenStack;

namespace Hotstack.SnapSets.Marks;

/// <summary>The ports recorded on a member's image: <c>hotstack_ports</c>, their number, and for each <c>hotstack_port_{k}</c>, from 0:
/// <c>mac=fa:16:9e:81:f6:10,ip=192.168.32.10/24,network=hs-machine-net</c>.</summary>
/// <remarks>The number is always written and decides how many count, because the snapshot of a restored server inherits an older set's.
/// What exceeds Nova's limit for a value is left out: first the network, then the last IP addresses.</remarks>
internal static class PortProperties
{
    /// <summary>Nova's limit for a value (nova: schemas/parameter_types.py).</summary>
    private const int MaxCharacters = 255;

    private const string CountKey = "hotstack_ports";
    private const string KeyStart = "hotstack_port_";
    private const string NetworkField = "network";

    /// <summary>The ports of an instance whose MAC addresses are recorded too.</summary>
    public static IReadOnlyList<SnapSetPort> PortsOf(Instance instance) =>
    [
        .. instance.Ports.Where(port => instance.MacAddresses.Contains(port.MacAddress)).Select(port => new SnapSetPort
        {
            MacAddress = port.MacAddress,
            Network = port.NetworkName is { Length: > 0 } name ? name : port.NetworkId,
            FixedIps = [.. port.FixedIps.Select(ip => SubnetAddress.In(ip.IpAddress, ip.Cidr)?.ToString()).OfType<string>()],
        }),
    ];

    public static IEnumerable<KeyValuePair<string, string>> Of(IReadOnlyList<SnapSetPort> ports) =>
    [
        new(CountKey, ports.Count.ToString(CultureInfo.InvariantCulture)),
        .. ports.Select((port, k) => new KeyValuePair<string, string>(Key(k), Text(port))),
    ];

    /// <summary>Whether a property holds a port or the number of ports.</summary>
    public static bool IsKey(string name) => name == CountKey
        || (name.StartsWith(KeyStart, StringComparison.Ordinal) && name.Length <= KeyStart.Length + 4
            && name.Skip(KeyStart.Length).All(char.IsAsciiDigit));

    /// <summary>Reads them. A port whose property is missing or corrupt is not known.</summary>
    /// <remarks>The number of properties limits the result: a corrupt number must not cost memory.</remarks>
    public static IReadOnlyList<SnapSetPort> From(IReadOnlyDictionary<string, string> properties) =>
        int.TryParse(properties.GetValueOrDefault(CountKey), NumberStyles.None, CultureInfo.InvariantCulture, out int count)
            ? [.. Enumerable.Range(0, Math.Min(count, properties.Count)).Select(k => Read(properties.GetValueOrDefault(Key(k)) ?? ""))
                .OfType<SnapSetPort>()]
            : [];

    private static string Key(int k) => KeyStart + k.ToString(CultureInfo.InvariantCulture);

    private static string Text(SnapSetPort port)
    {
        string text = $"mac={port.MacAddress}";
        foreach (string ip in port.FixedIps)
        {
            text = Longer(text, $"ip={ip}");
        }

        return port.Network is { } network ? Longer(text, $"{NetworkField}={network}") : text;
    }

    private static string Longer(string text, string field) =>
        text.Length + 1 + field.Length <= MaxCharacters ? $"{text},{field}" : text;

    private static SnapSetPort? Read(string text)
    {
        // The network comes last, because its name may hold a comma.
        int network = text.IndexOf($",{NetworkField}=", StringComparison.Ordinal);
        ILookup<string, string> fields = (network < 0 ? text : text[..network])
            .Split(',').Select(field => field.Split('=', 2)).Where(pair => pair.Length == 2).ToLookup(pair => pair[0], pair => pair[1]);
        return !MacAddress.TryParse(fields["mac"].FirstOrDefault(), out string mac) ? null : new SnapSetPort
        {
            MacAddress = mac,
            Network = network < 0 ? null : text[(network + NetworkField.Length + 2)..],
            FixedIps = [.. fields["ip"].Select(SubnetAddress.Parse).OfType<SubnetAddress>().Select(ip => ip.ToString())],
        };
    }
}
