using System.Text.Json;
using Hotstack.OpenShift.Objects;
using k8s;
using k8s.Models;

namespace Hotstack.OpenShift;

/// <summary>The lists that we read of a cluster, each whole.</summary>
/// <exception cref="Http.ServiceException">The API server refused a call, failed, or was not reached.</exception>
internal static class ClusterLists
{
    public static Task<ObjectList<V1Node>> ListNodesAsync(this Cluster cluster, CancellationToken stop, int pageSize = PagedList.PageSize) =>
        PagedList.ReadAsync<V1NodeList, V1Node>(
            (limit, next) => cluster.Client.CoreV1.ListNodeWithHttpMessagesAsync(limit: limit, continueParameter: next, cancellationToken: stop), pageSize);

    /// <param name="cluster">The cluster.</param>
    /// <param name="fields">Which of them, by the few fields that pods can be asked by: <c>spec.nodeName=master-0</c>; null for all.</param>
    /// <param name="stop">Ends the call.</param>
    public static Task<ObjectList<V1Pod>> ListPodsAsync(this Cluster cluster, string? fields, CancellationToken stop) =>
        PagedList.ReadAsync<V1PodList, V1Pod>((limit, next) => cluster.Client.CoreV1.ListPodForAllNamespacesWithHttpMessagesAsync(
            fieldSelector: fields, limit: limit, continueParameter: next, cancellationToken: stop));

    public static Task<ObjectList<V1Pod>> ListNamespacedPodsAsync(this Cluster cluster, string @namespace, CancellationToken stop) =>
        PagedList.ReadAsync<V1PodList, V1Pod>((limit, next) => cluster.Client.CoreV1.ListNamespacedPodWithHttpMessagesAsync(
            @namespace, limit: limit, continueParameter: next, cancellationToken: stop));

    /// <summary>The metadata of the pods alone.</summary>
    public static Task<ObjectList<V1Pod>> ListNamespacedPodMetadataAsync(this Cluster cluster, string @namespace, CancellationToken stop) =>
        PagedList.ReadAsync<V1PodList, V1Pod>((limit, next) => cluster.Client.CoreV1.ListNamespacedPodWithHttpMessagesAsync(
            @namespace, limit: limit, continueParameter: next, customHeaders: PagedList.MetadataOnly, cancellationToken: stop));

    public static Task<ObjectList<V1Namespace>> ListNamespacesAsync(this Cluster cluster, string labels, CancellationToken stop) =>
        PagedList.ReadAsync<V1NamespaceList, V1Namespace>((limit, next) => cluster.Client.CoreV1.ListNamespaceWithHttpMessagesAsync(
            labelSelector: labels, limit: limit, continueParameter: next, cancellationToken: stop));

    /// <summary>The metadata of the secrets alone: no key is sent to us.</summary>
    public static Task<ObjectList<V1Secret>> ListSecretMetadataAsync(this Cluster cluster, string labels, CancellationToken stop) =>
        PagedList.ReadAsync<V1SecretList, V1Secret>((limit, next) => cluster.Client.CoreV1.ListSecretForAllNamespacesWithHttpMessagesAsync(
            labelSelector: labels, limit: limit, continueParameter: next, customHeaders: PagedList.MetadataOnly, cancellationToken: stop));

    public static Task<ObjectList<V1CertificateSigningRequest>> ListSigningRequestsAsync(this Cluster cluster, CancellationToken stop) =>
        PagedList.ReadAsync<V1CertificateSigningRequestList, V1CertificateSigningRequest>(
            (limit, next) => cluster.Client.CertificatesV1.ListCertificateSigningRequestWithHttpMessagesAsync(
                limit: limit, continueParameter: next, cancellationToken: stop));

    public static Task<ObjectList<V1Lease>> ListLeasesAsync(this Cluster cluster, string @namespace, CancellationToken stop, string? labels = null) =>
        PagedList.ReadAsync<V1LeaseList, V1Lease>((limit, next) => cluster.Client.CoordinationV1.ListNamespacedLeaseWithHttpMessagesAsync(
            @namespace, labelSelector: labels, limit: limit, continueParameter: next, cancellationToken: stop));

    public static Task<ObjectList<V1APIService>> ListApiServicesAsync(this Cluster cluster, CancellationToken stop) =>
        PagedList.ReadAsync<V1APIServiceList, V1APIService>((limit, next) => cluster.Client.ApiregistrationV1.ListAPIServiceWithHttpMessagesAsync(
            limit: limit, continueParameter: next, cancellationToken: stop));

    /// <summary>Of a kind for which KubernetesClient has no model.</summary>
    public static async Task<ObjectList<T>> ListAsync<T>(this Cluster cluster, CustomKind<T> kind, CancellationToken stop, string? labels = null)
    {
        ObjectList<JsonElement> list = await PagedList.ReadAsync<CustomObjectList, JsonElement>(
            (limit, next) => cluster.Client.CustomObjects.ListClusterCustomObjectWithHttpMessagesAsync<CustomObjectList>(
                kind.Group, kind.Version, kind.Plural, labelSelector: labels, limit: limit, continueParameter: next, cancellationToken: stop))
            .ConfigureAwait(false);
        return new([.. list.Items.Select(kind.Read)], list.At);
    }

    /// <summary>The same of one namespace.</summary>
    public static async Task<ObjectList<T>> ListNamespacedAsync<T>(this Cluster cluster, CustomKind<T> kind, string @namespace, CancellationToken stop)
    {
        ObjectList<JsonElement> list = await PagedList.ReadAsync<CustomObjectList, JsonElement>(
            (limit, next) => cluster.Client.CustomObjects.ListNamespacedCustomObjectWithHttpMessagesAsync<CustomObjectList>(
                kind.Group, kind.Version, @namespace, kind.Plural, limit: limit, continueParameter: next, cancellationToken: stop))
            .ConfigureAwait(false);
        return new([.. list.Items.Select(kind.Read)], list.At);
    }
}
