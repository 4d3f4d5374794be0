using System.Globalization;
using k8s.Models;

namespace Hotstack.Clusters.Certificates;

/// <summary>What OpenShift's operators write about a certificate on the secret that holds it (library-go,
/// pkg/operator/certrotation/annotations.go).</summary>
internal static class CertificateAnnotations
{
    /// <summary>The label of secrets that an operator renews; older releases do not have it.</summary>
    public const string TypeLabel = "auth.openshift.io/managed-certificate-type";

    private const string NotBefore = "auth.openshift.io/certificate-not-before";
    private const string NotAfter = "auth.openshift.io/certificate-not-after";
    private const string Issuer = "auth.openshift.io/certificate-issuer";
    private const string RegeneratesOffline = "certificates.openshift.io/auto-regenerate-after-offline-expiry";

    /// <summary>Stands in place of a date, where somebody has asked for a new certificate.</summary>
    private const string ForcedRegeneration = "force-regeneration";

    /// <summary>Go's RFC 3339: any number of fractional digits, and an offset always.</summary>
    private static readonly string[] Rfc3339 = ["yyyy-MM-dd'T'HH:mm:sszzz", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFzzz"];

    /// <summary>A certificate as its secret's annotations describe it.</summary>
    public static ClusterCertificate Read(V1Secret secret) => Read((secret.Namespace ?? "", secret.Name), secret);

    /// <summary>The same of a secret that was asked for by its name.</summary>
    public static ClusterCertificate Read((string Namespace, string Name) key, IMetadata<V1ObjectMeta> secret)
    {
        (DateTimeOffset? from, string? fromProblem) = Date(secret, NotBefore);
        (DateTimeOffset? until, string? untilProblem) = Date(secret, NotAfter);
        string? problem = untilProblem ?? fromProblem;
        return new ClusterCertificate
        {
            Namespace = key.Namespace,
            Name = key.Name,
            // One of them alone may be of another certificate than the other.
            NotBefore = problem is null ? from : null,
            NotAfter = problem is null ? until : null,
            Issuer = secret.Annotations.GetValueOrDefault(Issuer) is { Length: > 0 } issuer ? issuer : null,
            RegeneratesOffline = !KnownCertificates.AlwaysLimits(key.Namespace, key.Name)
                && (secret.Annotations.ContainsKey(RegeneratesOffline) || KnownCertificates.RegenerateOffline(key.Namespace, key.Name)),
            Problem = problem,
        };
    }

    /// <summary>Each revision of a static pod keeps a copy of what it uses; only the originals are renewed.</summary>
    public static bool IsRevisionedCopy(IMetadata<V1ObjectMeta> secret) =>
        secret.Owners.Any(owner => owner.Kind == "ConfigMap" && owner.Name?.StartsWith("revision-status-", StringComparison.Ordinal) == true);

    private static (DateTimeOffset? Date, string? Problem) Date(IMetadata<V1ObjectMeta> secret, string annotation)
    {
        if (!secret.Annotations.TryGetValue(annotation, out string? text) || text.Length == 0)
        {
            return (null, $"it has no annotation {annotation}");
        }

        if (text == ForcedRegeneration)
        {
            return (null, $"somebody has asked for its regeneration ({annotation})");
        }

        return DateTimeOffset.TryParseExact(
            text.Replace('t', 'T').Replace("z", "Z", StringComparison.Ordinal).Replace("Z", "+00:00", StringComparison.Ordinal),
            Rfc3339, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal, out DateTimeOffset date)
            ? (CertificateTimes.Within(date), null)
            : (null, $"its annotation {annotation} is no date");
    }
}
