using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Hotstack.Http.Trust;

/// <summary>
/// Trust in the user's own bundle and in nothing else: each of its certificates is an anchor, also an intermediate authority or a
/// server's own certificate. So do Go (https://pkg.go.dev/crypto/x509#Certificate.Verify: "Roots") and curl with OpenSSL
/// (X509_V_FLAG_PARTIAL_CHAIN); the platform accepts only self-signed certificates.
/// </summary>
/// <remarks>
/// Name, validity, usage, path length and signatures are checked, of the anchor too; not what is above the anchor. Nothing is
/// downloaded: neither missing authorities nor revocation lists.
/// </remarks>
internal sealed class TrustAnchors(X509Certificate2Collection anchors)
{
    private const string ServerUsage = "1.3.6.1.5.5.7.3.1";

    /// <summary>Findings that an anchor may have: it need not be a root.</summary>
    private const X509ChainStatusFlags OfNoRoot = X509ChainStatusFlags.PartialChain | X509ChainStatusFlags.UntrustedRoot;

    /// <summary>Judges a server's certificate.</summary>
    /// <exception cref="CertificateRefusedException">It is not trusted, with the reason.</exception>
    public bool Accepts(X509Certificate? shown, X509Chain? sent, SslPolicyErrors errors)
    {
        if (shown is not X509Certificate2 certificate)
        {
            throw new CertificateRefusedException("RemoteCertificateNotAvailable", null);
        }

        if ((errors & SslPolicyErrors.RemoteCertificateNameMismatch) != 0)
        {
            throw new CertificateRefusedException("RemoteCertificateNameMismatch", null);
        }

        using var chain = new X509Chain { ChainPolicy = Policy(sent) };
        return chain.Build(certificate) || EndsInAnchor(chain) ? true : throw Refusal(chain);
    }

    private X509ChainPolicy Policy(X509Chain? sent)
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
        };
        policy.ApplicationPolicy.Add(new Oid(ServerUsage));
        policy.CustomTrustStore.AddRange(anchors);
        // A certificate from the server with an anchor's name could replace the anchor.
        foreach (X509Certificate2 other in sent?.ChainPolicy.ExtraStore ?? [])
        {
            if (!anchors.Any(anchor => anchor.SubjectName.RawData.AsSpan().SequenceEqual(other.SubjectName.RawData)))
            {
                policy.ExtraStore.Add(other);
            }
        }

        return policy;
    }

    private bool EndsInAnchor(X509Chain chain)
    {
        for (int i = 0; i < chain.ChainElements.Count; i++)
        {
            X509ChainElement element = chain.ChainElements[i];
            X509ChainStatusFlags faults = element.ChainElementStatus.Aggregate(X509ChainStatusFlags.NoError,
                (all, one) => all | one.Status);
            bool isAnchor = anchors.Any(anchor => anchor.RawData.AsSpan().SequenceEqual(element.Certificate.RawData));
            // OpenSSL ignores the dates of the last certificate of a chain without a root.
            if ((faults & ~(isAnchor ? OfNoRoot : X509ChainStatusFlags.PartialChain)) != 0 || !IsValid(element.Certificate))
            {
                return false;
            }

            if (isAnchor)
            {
                // Not every platform reports that a certificate without an issuer is no authority.
                return i == 0 || element.Certificate.Extensions.OfType<X509BasicConstraintsExtension>()
                    .Any(limit => limit.CertificateAuthority);
            }
        }

        return false;
    }

    private static bool IsValid(X509Certificate2 certificate) => certificate.NotBefore <= DateTime.Now
        && DateTime.Now <= certificate.NotAfter;

    private static CertificateRefusedException Refusal(X509Chain chain)
    {
        X509ChainStatusFlags faults = chain.ChainStatus.Aggregate(X509ChainStatusFlags.NoError, (all, one) => all | one.Status);
        if (chain.ChainElements.Any(element => !IsValid(element.Certificate)))
        {
            faults |= X509ChainStatusFlags.NotTimeValid;
        }

        X509Certificate2? last = chain.ChainElements.LastOrDefault()?.Certificate;
        bool isCut = faults == X509ChainStatusFlags.PartialChain && last is not null;
        return new CertificateRefusedException($"{faults}", isCut ? last!.GetNameInfo(X509NameType.SimpleName, forIssuer: true) : null);
    }

    /// <summary>A server's certificate is not trusted.</summary>
    /// <param name="reason">The platform's words for it: <c>NotTimeValid</c>.</param>
    /// <param name="missingIssuer">The issuer that is neither sent nor in the bundle; null for another reason.</param>
    internal sealed class CertificateRefusedException(string reason, string? missingIssuer) : AuthenticationException(
        $"The remote certificate is invalid: {reason}" + (missingIssuer is null ? "" : $"; its issuer, {missingIssuer}, is not known"))
    {
        /// <summary>The issuer that is neither sent nor in the bundle; null for another reason.</summary>
        public string? MissingIssuer { get; } = missingIssuer;
    }
}
