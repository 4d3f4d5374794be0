using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Hotstack.Sandbox.Cluster.Trust;

/// <summary>
/// Issues real certificates. One key, made once for the process, serves for all of them and protects nothing.
/// </summary>
internal static class Pki
{
    public const string ServerAuth = "1.3.6.1.5.5.7.3.1";
    public const string ClientAuth = "1.3.6.1.5.5.7.3.2";

    // Clients check these two against the machine's clock, not the sandbox's.
    private static readonly DateTimeOffset LongAgo = new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset FarOff = new(2090, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly Lazy<ECDsa> LazyKey = new(() => ECDsa.Create(ECCurve.NamedCurves.nistP256));

    private static readonly Lazy<X509Certificate2> LazyAuthority = new(() =>
        Issue("CN=sandbox-ca", "CN=sandbox-ca", LongAgo, FarOff, isAuthority: true));

    private static readonly Lazy<X509Certificate2> LazyServer = new(() =>
    {
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        foreach (var name in new[] { "localhost", "api.hs-multi.example", "api.hs-sno.example", "kubernetes", "kubernetes.default.svc" })
        {
            names.AddDnsName(name);
        }

        using var bare = Issue("CN=kube-apiserver", "CN=sandbox-ca", LongAgo, FarOff, ServerAuth, names.Build());
        return bare.CopyWithPrivateKey(Key);
    });

    private static readonly ConcurrentDictionary<string, bool> Ours = new();

    /// <summary>The newest: sandboxes that start at the same time by a manual clock share it.</summary>
    private static (string Subject, DateTimeOffset From, string Pem)? _authorityPem;

    public static ECDsa Key => LazyKey.Value;

    /// <summary>The authority that signs the API's serving certificate and those of its clients.</summary>
    public static X509Certificate2 Authority => LazyAuthority.Value;

    /// <summary>The API's serving certificate, with its key.</summary>
    public static X509Certificate2 Server => LazyServer.Value;

    public static string KeyPem => Key.ExportECPrivateKeyPem();

    public static X509Certificate2 Issue(
        string subject, string issuer, DateTimeOffset from, DateTimeOffset until, string? usage = null, X509Extension? names = null,
        bool isAuthority = false) =>
        Issue(new CertificateRequest(subject, Key, HashAlgorithmName.SHA256), issuer, from, until, usage, names, isAuthority);

    /// <summary>Issues a certificate for a request; of its extensions only the given ones.</summary>
    public static X509Certificate2 Issue(
        CertificateRequest request, string issuer, DateTimeOffset from, DateTimeOffset until, string? usage, X509Extension? names,
        bool isAuthority = false)
    {
        var bare = new CertificateRequest(request.SubjectName, request.PublicKey, HashAlgorithmName.SHA256);
        bare.CertificateExtensions.Add(new X509BasicConstraintsExtension(isAuthority, false, 0, critical: true));
        bare.CertificateExtensions.Add(new X509KeyUsageExtension(
            isAuthority ? X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.DigitalSignature : X509KeyUsageFlags.DigitalSignature,
                critical: true));
        if (usage is not null)
        {
            bare.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(usage)], critical: false));
        }

        if (names is not null)
        {
            bare.CertificateExtensions.Add(names);
        }

        // Serial numbers are unique for each issuer.
        var serial = RandomNumberGenerator.GetBytes(8);
        serial[0] = (byte)((serial[0] & 0x7f) | 0x01);
        return bare.Create(new X500DistinguishedName(issuer), X509SignatureGenerator.CreateForECDsa(Key), from, until, serial);
    }

    /// <summary>The certificate of an authority that signs nothing here, for ten years.</summary>
    public static string AuthorityPem(string subject, DateTimeOffset from)
    {
        lock (Ours)
        {
            if (_authorityPem is not { } known || known.Subject != subject || known.From != from)
            {
                using var certificate = Issue(subject, subject, from, from.AddYears(10), isAuthority: true);
                _authorityPem = known = (subject, from, certificate.ExportCertificatePem());
            }

            return known.Pem;
        }
    }

    /// <summary>Whether the API's authority signed it; dates are not checked.</summary>
    public static bool IsOurs(X509Certificate2 certificate) => Ours.GetOrAdd(certificate.Thumbprint, _ =>
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(Authority);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.VerificationFlags = X509VerificationFlags.IgnoreNotTimeValid;
        return chain.Build(certificate);
    });
}
