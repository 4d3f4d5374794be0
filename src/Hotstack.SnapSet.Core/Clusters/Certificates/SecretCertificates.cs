using System.Globalization;
using Hotstack.OpenShift;
using Hotstack.OpenShift.Objects;
using k8s.Models;

namespace Hotstack.Clusters.Certificates;

/// <summary>The certificates in secrets. The annotations give their dates, so no key is sent to us; if they do not, the certificates of
/// known secrets are read themselves.</summary>
/// <remarks>OpenShift's operators write the annotations: library-go, pkg/operator/certrotation/annotations.go.</remarks>
/// <param name="All">All certificates, and an entry with a problem for each needed one that is missing.</param>
/// <param name="Problem">Why there may be more; null if there are not.</param>
internal sealed record SecretCertificates(IReadOnlyList<ClusterCertificate> All, string? Problem)
{
    /// <summary>The label of secrets that an operator renews; older releases do not have it.</summary>
    private const string TypeLabel = "auth.openshift.io/managed-certificate-type";

    private const string NotBefore = "auth.openshift.io/certificate-not-before";
    private const string NotAfter = "auth.openshift.io/certificate-not-after";
    private const string Issuer = "auth.openshift.io/certificate-issuer";
    private const string RegeneratesOffline = "certificates.openshift.io/auto-regenerate-after-offline-expiry";

    /// <summary>Somebody sets it instead of a date, to get a new certificate.</summary>
    private const string ForcedRegeneration = "force-regeneration";

    /// <summary>Go's RFC 3339: any number of fractional digits, and always an offset.</summary>
    private static readonly string[] Rfc3339 = ["yyyy-MM-dd'T'HH:mm:sszzz", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFzzz"];

    /// <summary>The secrets whose serial number is needed, which no annotation has.</summary>
    private static readonly (string Namespace, string Name)[] WithSerial = [KnownCertificates.CsrSigner, KnownCertificates.CsrSignerCopy];

    /// <summary>The secrets that must be there; others may be absent.</summary>
    private static readonly (string Namespace, string Name)[] Needed =
    [
        KnownCertificates.CsrSignerSigner, KnownCertificates.CsrSigner, KnownCertificates.CsrSignerCopy,
        KnownCertificates.AggregatorClientSigner, KnownCertificates.AggregatorClient,
    ];

    public ClusterCertificate Find((string Namespace, string Name) key) => All.First(certificate => KeyOf(certificate) == key);

    /// <param name="cluster">The cluster.</param>
    /// <param name="masters">The names of its masters.</param>
    /// <param name="reads">Makes the calls.</param>
    public static async Task<SecretCertificates> ReadAsync(Cluster cluster, IEnumerable<string> masters, BoundedReads reads)
    {
        Reading<ObjectList<V1Secret>> scan = await reads.TryAsync(
            "list secrets", token => cluster.ListSecretsAsync(token, new() { Labels = TypeLabel, IsMetadataOnly = true }));
        Dictionary<(string, string), ClusterCertificate> found = (scan.Value?.Items ?? [])
            .Where(secret => !IsRevisionedCopy(secret) && !IsBundle(secret))
            .Select(Read)
            .DistinctBy(KeyOf).ToDictionary(KeyOf);
        (string Namespace, string Name)[] unread =
        [
            .. Needed.Concat(KnownCertificates.Lasting(masters))
                .Where(key => WithSerial.Contains(key) || found.GetValueOrDefault(key) is not { Problem: null })
                .Union(found.Values.Where(c => c is { Problem: not null, RegeneratesOffline: false }).Select(KeyOf)),
        ];
        ClusterCertificate?[] read = await Fanout.SelectAsync(unread, (key, _) => ReadAsync(cluster, key, reads), reads.Stop);
        foreach (ClusterCertificate certificate in read.OfType<ClusterCertificate>())
        {
            found[KeyOf(certificate)] = certificate;
        }

        return new SecretCertificates([.. found.Values.OrderBy(c => c.ToString(), StringComparer.Ordinal)], scan.Problem);
    }

    private static (string Namespace, string Name) KeyOf(ClusterCertificate certificate) => (certificate.Namespace, certificate.Name);

    private static bool IsBundle(V1Secret secret) => secret.Labels.GetValueOrDefault(TypeLabel) == "ca-bundle";

    /// <returns>Null if there is no such secret, and none is needed.</returns>
    private static async Task<ClusterCertificate?> ReadAsync(Cluster cluster, (string Namespace, string Name) key, BoundedReads reads)
    {
        Reading<TlsSecret?> secret = await reads.TryAsync(
            $"get secrets in {key.Namespace}", token => cluster.FindTlsSecretAsync(key.Namespace, key.Name, token));
        if (secret is { Problem: null, Value: null } && !Needed.Contains(key))
        {
            return null;
        }

        if (secret.Value is not { } found)
        {
            return Unread(key, secret.Problem ?? "there is no such secret");
        }

        ClusterCertificate annotated = Read(key, found);
        return PemCertificate.Read(found.Certificates) is { } certificate
            ? annotated with
            {
                NotBefore = certificate.NotBefore,
                NotAfter = certificate.NotAfter,
                Issuer = annotated.Issuer ?? certificate.Issuer,
                Serial = certificate.Serial,
                Problem = null,
            }
            : annotated with { Problem = annotated.Problem is { } problem ? $"{problem}, and its tls.crt is no certificate" : null };
    }

    private static ClusterCertificate Unread((string Namespace, string Name) key, string problem) => new()
    {
        Namespace = key.Namespace,
        Name = key.Name,
        RegeneratesOffline = KnownCertificates.RegenerateOffline(key.Namespace, key.Name),
        Problem = problem,
    };

    /// <summary>A certificate by the annotations of its secret.</summary>
    public static ClusterCertificate Read(V1Secret secret) => Read((secret.Namespace ?? "", secret.Name), secret);

    private static ClusterCertificate Read((string Namespace, string Name) key, IMetadata<V1ObjectMeta> secret)
    {
        (DateTimeOffset? from, string? fromProblem) = Date(secret, NotBefore);
        (DateTimeOffset? until, string? untilProblem) = Date(secret, NotAfter);
        string? problem = untilProblem ?? fromProblem;
        return new ClusterCertificate
        {
            Namespace = key.Namespace,
            Name = key.Name,
            // If one date is missing, the other may be of another certificate.
            NotBefore = problem is null ? from : null,
            NotAfter = problem is null ? until : null,
            Issuer = secret.Annotations.GetValueOrDefault(Issuer) is { Length: > 0 } issuer ? issuer : null,
            RegeneratesOffline = !KnownCertificates.AlwaysLimits(key.Namespace, key.Name)
                && (secret.Annotations.ContainsKey(RegeneratesOffline) || KnownCertificates.RegenerateOffline(key.Namespace, key.Name)),
            Problem = problem,
        };
    }

    /// <summary>Whether a revision of a static pod owns the secret: such a copy is not renewed.</summary>
    public static bool IsRevisionedCopy(IMetadata<V1ObjectMeta> secret) =>
        secret.Owners.Any(owner => owner.Kind == "ConfigMap"
            && owner.Name?.StartsWith("revision-status-", StringComparison.Ordinal) == true);

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
            ? (PemCertificate.Bounded(date), null)
            : (null, $"its annotation {annotation} is no date");
    }
}
