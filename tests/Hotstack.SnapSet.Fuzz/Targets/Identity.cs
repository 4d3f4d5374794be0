using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Hotstack.Fuzz.Inputs;

namespace Hotstack.Fuzz.Targets;

/// <summary>A key, and a certificate of it: the same in every run, and of no worth.</summary>
internal static class Identity
{
    public static ECDsa PrivateKey { get; } = ECDsa.Create(new ECParameters
    {
        Curve = ECCurve.NamedCurves.nistP256,
        D = SHA256.HashData("hotstack"u8),
    });

    public static string Key { get; } = PrivateKey.ExportPkcs8PrivateKeyPem();

    public static string KeyData { get; } = Convert.ToBase64String(Encoding.UTF8.GetBytes(Key));

    public static string Certificate { get; } = Corpus.Text("client.crt");

    public static string CertificateData { get; } = Convert.ToBase64String(Encoding.UTF8.GetBytes(Certificate));

    /// <summary>A time at which the certificate is valid.</summary>
    public static TimeProvider Clock { get; } = new Standstill();

    /// <summary>Makes what the corpus holds of it; for who wants it anew.</summary>
    public static string MakeCertificate() =>
        new CertificateRequest("CN=system:admin, O=system:masters", PrivateKey, HashAlgorithmName.SHA256)
            .CreateSelfSigned(Clock.GetUtcNow().AddYears(-1), Clock.GetUtcNow().AddYears(9)).ExportCertificatePem();

    private sealed class Standstill : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => new(2026, 11, 26, 15, 0, 0, TimeSpan.Zero);
    }
}
