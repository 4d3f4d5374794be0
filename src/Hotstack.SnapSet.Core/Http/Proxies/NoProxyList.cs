using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Hotstack.Http.Proxies;

/// <summary>
/// The hosts that <c>NO_PROXY</c> excludes, by the rules of Go, which oc and kubectl follow:
/// https://pkg.go.dev/golang.org/x/net/http/httpproxy#Config. An entry is a host with all below it (<c>lab.example</c>), only
/// what is below (<c>.lab.example</c>, <c>*.lab.example</c>), an IP address, a range of them (<c>10.0.0.0/16</c>), any but a range
/// with a port (<c>lab.example:5000</c>), or <c>*</c> for all. Other entries are ignored.
/// </summary>
internal sealed class NoProxyList
{
    private readonly List<Func<string, IPAddress?, int, bool>> _entries = [];

    private NoProxyList()
    {
    }

    /// <param name="value">The variable's value: entries with commas between them.</param>
    public static NoProxyList Of(string? value)
    {
        var list = new NoProxyList();
        foreach (string entry in (value ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (EntryOf(entry.ToLowerInvariant()) is { } matches)
            {
                list._entries.Add(matches);
            }
        }

        return list;
    }

    /// <summary>Whether a call bypasses the proxy. Calls to this machine (<c>localhost</c>, a loopback address) always do.</summary>
    public bool Excludes(Uri uri)
    {
        string host = uri.IdnHost.ToLowerInvariant();
        IPAddress? address = AddressOf(host);
        return host == "localhost" || (address is not null && IPAddress.IsLoopback(address))
            || _entries.Any(matches => matches(host, address, uri.Port));
    }

    private static Func<string, IPAddress?, int, bool>? EntryOf(string entry)
    {
        if (entry == "*")
        {
            return (_, _, _) => true;
        }

        if (RangeOf(entry) is { } range)
        {
            return (_, address, _) => address is not null && IsIn(address, range.Start, range.Length);
        }

        (string host, string port) = Split(entry);
        return host.Length == 0 ? null
            : AddressOf(host) is { } own ? (_, address, at) => own.Equals(address) && IsPort(port, at)
            : OfDomain(host, port);
    }

    private static Func<string, IPAddress?, int, bool> OfDomain(string host, string port)
    {
        string below = host.StartsWith("*.", StringComparison.Ordinal) ? host[1..] : host;
        bool withItself = !below.StartsWith('.');
        string name = Ascii(below.TrimStart('.'));
        return (asked, _, at) =>
            ((withItself && asked == name) || asked.EndsWith("." + name, StringComparison.Ordinal)) && IsPort(port, at);
    }

    /// <summary>A port follows the only colon, or one after a bracket.</summary>
    private static (string Host, string Port) Split(string entry)
    {
        int end = entry.LastIndexOf(']');
        int colon = entry.LastIndexOf(':');
        bool hasPort = colon > end && (end > 0 || entry.IndexOf(':', StringComparison.Ordinal) == colon);
        string host = hasPort ? entry[..colon] : entry;
        return (host.StartsWith('[') && host.EndsWith(']') ? host[1..^1] : host, hasPort ? entry[(colon + 1)..] : "");
    }

    private static bool IsPort(string port, int asked) => port.Length == 0 || port == asked.ToString(CultureInfo.InvariantCulture);

    private static (IPAddress Start, int Length)? RangeOf(string entry) =>
        entry.Split('/') is [var start, var digits] && AddressOf(start, mapped: false) is { } address
        && int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out int length)
            && length <= address.GetAddressBytes().Length * 8
            ? (address, length)
            : null;

    private static bool IsIn(IPAddress address, IPAddress start, int length)
    {
        byte[] ours = address.GetAddressBytes();
        byte[] theirs = start.GetAddressBytes();
        return ours.Length == theirs.Length && Enumerable.Range(0, length).All(bit =>
            ((ours[bit / 8] ^ theirs[bit / 8]) & (0x80 >> (bit % 8))) == 0);
    }

    /// <summary>A fully written address; not the short forms that the platform accepts too (<c>10</c>, <c>10.1</c>,
    /// <c>0x7f.1</c>).</summary>
    private static IPAddress? AddressOf(string text, bool mapped = true)
    {
        if (!IPAddress.TryParse(text, out IPAddress? address) || text.Contains('%', StringComparison.Ordinal) || text.StartsWith('['))
        {
            return null;
        }

        return address.AddressFamily == AddressFamily.InterNetwork ? (address.ToString() == text ? address : null)
            : mapped && address.IsIPv4MappedToIPv6 ? address.MapToIPv4()
            : address;
    }

    private static string Ascii(string name)
    {
        try
        {
            return new IdnMapping().GetAscii(name);
        }
        catch (ArgumentException)
        {
            return name;
        }
    }
}
