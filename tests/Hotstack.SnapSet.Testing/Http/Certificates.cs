using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Hotstack.Http;

/// <summary>An authority of our own, and files of what it issues.</summary>
internal sealed class Certificates : IDisposable
{
    private const string ServerUsage = "1.3.6.1.5.5.7.3.1";

    private static readonly DateTimeOffset Now = DateTimeOffset.UtcNow;

    private readonly X509Certificate2 _ca;

    public Certificates()
    {
        Folder = Directory.CreateTempSubdirectory("hotstack-tls-").FullName;
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = Request("Hotstack test CA", key);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        _ca = request.CreateSelfSigned(Now.AddDays(-30), Now.AddDays(30));
        CaPath = Write("ca.pem", _ca);
    }

    public string Folder { get; }

    public string CaPath { get; }

    /// <summary>Any certificate: of an authority or not, signed by any key, whatever that is worth.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="host">The host that it is for.</param>
    /// <param name="by">Who signs it; null for itself.</param>
    /// <param name="isAuthority">Whether it may sign others; null for a certificate that does not say.</param>
    /// <param name="days">When it ends, from now.</param>
    /// <param name="pathLength">How many authorities may be below it; null for any number.</param>
    /// <param name="usage">What it is for; null for anything.</param>
    /// <param name="key">Its key; null for a new one.</param>
    public static X509Certificate2 Make(
        string name, string host, X509Certificate2? by, bool? isAuthority, int days = 10, int? pathLength = null, string? usage = null,
            ECDsa? key = null)
    {
        key ??= ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = Request(name, key);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(host);
        request.CertificateExtensions.Add(names.Build());
        if (isAuthority is { } authority)
        {
            request.CertificateExtensions.Add(new X509BasicConstraintsExtension(authority, pathLength is not null, pathLength ?? 0, true));
        }

        if (usage is not null)
        {
            request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(usage)], critical: false));
        }

        if (by is null)
        {
            return request.CreateSelfSigned(Now.AddDays(-20), Now.AddDays(days));
        }

        using ECDsa signer = by.GetECDsaPrivateKey()!;
        using X509Certificate2 certificate = request.Create(
            by.SubjectName, X509SignatureGenerator.CreateForECDsa(signer), Now.AddDays(-20), Now.AddDays(days),
                RandomNumberGenerator.GetBytes(8));
        return certificate.CopyWithPrivateKey(key);
    }

    /// <summary>An authority under the authority.</summary>
    public X509Certificate2 IssueAuthority(string name)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = Request(name, key);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using X509Certificate2 certificate = request.Create(_ca, Now.AddDays(-20), Now.AddDays(10), RandomNumberGenerator.GetBytes(8));
        return certificate.CopyWithPrivateKey(key);
    }

    /// <summary>A certificate of the authority's, or of one under it.</summary>
    public X509Certificate2 Issue(string name, bool expired = false, string usage = ServerUsage, X509Certificate2? by = null)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using X509Certificate2 certificate = Leaf(name, key, usage).Create(
            by ?? _ca, Now.AddDays(-20), Now.AddDays(expired ? -10 : 10), RandomNumberGenerator.GetBytes(8));
        return certificate.CopyWithPrivateKey(key);
    }

    /// <summary>A certificate of nobody's.</summary>
    public static X509Certificate2 SelfSigned(string name)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return Leaf(name, key, ServerUsage).CreateSelfSigned(Now.AddDays(-20), Now.AddDays(10));
    }

    public string Write(string file, X509Certificate2 certificate) => Write(file, certificate.ExportCertificatePem());

    public string Write(string file, string text)
    {
        string path = Path.Combine(Folder, file);
        File.WriteAllText(path, text);
        return path;
    }

    public void Dispose()
    {
        _ca.Dispose();
        Directory.Delete(Folder, recursive: true);
    }

    private static CertificateRequest Leaf(string name, ECDsa key, string usage)
    {
        CertificateRequest request = Request(name, key);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(usage)], critical: false));
        return request;
    }

    private static CertificateRequest Request(string name, ECDsa key) =>
        new($"CN={name}", key, HashAlgorithmName.SHA256);
}
