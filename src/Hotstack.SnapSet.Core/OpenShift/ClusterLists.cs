using System.Text.Json;
using k8s.Models;

namespace Hotstack.OpenShift;

/// <summary>The lists that we read of a cluster, each whole.</summary>
/// <remarks>Each throws <see cref="Http.ServiceException"/>: the API server refused a call, failed, or was not reached.</remarks>
internal static class ClusterLists
{
    /// <summary>As messages name the kind.</summary>
    public const string SigningRequests = $"{V1CertificateSigningRequest.KubePluralName}.{V1CertificateSigningRequest.KubeGroup}";

    /// <summary>As messages name the kind.</summary>
    public const string Leases = $"{V1Lease.KubePluralName}.{V1Lease.KubeGroup}";

    /// <summary>As messages name the kind.</summary>
    public const string ApiServices = $"{V1APIService.KubePluralName}.{V1APIService.KubeGroup}";

    public static Task<ObjectList<V1Node>> ListNodesAsync(this Cluster cluster, CancellationToken stop, ListQuery? query = null) =>
        cluster.ListAsync<V1NodeList, V1Node>((V1Node.KubeGroup, V1Node.KubeApiVersion, V1Node.KubePluralName), query, stop);

    public static Task<ObjectList<V1Pod>> ListPodsAsync(this Cluster cluster, CancellationToken stop, ListQuery? query = null) =>
        cluster.ListAsync<V1PodList, V1Pod>((V1Pod.KubeGroup, V1Pod.KubeApiVersion, V1Pod.KubePluralName), query, stop);

    public static Task<ObjectList<V1Namespace>> ListNamespacesAsync(this Cluster cluster, CancellationToken stop, ListQuery? query = null) =>
        cluster.ListAsync<V1NamespaceList, V1Namespace>((V1Namespace.KubeGroup, V1Namespace.KubeApiVersion, V1Namespace.KubePluralName), query, stop);

    public static Task<ObjectList<V1Secret>> ListSecretsAsync(this Cluster cluster, CancellationToken stop, ListQuery? query = null) =>
        cluster.ListAsync<V1SecretList, V1Secret>((V1Secret.KubeGroup, V1Secret.KubeApiVersion, V1Secret.KubePluralName), query, stop);

    public static Task<ObjectList<V1CertificateSigningRequest>> ListSigningRequestsAsync(this Cluster cluster, CancellationToken stop) =>
        cluster.ListAsync<V1CertificateSigningRequestList, V1CertificateSigningRequest>(
            (V1CertificateSigningRequest.KubeGroup, V1CertificateSigningRequest.KubeApiVersion, V1CertificateSigningRequest.KubePluralName), null, stop);

    public static Task<ObjectList<V1Lease>> ListLeasesAsync(this Cluster cluster, CancellationToken stop, ListQuery? query = null) =>
        cluster.ListAsync<V1LeaseList, V1Lease>((V1Lease.KubeGroup, V1Lease.KubeApiVersion, V1Lease.KubePluralName), query, stop);

    public static Task<ObjectList<V1APIService>> ListApiServicesAsync(this Cluster cluster, CancellationToken stop) =>
        cluster.ListAsync<V1APIServiceList, V1APIService>(
            (V1APIService.KubeGroup, V1APIService.KubeApiVersion, V1APIService.KubePluralName), null, stop);

    /// <summary>Of a kind for which KubernetesClient has no model.</summary>
    public static async Task<ObjectList<T>> ListAsync<T>(this Cluster cluster, CustomKind<T> kind, CancellationToken stop, ListQuery? query = null)
    {
        ObjectList<JsonElement> list = await cluster.ListAsync<CustomObjectList, JsonElement>((kind.Group, kind.Version, kind.Plural), query, stop)
            ;
        return new([.. list.Items.Select(kind.Read)], list.At);
    }

    private static Task<ObjectList<TItem>> ListAsync<TList, TItem>(
        this Cluster cluster, (string Group, string Version, string Plural) kind, ListQuery? query, CancellationToken stop)
        where TList : IItems<TItem>, IMetadata<V1ListMeta> => PagedList.ReadAsync<TList, TItem>(cluster.Client, kind, query ?? ListQuery.All, stop);
}
