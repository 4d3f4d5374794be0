using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Hotstack.Sandbox.Networking;

/// <summary>The addresses of a CIDR, of either version.</summary>
public sealed record AddressRange
{
    private AddressRange(IPNetwork network) => Network = network;

    private IPNetwork Network { get; }

    public int Version => Network.BaseAddress.AddressFamily == AddressFamily.InterNetwork ? 4 : 6;

    private UInt128 First => ToNumber(Network.BaseAddress);

    private UInt128 Last => First + (((UInt128)1 << ((Version == 4 ? 32 : 128) - Network.PrefixLength)) - 1);

    /// <summary>The first address that a host may have.</summary>
    internal string Gateway => ToText(First + 1);

    /// <summary>Reads a CIDR; null if it is none.</summary>
    public static AddressRange? Read(string cidr)
    {
        // Host bits that are set are dropped, as Neutron does.
        if (cidr.Split('/') is not [var start, var length] || !IPAddress.TryParse(start, out var address)
            || !int.TryParse(length, NumberStyles.None, CultureInfo.InvariantCulture, out var bits)
            || bits > (address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128))
        {
            return null;
        }

        var width = address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128;
        var mask = bits == 0 ? 0 : UInt128.MaxValue << (width - bits);
        return new AddressRange(new IPNetwork(IPAddress.Parse(ToText(ToNumber(address) & mask, width)), bits));
    }

    /// <summary>Reads an address in its usual form; null if it is none.</summary>
    public static string? Canonical(string address) => IPAddress.TryParse(address, out var parsed) ? parsed.ToString() : null;

    public bool Contains(string address) =>
        IPAddress.TryParse(address, out var parsed) && parsed.AddressFamily == Network.BaseAddress.AddressFamily
            && Network.Contains(parsed);

    public override string ToString() => $"{Network.BaseAddress}/{Network.PrefixLength}";

    /// <summary>All that a host may have, but for the gateway's.</summary>
    internal IReadOnlyList<AddressPool> UsualPools(string? gateway)
    {
        var (first, last) = (First + 1, Version == 4 ? Last - 1 : Last);
        if (gateway is null || !Contains(gateway))
        {
            return [new AddressPool(ToText(first), ToText(last))];
        }

        var at = ToNumber(IPAddress.Parse(gateway));
        List<AddressPool> pools = [];
        if (at > first)
        {
            pools.Add(new AddressPool(ToText(first), ToText(at - 1)));
        }

        if (at < last)
        {
            pools.Add(new AddressPool(ToText(at + 1), ToText(last)));
        }

        return pools;
    }

    /// <summary>The address that a host with this MAC address makes for itself (RFC 4291, modified EUI-64).</summary>
    internal string Eui64(string mac)
    {
        byte[] octets = Convert.FromHexString(mac.Replace(":", "", StringComparison.Ordinal));
        byte[] host = [(byte)(octets[0] ^ 2), octets[1], octets[2], 0xff, 0xfe, octets[3], octets[4], octets[5]];
        return ToText(First + BinaryPrimitives.ReadUInt64BigEndian(host));
    }

    /// <summary>The first address of the pools that nobody has; null if there is none.</summary>
    internal string? FirstFree(IEnumerable<AddressPool> pools, IReadOnlySet<string> taken)
    {
        foreach (var pool in pools)
        {
            var last = ToNumber(IPAddress.Parse(pool.End));
            for (var at = ToNumber(IPAddress.Parse(pool.Start)); at <= last; at++)
            {
                var text = ToText(at);
                if (!taken.Contains(text))
                {
                    return text;
                }
            }
        }

        return null;
    }

    private static UInt128 ToNumber(IPAddress address)
    {
        var bytes = address.GetAddressBytes();
        return bytes.Length == 4 ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt128BigEndian(bytes);
    }

    private static string ToText(UInt128 number, int width)
    {
        var bytes = new byte[width / 8];
        if (width == 32)
        {
            BinaryPrimitives.WriteUInt32BigEndian(bytes, (uint)number);
        }
        else
        {
            BinaryPrimitives.WriteUInt128BigEndian(bytes, number);
        }

        return new IPAddress(bytes).ToString();
    }

    private string ToText(UInt128 number) => ToText(number, Version == 4 ? 32 : 128);
}

/// <summary>Addresses that may be given out, from the first to the last.</summary>
internal sealed record AddressPool(string Start, string End);
