using System.Formats.Asn1;
using System.Numerics;
using Hotstack.Clusters.Nodes;

namespace Hotstack.Clusters.CertificateRequests;

/// <summary>
/// A PKCS#10 request (RFC 2986) as kubelets write it. Whatever they never write is refused and not skipped, since the
/// signer might read it: it must not find more in the request than was judged here.
/// </summary>
internal sealed record Pkcs10Request
{
    private const string ExtensionRequest = "1.2.840.113549.1.9.14";
    private const string SubjectAltNameExtension = "2.5.29.17";

    public required Pkcs10Subject Subject { get; init; }

    public required IReadOnlyList<SubjectAltName> AltNames { get; init; }

    private Pkcs10Key Key { get; init; } = null!;

    private Pkcs10Signature Signature { get; init; } = null!;

    /// <exception cref="FormatException">It is none, or holds what kubelets never ask for.</exception>
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

    /// <summary>Makes sure of the key's strength, and that who asks has it.</summary>
    /// <exception cref="FormatException">The key is weak or of an unusual kind, or the signature is not its own.</exception>
    public void Verify()
    {
        Key.RequireStrength();
        Signature.RequireSignerOf(Key);
    }

    private static Pkcs10Request ReadDer(byte[] der)
    {
        var whole = new AsnReader(der, AsnEncodingRules.DER);
        AsnReader request = whole.ReadSequence();
        whole.ThrowIfNotEmpty();

        ReadOnlyMemory<byte> signed = request.PeekEncodedValue();
        AsnReader info = request.ReadSequence();
        BigInteger version = info.ReadInteger();
        var result = new Pkcs10Request
        {
            Subject = Pkcs10Subject.Read(info.ReadSequence()),
            Key = Pkcs10Key.Read(info.ReadEncodedValue()),
            AltNames = ReadAttributes(info.ReadSetOf(new Asn1Tag(TagClass.ContextSpecific, 0))),
            Signature = Pkcs10Signature.Read(request, signed),
        };
        info.ThrowIfNotEmpty();
        request.ThrowIfNotEmpty();
        return version.IsZero ? result : throw new FormatException("the request is of another version than PKCS#10 has");
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

    /// <summary>An attribute without a value, or with an empty list, asks for nothing: Go, which signs, reads it so as well.</summary>
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
}
