using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Hotstack.OpenShift.Configuration;

/// <summary>Certificates and keys in every form that a kubeconfig has them. Valid from a day before Now to ten days after.</summary>
internal static class Identities
{
    public static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    public static readonly DateTimeOffset NotAfter = Now.AddDays(10);

    private static readonly RSA Rsa = RSA.Create(2048);

    private static readonly ECDsa Ec = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public static readonly string RsaCertificate = Certificate(new("CN=anna", Rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));

    public static readonly string EcCertificate = Certificate(new("CN=anna", Ec, HashAlgorithmName.SHA256));

    public static readonly string EcKey = Ec.ExportECPrivateKeyPem();

    /// <summary>The certificate and key of one kind.</summary>
    public static (string Certificate, string Key) Of(string kind) => kind switch
    {
        "RSA PKCS#1" => (RsaCertificate, Rsa.ExportRSAPrivateKeyPem()),
        "RSA PKCS#8" => (RsaCertificate, Rsa.ExportPkcs8PrivateKeyPem()),
        "EC SEC 1" => (EcCertificate, EcKey),
        "EC SEC 1 with parameters" => (EcCertificate, "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n"
            + EcKey),
        "EC PKCS#8" => (EcCertificate, Ec.ExportPkcs8PrivateKeyPem()),
        "chain" => (EcCertificate + "\n" + RsaCertificate, EcKey),
        "encrypted" => (EcCertificate,
            Ec.ExportEncryptedPkcs8PrivateKeyPem("pw", new(PbeEncryptionAlgorithm.Aes128Cbc, HashAlgorithmName.SHA256, 1))),
        "foreign" => (RsaCertificate, EcKey),
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    public static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    private static string Certificate(CertificateRequest request)
    {
        using X509Certificate2 certificate = request.CreateSelfSigned(Now.AddDays(-1), NotAfter);
        return certificate.ExportCertificatePem();
    }
}
