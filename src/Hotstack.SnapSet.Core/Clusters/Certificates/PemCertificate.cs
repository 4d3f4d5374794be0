using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Hotstack.Clusters.Certificates;

/// <summary>What a certificate says about itself.</summary>
internal sealed record PemCertificate(DateTimeOffset NotBefore, DateTimeOffset NotAfter, string Issuer, string Serial)
{
    /// <summary>The first of a PEM text: those that follow are of who signed it.</summary>
    /// <returns>Null if there is none in it.</returns>
    public static PemCertificate? Read(string? pem)
    {
        try
        {
            using X509Certificate2 certificate = X509Certificate2.CreateFromPem(pem);
            return new(
                CertificateTimes.Within(certificate.NotBefore.ToUniversalTime()), CertificateTimes.Within(certificate.NotAfter.ToUniversalTime()),
                certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: true), certificate.SerialNumber);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}
