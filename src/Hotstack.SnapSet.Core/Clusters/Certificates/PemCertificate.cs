using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Hotstack.Clusters.Certificates;

/// <summary>The fields of a certificate in a PEM text.</summary>
internal sealed record PemCertificate(DateTimeOffset NotBefore, DateTimeOffset NotAfter, string Issuer, string Serial)
{
    private static readonly DateTimeOffset First = new(1900, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Last = new(9000, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Reads the first certificate of a text. Those that follow are its issuers'.</summary>
    /// <returns>Null if there is none.</returns>
    public static PemCertificate? Read(string? pem)
    {
        try
        {
            using X509Certificate2 certificate = X509Certificate2.CreateFromPem(pem);
            return Of(certificate);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    /// <summary>Reads the first certificate of a text, with the end of the chain that is sent with it: clients need each certificate up
    /// to a root. A root does not count, as clients have their own.</summary>
    /// <returns>Null if there is none.</returns>
    public static PemCertificate? ReadChain(string? pem)
    {
        if (Read(pem) is not { } leaf)
        {
            return null;
        }

        DateTimeOffset? end = ReadAll<DateTimeOffset?>(
            pem, chain => chain.Where(c => !IsRoot(c)).Select(c => Bounded(c.NotAfter)).Append(leaf.NotAfter).Min());
        return leaf with { NotAfter = end ?? leaf.NotAfter }; // If no certificate follows it, clients see nothing else.
    }

    /// <summary>Reads the certificate of a text that ends first, after a moment: which of them signed is not known, but an expired one
    /// did not. If all have expired, it is one of these.</summary>
    /// <returns>Null if there is none.</returns>
    public static PemCertificate? ReadFirstToEnd(string pem, DateTimeOffset now) => ReadAll(pem, bundle =>
        bundle.OrderBy(c => c.NotAfter.ToUniversalTime() <= now.UtcDateTime).ThenBy(c => c.NotAfter).Select(Of).FirstOrDefault());

    /// <summary>A time with room around it: a certificate that never ends has the last second of the calendar.</summary>
    public static DateTimeOffset Bounded(DateTimeOffset time) => time < First ? First : time > Last ? Last : time;

    private static DateTimeOffset Bounded(DateTime time) => Bounded(new DateTimeOffset(time.ToUniversalTime()));

    private static bool IsRoot(X509Certificate2 certificate) =>
        certificate.SubjectName.RawData.AsSpan().SequenceEqual(certificate.IssuerName.RawData);

    private static PemCertificate Of(X509Certificate2 certificate) => new(
        Bounded(certificate.NotBefore), Bounded(certificate.NotAfter), certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: true),
        certificate.SerialNumber);

    /// <returns>The default if something in the text is no certificate.</returns>
    private static T? ReadAll<T>(string? pem, Func<X509Certificate2Collection, T> read)
    {
        var all = new X509Certificate2Collection();
        try
        {
            all.ImportFromPem(pem);
            return read(all);
        }
        catch (CryptographicException)
        {
            return default;
        }
        finally
        {
            foreach (X509Certificate2 certificate in all)
            {
                certificate.Dispose();
            }
        }
    }
}
