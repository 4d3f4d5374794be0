using System.Formats.Asn1;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Hotstack.Clusters.CertificateRequests;

/// <summary>Makes PKCS#10 requests: those that kubelets make, and those that nobody should.</summary>
internal sealed record Pkcs10Builder
{
    public const string SubjectAltNameType = "2.5.29.17";

    public static readonly ECDsa P256 = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    public static readonly RSA Rsa = RSA.Create(2048);

    private const string OrganizationType = "2.5.4.10";
    private const string CommonNameType = "2.5.4.3";

    public AsymmetricAlgorithm Key { get; init; } = P256;

    public HashAlgorithmName Hash { get; init; } = HashAlgorithmName.SHA256;

    /// <summary>The names of the subject, each an RDN of its own.</summary>
    public IReadOnlyList<byte[]> Subject { get; init; } = [Organization("system:nodes"), CommonName("system:node:master-0")];

    /// <summary>The names of the SAN extension; none for no such extension.</summary>
    public IReadOnlyList<byte[]> Names { get; init; } = [];

    /// <summary>Further extensions.</summary>
    public IReadOnlyList<X509Extension> Extensions { get; init; } = [];

    /// <summary>Further attributes.</summary>
    public IReadOnlyList<AsnEncodedData> Attributes { get; init; } = [];

    public static byte[] Organization(string value) => Rdn((OrganizationType, value, UniversalTagNumber.PrintableString));

    public static byte[] CommonName(string value, UniversalTagNumber type = UniversalTagNumber.PrintableString) =>
        Rdn((CommonNameType, value, type));

    public static byte[] Rdn(params (string Type, string Value, UniversalTagNumber Text)[] values) => Write(writer =>
    {
        using (writer.PushSetOf())
        {
            foreach ((string type, string value, UniversalTagNumber text) in values)
            {
                using (writer.PushSequence())
                {
                    writer.WriteObjectIdentifier(type);
                    writer.WriteCharacterString(text, value);
                }
            }
        }
    });

    public static byte[] Dns(string name) => Name(2, Encoding.ASCII.GetBytes(name));

    public static byte[] Ip(string address) => Name(7, IPAddress.Parse(address).GetAddressBytes());

    /// <summary>A GeneralName of some kind.</summary>
    public static byte[] Name(int kind, byte[] value) =>
        Write(writer => writer.WriteOctetString(value, new Asn1Tag(TagClass.ContextSpecific, kind)));

    public static X509Extension AltNames(params IReadOnlyList<byte[]> names) => new(SubjectAltNameType, Sequence(names), critical: false);

    /// <summary>A sequence of what is encoded already.</summary>
    public static byte[] Sequence(params IReadOnlyList<byte[]> items) => Write(writer =>
    {
        using (writer.PushSequence())
        {
            foreach (byte[] item in items)
            {
                writer.WriteEncodedValue(item);
            }
        }
    });

    public static byte[] Write(Action<AsnWriter> write)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        write(writer);
        return writer.Encode();
    }

    public static string Pem(byte[] der, string label = "CERTIFICATE REQUEST") => PemEncoding.WriteString(label, der) + "\n";

    public string ToPem() => Pem(ToDer());

    public byte[] ToDer()
    {
        var subject = new X500DistinguishedName(Sequence(Subject));
        CertificateRequest request = Key switch
        {
            RSA rsa => new CertificateRequest(subject, rsa, Hash, RSASignaturePadding.Pkcs1),
            ECDsa ec => new CertificateRequest(subject, ec, Hash),
            _ => throw new NotSupportedException(),
        };
        if (Names.Count > 0)
        {
            request.CertificateExtensions.Add(AltNames(Names));
        }

        foreach (X509Extension extension in Extensions)
        {
            request.CertificateExtensions.Add(extension);
        }

        foreach (AsnEncodedData attribute in Attributes)
        {
            request.OtherRequestAttributes.Add(attribute);
        }

        return request.CreateSigningRequest();
    }

    /// <summary>A request whose parts are given as they are, signed by <see cref="P256"/>.</summary>
    public static byte[] Assemble(int version, byte[] subject, byte[] key, params IReadOnlyList<byte[]> attributes) =>
        Sign(Info(version, subject, key, attributes), "1.2.840.10045.4.3.2", HashAlgorithmName.SHA256);

    public static byte[] SignedWithSha1(byte[] subject, byte[] key) =>
        Sign(Info(0, subject, key, []), "1.2.840.10045.4.1", HashAlgorithmName.SHA1);

    /// <summary>The attribute that asks for extensions.</summary>
    public static byte[] ExtensionRequest(params IReadOnlyList<byte[]> extensions) => Attribute(Sequence(extensions));

    public static byte[] Attribute(params IReadOnlyList<byte[]> values) => Write(writer =>
    {
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier("1.2.840.113549.1.9.14");
            using (writer.PushSetOf())
            {
                foreach (byte[] value in values)
                {
                    writer.WriteEncodedValue(value);
                }
            }
        }
    });

    public static byte[] Extension(string type, byte[] value) => Write(writer =>
    {
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier(type);
            writer.WriteOctetString(value);
        }
    });

    /// <summary>A SubjectPublicKeyInfo of some kind.</summary>
    public static byte[] KeyInfo(string type, byte[] key, byte[]? parameters = null) => Write(writer =>
    {
        using (writer.PushSequence())
        {
            using (writer.PushSequence())
            {
                writer.WriteObjectIdentifier(type);
                if (parameters is not null)
                {
                    writer.WriteEncodedValue(parameters);
                }
            }

            writer.WriteBitString(key);
        }
    });

    private static byte[] Info(int version, byte[] subject, byte[] key, IReadOnlyList<byte[]> attributes) => Write(writer =>
    {
        using (writer.PushSequence())
        {
            writer.WriteInteger(version);
            writer.WriteEncodedValue(subject);
            writer.WriteEncodedValue(key);
            using (writer.PushSetOf(new Asn1Tag(TagClass.ContextSpecific, 0)))
            {
                foreach (byte[] attribute in attributes)
                {
                    writer.WriteEncodedValue(attribute);
                }
            }
        }
    });

    private static byte[] Sign(byte[] info, string algorithm, HashAlgorithmName hash) => Write(writer =>
    {
        using (writer.PushSequence())
        {
            writer.WriteEncodedValue(info);
            using (writer.PushSequence())
            {
                writer.WriteObjectIdentifier(algorithm);
            }

            writer.WriteBitString(P256.SignData(info, hash, DSASignatureFormat.Rfc3279DerSequence));
        }
    });
}
