using System.Formats.Asn1;
using System.Net;

namespace Hotstack.Clusters.Nodes;

/// <summary>One name that a certificate is valid for (GeneralName, RFC 5280).</summary>
/// <param name="Kind"><see cref="Dns"/>, <see cref="Ip"/>, or another one that no kubelet requests.</param>
/// <param name="Value">As text for display.</param>
internal sealed record SubjectAltName(string Kind, string Value)
{
    public const string Dns = "DNS";
    public const string Ip = "IP";

    private const int EmailTag = 1;
    private const int DnsTag = 2;
    private const int UriTag = 6;
    private const int IpTag = 7;

    public override string ToString() => $"{Kind}:{Value}";

    /// <summary>Reads the whole extension: .NET's own reader skips some kinds.</summary>
    /// <exception cref="FormatException">It contains something other than names.</exception>
    /// <exception cref="AsnContentException">It is malformed.</exception>
    public static IReadOnlyList<SubjectAltName> ReadAll(byte[] extension)
    {
        var whole = new AsnReader(extension, AsnEncodingRules.DER);
        AsnReader names = whole.ReadSequence();
        whole.ThrowIfNotEmpty();
        var result = new List<SubjectAltName>();
        while (names.HasData)
        {
            result.Add(Read(names));
        }

        return result.Count > 0 ? result : throw new FormatException("the request has an empty list of names");
    }

    private static SubjectAltName Read(AsnReader names)
    {
        Asn1Tag tag = names.PeekTag();
        if (tag.TagClass != TagClass.ContextSpecific)
        {
            throw new FormatException("the request has a name of no known kind");
        }

        switch (tag.TagValue)
        {
            case DnsTag:
                return new SubjectAltName(Dns, HostName(names.ReadCharacterString(UniversalTagNumber.IA5String, tag)));
            case IpTag:
                return new SubjectAltName(Ip, Address(names.ReadOctetString(tag)));
            case EmailTag or UriTag:
                string text = names.ReadCharacterString(UniversalTagNumber.IA5String, tag);
                return new SubjectAltName(tag.TagValue == EmailTag ? "email" : "URI", AsciiText.Of(text));
            default:
                names.ReadEncodedValue();
                return new SubjectAltName("other", $"kind {tag.TagValue}");
        }
    }

    /// <summary>Refuses wildcards, NULs and the like. A kubelet whose status lists an IPv6 address as InternalDNS requests it as a
    /// name.</summary>
    private static string HostName(string text) =>
        text.Length is > 0 and <= 253
        && (text.All(sign => char.IsAsciiLetterOrDigit(sign) || sign is '.' or '-' or '_') || NodeAddresses.Parse(text) is not null)
            ? text
            : throw new FormatException($"'{AsciiText.Of(text)}' is not a host name");

    private static string Address(byte[] octets) =>
        octets.Length is 4 or 16
            ? NodeAddresses.Plain(new IPAddress(octets)).ToString()
            : throw new FormatException($"an IP address of {octets.Length} octets");
}
