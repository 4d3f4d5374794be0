using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Hotstack.Http.Trust;

/// <summary>Reads certificates and keys in PEM form: RSA as PKCS#1 and PKCS#8, EC as SEC 1 and PKCS#8.</summary>
internal static class PemCertificates
{
    /// <summary>The first certificate with its private key.</summary>
    /// <exception cref="CryptographicException">One of them is missing or broken, or they do not belong together.</exception>
    public static X509Certificate2 ReadWithKey(string certificate, string key)
    {
        if (!certificate.Contains("-----BEGIN CERTIFICATE-----", StringComparison.Ordinal))
        {
            throw new CryptographicException("it holds no certificate in PEM form.");
        }

        if (key.Contains("ENCRYPTED", StringComparison.Ordinal))
        {
            throw new CryptographicException("its private key is encrypted, and there is no way to give a passphrase.");
        }

        if (!key.Contains("PRIVATE KEY-----", StringComparison.Ordinal))
        {
            throw new CryptographicException("there is no private key in PEM form.");
        }

        X509Certificate2 pem = Joined(certificate, key);
        if (!OperatingSystem.IsWindows())
        {
            return pem;
        }

        // TLS on Windows needs a key that is not ephemeral; the round trip through PKCS#12 gives one
        // (KubernetesClient, CertUtils.cs, does the same).
        using X509Certificate2 source = pem;
#pragma warning disable SYSLIB0057 // its successor came with .NET 9
        return new X509Certificate2(source.Export(X509ContentType.Pkcs12));
#pragma warning restore SYSLIB0057
    }

    private static X509Certificate2 Joined(string certificate, string key)
    {
        try
        {
            return X509Certificate2.CreateFromPem(certificate, key);
        }
        // ArgumentException: the key belongs to another certificate.
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            throw new CryptographicException(FaultOf(key), e);
        }
    }

    private const string Rsa = "1.2.840.113549.1.1.1";
    private const string Ecdsa = "1.2.840.10045.2.1";

    /// <param name="key">PEM text with a private key that cannot be used.</param>
    /// <returns>Why it cannot be used, as the end of a sentence; quotes nothing of the key.</returns>
    private static string FaultOf(string key)
    {
        Block? block = Block.AllOf(key).FirstOrDefault(block => block.Label.EndsWith("PRIVATE KEY", StringComparison.Ordinal));
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

    /// <summary>The kind of a PKCS#8 key (RFC 5958) that is neither RSA nor EC; null for those, and for a broken key.</summary>
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

    /// <summary>A block of a PEM text.</summary>
    /// <param name="Label">Its label: <c>CERTIFICATE</c>.</param>
    /// <param name="Data">Its bytes; null if they are not base64, or the block does not end.</param>
    internal sealed record Block(string Label, byte[]? Data)
    {
        private const string Begin = "-----BEGIN ";

        /// <summary>All blocks in order, with the broken ones, which the platform's reader skips. Text around them is ignored.</summary>
        public static IEnumerable<Block> AllOf(string text)
        {
            int at = text.IndexOf(Begin, StringComparison.Ordinal);
            while (at >= 0)
            {
                // The search for an end stops at the next beginning: linear time for a text without ends.
                int next = text.IndexOf(Begin, at + Begin.Length, StringComparison.Ordinal);
                yield return Of(text.AsSpan(at, (next < 0 ? text.Length : next) - at));
                at = next;
            }
        }

        private static Block Of(ReadOnlySpan<char> text)
        {
            ReadOnlySpan<char> rest = text[Begin.Length..];
            int line = rest.IndexOf("-----", StringComparison.Ordinal);
            string label = line < 0 || rest[..line].ContainsAny('\r', '\n') ? "" : rest[..line].ToString();
            int end = rest.IndexOf($"-----END {label}-----", StringComparison.Ordinal);
            return new Block(label, label.Length == 0 || end < 0 ? null : Decoded(rest[(line + 5)..end].ToString()));
        }

        private static byte[]? Decoded(string base64)
        {
            try
            {
                return Convert.FromBase64String(base64);
            }
            catch (FormatException)
            {
                return null;
            }
        }
    }
}
