using System.Formats.Asn1;
using System.Numerics;
using System.Security.Cryptography;
using Hotstack.Clusters.Nodes;

namespace Hotstack.Clusters.CertificateRequests;

/// <summary>
/// A PKCS#10 request (RFC 2986) as kubelets write it. What they never write is refused and not skipped: the signer must not find more in
/// the request than was judged.
/// </summary>
internal sealed record Pkcs10Request
{
    private const string ExtensionRequest = "1.2.840.113549.1.9.14";
    private const string SubjectAltNameExtension = "2.5.29.17";
    private const string CommonNameType = "2.5.4.3";
    private const string OrganizationType = "2.5.4.10";
    private const string Label = "CERTIFICATE REQUEST";

    /// <summary>A kubelet's PEM has about 1 000 characters.</summary>
    private const int MaxCharacters = 64 * 1024;

    /// <summary>The CN of the subject.</summary>
    public required string CommonName { get; init; }

    /// <summary>The O of the subject.</summary>
    public required string Organization { get; init; }

    public required IReadOnlyList<SubjectAltName> AltNames { get; init; }

    private Pkcs10Signature Signature { get; init; } = null!;

    /// <summary>The DER form of a request in PEM (RFC 7468). There must be nothing else in the text: the signer may find that
    /// first.</summary>
    /// <exception cref="FormatException">The text is not one block of the right label.</exception>
    public static byte[] DerOf(string text)
    {
        if (text.Length > MaxCharacters)
        {
            throw new FormatException($"the request has {text.Length} characters");
        }

        if (!PemEncoding.TryFind(text, out PemFields fields))
        {
            throw new FormatException("the request is no PEM");
        }

        string label = text[fields.Label];
        if (label != Label)
        {
            throw new FormatException($"the request is a PEM block '{AsciiText.Of(label)}', not '{Label}'");
        }

        ReadOnlySpan<char> before = text.AsSpan()[..fields.Location.Start.Value];
        ReadOnlySpan<char> after = text.AsSpan()[fields.Location.End.Value..];
        return IsBlank(before) && IsBlank(after)
            ? Convert.FromBase64String(text[fields.Base64Data])
            : throw new FormatException("the request has more in it than one PEM block");
    }

    /// <exception cref="FormatException">It is none, or holds what kubelets never request.</exception>
    public static Pkcs10Request Read(byte[] der)
    {
        try
        {
            return ReadDer(der);
        }
        catch (AsnContentException e)
        {
            throw new FormatException("the request is malformed", e);
        }
    }

    /// <summary>Checks the strength of the key, and that the requester has it.</summary>
    /// <exception cref="FormatException">The key is weak or of an unusual kind, or the signature is not its own.</exception>
    public void Verify() => Signature.Verify();

    private static Pkcs10Request ReadDer(byte[] der)
    {
        var whole = new AsnReader(der, AsnEncodingRules.DER);
        AsnReader request = whole.ReadSequence();
        whole.ThrowIfNotEmpty();

        ReadOnlyMemory<byte> signed = request.PeekEncodedValue();
        AsnReader info = request.ReadSequence();
        BigInteger version = info.ReadInteger();
        (string commonName, string organization) = ReadSubject(info.ReadSequence());
        ReadOnlyMemory<byte> key = info.ReadEncodedValue();
        var result = new Pkcs10Request
        {
            CommonName = commonName,
            Organization = organization,
            AltNames = ReadAttributes(info.ReadSetOf(new Asn1Tag(TagClass.ContextSpecific, 0))),
            Signature = Pkcs10Signature.Read(key, request, signed),
        };
        info.ThrowIfNotEmpty();
        request.ThrowIfNotEmpty();
        return version.IsZero ? result : throw new FormatException("the request is of another version than PKCS#10 has");
    }

    /// <summary>A kubelet's subject: one O, one CN, each plain.</summary>
    /// <exception cref="FormatException">It has another form.</exception>
    private static (string CommonName, string Organization) ReadSubject(AsnReader names)
    {
        var values = new Dictionary<string, string>();
        while (names.HasData)
        {
            AsnReader name = names.ReadSetOf();
            AsnReader attribute = name.ReadSequence();
            string type = attribute.ReadObjectIdentifier();
            if (name.HasData)
            {
                throw new FormatException("the subject has a name of several values");
            }

            if (type is not (CommonNameType or OrganizationType))
            {
                throw new FormatException($"the subject has more than O and CN ({AsciiText.Of(type)})");
            }

            if (!values.TryAdd(type, ReadText(attribute)))
            {
                throw new FormatException($"the subject has {(type == CommonNameType ? "CN" : "O")} more than once");
            }

            attribute.ThrowIfNotEmpty();
        }

        return values.TryGetValue(CommonNameType, out string? commonName) && values.TryGetValue(OrganizationType, out string? organization)
            ? (commonName, organization)
            : throw new FormatException("the subject has not both O and CN");
    }

    /// <summary>Go writes a PrintableString, or a UTF8String for what does not fit in one.</summary>
    private static string ReadText(AsnReader attribute)
    {
        Asn1Tag tag = attribute.PeekTag();
        return tag.TagClass == TagClass.Universal
            && (UniversalTagNumber)tag.TagValue is UniversalTagNumber.PrintableString or UniversalTagNumber.UTF8String
            ? attribute.ReadCharacterString((UniversalTagNumber)tag.TagValue)
            : throw new FormatException("the subject's text is of an unusual type");
    }

    private static IReadOnlyList<SubjectAltName> ReadAttributes(AsnReader attributes)
    {
        if (!attributes.HasData)
        {
            return [];
        }

        AsnReader attribute = attributes.ReadSequence();
        string type = attribute.ReadObjectIdentifier();
        if (type != ExtensionRequest)
        {
            throw new FormatException($"the request has an attribute that no kubelet writes ({AsciiText.Of(type)})");
        }

        AsnReader values = attribute.ReadSetOf();
        attribute.ThrowIfNotEmpty();
        attributes.ThrowIfNotEmpty();
        return values.HasData ? ReadExtensions(values) : [];
    }

    /// <summary>An attribute without a value, or with an empty list, requests nothing: Go, which signs, reads it so, too.</summary>
    private static IReadOnlyList<SubjectAltName> ReadExtensions(AsnReader values)
    {
        AsnReader extensions = values.ReadSequence();
        values.ThrowIfNotEmpty();
        IReadOnlyList<SubjectAltName> names = extensions.HasData ? ReadExtension(extensions.ReadSequence()) : [];
        return extensions.HasData
            ? throw new FormatException("the request asks for more extensions than its names, or for names twice")
            : names;
    }

    private static IReadOnlyList<SubjectAltName> ReadExtension(AsnReader extension)
    {
        string type = extension.ReadObjectIdentifier();
        if (type != SubjectAltNameExtension)
        {
            throw new FormatException($"the request asks for an extension that no kubelet asks for ({AsciiText.Of(type)})");
        }

        if (extension.PeekTag() == Asn1Tag.Boolean)
        {
            extension.ReadBoolean();
        }

        byte[] value = extension.ReadOctetString();
        extension.ThrowIfNotEmpty();
        return SubjectAltName.ReadAll(value);
    }

    private static bool IsBlank(ReadOnlySpan<char> text) => text.IndexOfAnyExcept(" \t\r\n") < 0;
}
