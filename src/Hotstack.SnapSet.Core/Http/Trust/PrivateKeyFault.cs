using System.Formats.Asn1;
using System.Security.Cryptography;

namespace Hotstack.Http;

/// <summary>Tells why a private key cannot be used with a certificate: the platform cannot, it is broken, or it is another's.</summary>
internal static class PrivateKeyFault
{
    private const string Rsa = "1.2.840.113549.1.1.1";
    private const string Ecdsa = "1.2.840.10045.2.1";

    /// <param name="key">PEM text with a private key, which could not be used.</param>
    /// <returns>The reason, as the end of a sentence; nothing of the key.</returns>
    public static string Of(string key)
    {
        PemBlock? block = PemBlock.AllOf(key).FirstOrDefault(block => block.Label.EndsWith("PRIVATE KEY", StringComparison.Ordinal));
        return block?.Label switch
        {
            "OPENSSH PRIVATE KEY" => "its private key is in the form of OpenSSH: convert a copy of it (ssh-keygen -p -m PKCS8 -f COPY).",
            "DSA PRIVATE KEY" => Unsupported("DSA"),
            "PRIVATE KEY" when KindOf(block.Data) is { } kind => Unsupported(kind),
            "PRIVATE KEY" or "RSA PRIVATE KEY" or "EC PRIVATE KEY" when block.Data is { } data && CanBeRead(block.Label, data) =>
                "its private key belongs to another certificate.",
            _ => "its private key is broken.",
        };
    }

    private static string Unsupported(string kind) =>
        $"its private key is of kind {kind}, which .NET cannot use for TLS. Use a certificate with an RSA or EC key.";

    /// <summary>The kind of a key in PKCS#8 (RFC 5958) that is neither RSA nor EC; null for those, and for what cannot be read.</summary>
    private static string? KindOf(byte[]? data)
    {
        try
        {
            AsnReader key = new AsnReader(data ?? [], AsnEncodingRules.BER).ReadSequence();
            key.ReadInteger();
            string kind = key.ReadSequence().ReadObjectIdentifier();
            return kind switch
            {
                Rsa or Ecdsa => null,
                "1.3.101.110" => "X25519",
                "1.3.101.111" => "X448",
                "1.3.101.112" => "Ed25519",
                "1.3.101.113" => "Ed448",
                "1.2.840.10040.4.1" => "DSA",
                "1.2.840.113549.1.1.10" => "RSA-PSS",
                _ => kind,
            };
        }
        catch (AsnContentException)
        {
            return null;
        }
    }

    private static bool CanBeRead(string label, byte[] data)
    {
        using RSA rsa = RSA.Create();
        using ECDsa ecdsa = ECDsa.Create();
        return label switch
        {
            "RSA PRIVATE KEY" => Try(() => rsa.ImportRSAPrivateKey(data, out _)),
            "EC PRIVATE KEY" => Try(() => ecdsa.ImportECPrivateKey(data, out _)),
            _ => Try(() => rsa.ImportPkcs8PrivateKey(data, out _)) || Try(() => ecdsa.ImportPkcs8PrivateKey(data, out _)),
        };
    }

    private static bool Try(Action read)
    {
        try
        {
            read();
            return true;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }
}
