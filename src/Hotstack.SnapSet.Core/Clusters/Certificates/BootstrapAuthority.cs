using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Hotstack.Http;
using Hotstack.OpenShift;
using k8s;

namespace Hotstack.Clusters.Certificates;

/// <summary>The authority behind the credential by which a kubelet whose certificate has run out may ask for another. It is in a
/// config map, not in a secret.</summary>
internal static class BootstrapAuthority
{
    private const string Name = "kubelet-bootstrap-kubeconfig";
    private const string Key = "ca-bundle.crt";

    /// <returns>Null if the cluster does not have it.</returns>
    public static async Task<ClusterCertificate?> ReadAsync(Cluster cluster, BoundedReads reads)
    {
        Reading<string?> bundle = await reads.TryAsync(
            $"get configmaps in {KnownCertificates.Managed}", async token =>
            await cluster.Client.CoreV1.ReadNamespacedConfigMapAsync(Name, KnownCertificates.Managed, cancellationToken: token).OrNullAsync()
                is { } map ? map.Data?.TryGetValue(Key, out string? text) == true ? text : "" : null);
        var unknown = new ClusterCertificate { Namespace = KnownCertificates.Managed, Name = Name, Problem = bundle.Problem };
        return bundle switch
        {
            { Problem: not null } => unknown,
            { Value: null } => null,
            _ => Read(bundle.Value, cluster.Now) is { } found ? found : unknown with { Problem = $"its {Key} holds no certificate" },
        };
    }

    /// <summary>Of several in the bundle the one that ends first: by which of them the credential was signed is not known. One
    /// that has ended is not it.</summary>
    internal static ClusterCertificate? Read(string pem, DateTimeOffset now)
    {
        var bundle = new X509Certificate2Collection();
        try
        {
            bundle.ImportFromPem(pem);
            X509Certificate2? first = bundle.OrderBy(c => c.NotAfter.ToUniversalTime() <= now.UtcDateTime).ThenBy(c => c.NotAfter).FirstOrDefault();
            return first is null ? null : new ClusterCertificate
            {
                Namespace = KnownCertificates.Managed,
                Name = Name,
                NotBefore = CertificateTimes.Within(first.NotBefore.ToUniversalTime()),
                NotAfter = CertificateTimes.Within(first.NotAfter.ToUniversalTime()),
                Issuer = first.GetNameInfo(X509NameType.SimpleName, forIssuer: true),
            };
        }
        catch (CryptographicException)
        {
            return null;
        }
        finally
        {
            foreach (X509Certificate2 certificate in bundle)
            {
                certificate.Dispose();
            }
        }
    }
}
