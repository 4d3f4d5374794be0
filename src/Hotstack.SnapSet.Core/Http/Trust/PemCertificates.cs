using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Hotstack.Http;

/// <summary>Reads certificates and keys in PEM form: RSA as PKCS#1 and PKCS#8, EC as SEC 1 and PKCS#8.</summary>
internal static class PemCertificates
{
    /// <summary>The first certificate with its private key.</summary>
    /// <exception cref="CryptographicException">One of both is not there or broken, or they do not belong together.</exception>
    public static X509Certificate2 ReadWithKey(string certificate, string key)
    {
        if (!certificate.Contains("-----BEGIN CERTIFICATE-----", StringComparison.Ordinal))
        {
            throw new CryptographicException("it holds no certificate in PEM form.");
        }

        if (key.Contains("ENCRYPTED", StringComparison.Ordinal))
        {
            throw new CryptographicException("its private key is encrypted, and no passphrase is asked for.");
        }

        if (!key.Contains("PRIVATE KEY-----", StringComparison.Ordinal))
        {
            throw new CryptographicException("there is no private key in PEM form.");
        }

        using X509Certificate2 pem = Joined(certificate, key);
        // Windows' TLS needs a key that is not ephemeral, which the round trip through PKCS#12 gives.
#pragma warning disable SYSLIB0057 // its successor came with .NET 9
        return new X509Certificate2(pem.Export(X509ContentType.Pkcs12));
#pragma warning restore SYSLIB0057
    }

    private static X509Certificate2 Joined(string certificate, string key)
    {
        try
        {
            return X509Certificate2.CreateFromPem(certificate, key);
        }
        // The latter for a key that belongs to another certificate.
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            throw new CryptographicException(PrivateKeyFault.Of(key), e);
        }
    }
}
