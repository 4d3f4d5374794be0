using Hotstack.OpenShift;
using Hotstack.OpenShift.Objects;
using k8s.Models;

namespace Hotstack.Clusters.Certificates;

/// <summary>
/// Reads the certificates that secrets hold: by their annotations where these tell all, so that no key is sent to us; by the
/// certificates themselves, of secrets that we know, where they do not.
/// </summary>
internal sealed class ReadSecrets(Cluster cluster)
{
    /// <summary>Of these also the serial number is needed, which no annotation tells.</summary>
    private static readonly (string Namespace, string Name)[] WithSerial = [KnownCertificates.CsrSigner, KnownCertificates.CsrSignerCopy];

    /// <summary>Without these nothing can be said; others may be absent.</summary>
    private static readonly (string Namespace, string Name)[] Needed =
    [
        KnownCertificates.CsrSignerSigner, KnownCertificates.CsrSigner, KnownCertificates.CsrSignerCopy,
        KnownCertificates.AggregatorClientSigner, KnownCertificates.AggregatorClient,
    ];

    /// <param name="masters">The names of the masters.</param>
    /// <param name="reads">Makes the calls.</param>
    public async Task<ManagedSecrets> RunAsync(IEnumerable<string> masters, BoundedReads reads)
    {
        Reading<ObjectList<V1Secret>> scan = await reads.TryAsync(
            "list secrets", token => cluster.ListSecretsAsync(token, new() { Labels = CertificateAnnotations.TypeLabel, IsMetadataOnly = true }))
            ;
        Dictionary<(string, string), ClusterCertificate> found = (scan.Value?.Items ?? [])
            .Where(secret => !CertificateAnnotations.IsRevisionedCopy(secret) && !IsBundle(secret))
            .Select(CertificateAnnotations.Read)
            .DistinctBy(KeyOf).ToDictionary(KeyOf);
        (string Namespace, string Name)[] unread =
        [
            .. Needed.Concat(KnownCertificates.Lasting(masters))
                .Where(key => WithSerial.Contains(key) || found.GetValueOrDefault(key) is not { Problem: null })
                .Union(found.Values.Where(c => c is { Problem: not null, RegeneratesOffline: false }).Select(KeyOf)),
        ];
        ClusterCertificate?[] read = await Fanout.SelectAsync(unread, (key, _) => ReadAsync(key, reads), reads.Stop);
        foreach (ClusterCertificate certificate in read.OfType<ClusterCertificate>())
        {
            found[KeyOf(certificate)] = certificate;
        }

        return new ManagedSecrets([.. found.Values.OrderBy(c => c.ToString(), StringComparer.Ordinal)], scan.Problem);
    }

    private static (string Namespace, string Name) KeyOf(ClusterCertificate certificate) => (certificate.Namespace, certificate.Name);

    private static bool IsBundle(V1Secret secret) => secret.Labels.GetValueOrDefault(CertificateAnnotations.TypeLabel) == "ca-bundle";

    /// <returns>Null if it is not there and need not be.</returns>
    private async Task<ClusterCertificate?> ReadAsync((string Namespace, string Name) key, BoundedReads reads)
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

        ClusterCertificate annotated = CertificateAnnotations.Read(key, found);
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
}

/// <summary>The certificates that secrets hold.</summary>
/// <param name="Certificates">All that were found, and those that had to be and were not.</param>
/// <param name="Problem">Why there may be more; null if there are not.</param>
internal sealed record ManagedSecrets(IReadOnlyList<ClusterCertificate> Certificates, string? Problem)
{
    public ClusterCertificate Find((string Namespace, string Name) key) =>
        Certificates.First(certificate => (certificate.Namespace, certificate.Name) == key);
}
