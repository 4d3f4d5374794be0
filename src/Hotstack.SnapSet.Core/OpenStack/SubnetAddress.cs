using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Hotstack.OpenStack;

/// <summary>An IP address, with the length of its subnet's prefix where that is known: <c>192.168.32.10/24</c>.</summary>
internal sealed record SubnetAddress(IPAddress Address, int? PrefixLength)
{
    /// <summary>The range of the subnet: <c>192.168.32.0/24</c>; null if it is not known.</summary>
    public string? Range => PrefixLength is { } length ? Text(First(Address, length), length) : null;

    /// <summary>Whether it is an IPv6 address.</summary>
    public bool IsIPv6 => Address.AddressFamily == AddressFamily.InterNetworkV6;

    /// <summary>Reads <c>192.168.32.10/24</c> or <c>192.168.32.10</c>; null if it is neither.</summary>
    public static SubnetAddress? Parse(string? text)
    {
        string[] parts = text?.Trim().Split('/') ?? [];
        if (parts.Length is not (1 or 2) || !parts[0].AsSpan().ContainsAny('.', ':') || !IPAddress.TryParse(parts[0], out IPAddress? address)
            || address.ScopeIdOrZero() != 0)
        {
            return null;
        }

        if (parts.Length == 1)
        {
            return new SubnetAddress(address, null);
        }

        return int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int length) && length <= BitsOf(address)
            ? new SubnetAddress(address, length)
            : null;
    }

    /// <summary>The address in a subnet whose range is known.</summary>
    /// <param name="address">The address.</param>
    /// <param name="range"><c>192.168.32.0/24</c>; null if it is not known.</param>
    /// <returns>Null if the address is none; without a prefix if the range does not hold it.</returns>
    public static SubnetAddress? In(string? address, string? range) =>
        Parse(address) is not { } parsed ? null
        : Parse(range) is { PrefixLength: { } length } subnet && (parsed with { PrefixLength = length }).IsIn(subnet)
            ? parsed with { PrefixLength = length }
            : parsed;

    /// <summary>Whether the range of another one holds the address.</summary>
    public bool IsIn(SubnetAddress subnet) =>
        subnet.PrefixLength is { } length && Address.AddressFamily == subnet.Address.AddressFamily
        && First(Address, length).Equals(First(subnet.Address, length));

    /// <summary>The address, with the prefix's length where that is known.</summary>
    public override string ToString() => PrefixLength is { } length ? Text(Address, length) : Address.ToString();

    private static int BitsOf(IPAddress address) => address.AddressFamily == AddressFamily.InterNetworkV6 ? 128 : 32;

    private static string Text(IPAddress address, int length) => string.Create(CultureInfo.InvariantCulture, $"{address}/{length}");

    private static IPAddress First(IPAddress address, int length)
    {
        byte[] bytes = address.GetAddressBytes();
        for (int i = 0; i < bytes.Length; i++)
        {
            int kept = Math.Clamp(length - (8 * i), 0, 8);
            bytes[i] &= (byte)(0xff << (8 - kept));
        }

        return new IPAddress(bytes);
    }
}

file static class Scopes
{
    /// <summary>An IPv4 address has no scope; to ask for it is an error.</summary>
    public static long ScopeIdOrZero(this IPAddress address) =>
        address.AddressFamily == AddressFamily.InterNetworkV6 ? address.ScopeId : 0;
}
