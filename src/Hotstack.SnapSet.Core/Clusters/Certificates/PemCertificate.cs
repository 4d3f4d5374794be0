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

    /// <summary>The first of a PEM text, with the end of what is sent with it: clients need each certificate between it and a root. A root
    /// is not counted, as clients have their own.</summary>
    /// <returns>Null if there is none in it.</returns>
    public static PemCertificate? ReadChain(string? pem)
    {
        if (Read(pem) is not { } leaf)
        {
            return null;
        }

        var chain = new X509Certificate2Collection();
        try
        {
            chain.ImportFromPem(pem);
            DateTimeOffset[] ends = [.. chain.Where(c => !c.SubjectName.RawData.AsSpan().SequenceEqual(c.IssuerName.RawData))
                .Select(c => CertificateTimes.Within(c.NotAfter.ToUniversalTime()))];
            return leaf with { NotAfter = ends.Append(leaf.NotAfter).Min() };
        }
        catch (CryptographicException)
        {
            return leaf; // What follows it is no certificate, and clients do not see it.
        }
        finally
        {
            foreach (X509Certificate2 certificate in chain)
            {
                certificate.Dispose();
            }
        }
    }
}
