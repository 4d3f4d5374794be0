using System.Text.Json;
using System.Text.Json.Serialization;
using Hotstack.Http;
using k8s.Autorest;
using k8s.Models;

namespace Hotstack.OpenShift;

/// <summary>The lists of a cluster, each read whole.</summary>
/// <remarks>Each throws <see cref="Http.ServiceException"/>: the API server refused a call, failed, or was not reached.</remarks>
internal static class ClusterLists
{
    /// <summary>The kind's name in messages.</summary>
    public const string SigningRequests = $"{V1CertificateSigningRequest.KubePluralName}.{V1CertificateSigningRequest.KubeGroup}";

    /// <summary>The kind's name in messages.</summary>
    public const string Leases = $"{V1Lease.KubePluralName}.{V1Lease.KubeGroup}";

    /// <summary>The kind's name in messages.</summary>
    public const string ApiServices = $"{V1APIService.KubePluralName}.{V1APIService.KubeGroup}";

    public static Task<ObjectList<V1Node>> ListNodesAsync(this Cluster cluster, CancellationToken stop, ListQuery? query = null) =>
        cluster.ListAsync<V1NodeList, V1Node>((V1Node.KubeGroup, V1Node.KubeApiVersion, V1Node.KubePluralName), query, stop);

    public static Task<ObjectList<V1Pod>> ListPodsAsync(this Cluster cluster, CancellationToken stop, ListQuery? query = null) =>
        cluster.ListAsync<V1PodList, V1Pod>((V1Pod.KubeGroup, V1Pod.KubeApiVersion, V1Pod.KubePluralName), query, stop);

    public static Task<ObjectList<V1Namespace>> ListNamespacesAsync(this Cluster cluster, CancellationToken stop,
        ListQuery? query = null) =>
        cluster.ListAsync<V1NamespaceList, V1Namespace>((V1Namespace.KubeGroup, V1Namespace.KubeApiVersion, V1Namespace.KubePluralName),
            query, stop);

    public static Task<ObjectList<V1Secret>> ListSecretsAsync(this Cluster cluster, CancellationToken stop, ListQuery? query = null) =>
        cluster.ListAsync<V1SecretList, V1Secret>((V1Secret.KubeGroup, V1Secret.KubeApiVersion, V1Secret.KubePluralName), query, stop);

    public static Task<ObjectList<V1CertificateSigningRequest>> ListSigningRequestsAsync(this Cluster cluster, CancellationToken stop) =>
        cluster.ListAsync<V1CertificateSigningRequestList, V1CertificateSigningRequest>(
            (V1CertificateSigningRequest.KubeGroup, V1CertificateSigningRequest.KubeApiVersion, V1CertificateSigningRequest.KubePluralName),
                null, stop);

    public static Task<ObjectList<V1Lease>> ListLeasesAsync(this Cluster cluster, CancellationToken stop, ListQuery? query = null) =>
        cluster.ListAsync<V1LeaseList, V1Lease>((V1Lease.KubeGroup, V1Lease.KubeApiVersion, V1Lease.KubePluralName), query, stop);

    public static Task<ObjectList<V1APIService>> ListApiServicesAsync(this Cluster cluster, CancellationToken stop) =>
        cluster.ListAsync<V1APIServiceList, V1APIService>(
            (V1APIService.KubeGroup, V1APIService.KubeApiVersion, V1APIService.KubePluralName), null, stop);

    /// <summary>A list of a kind without a model in KubernetesClient.</summary>
    public static async Task<ObjectList<T>> ListAsync<T>(this Cluster cluster, CustomKind<T> kind, CancellationToken stop,
        ListQuery? query = null)
    {
        ObjectList<JsonElement> list = await cluster.ListAsync<CustomObjectList, JsonElement>((kind.Group, kind.Version, kind.Plural),
            query, stop);
        return new([.. list.Items.Select(kind.Read)], list.At);
    }

    private static Task<ObjectList<TItem>> ListAsync<TList, TItem>(
        this Cluster cluster, (string Group, string Version, string Plural) kind, ListQuery? query, CancellationToken stop)
        where TList : IItems<TItem>, IMetadata<V1ListMeta> => ReadAsync<TList, TItem>(cluster.Client, kind, query ?? ListQuery.All, stop);

    private const int Gone = 410;

    private static readonly IReadOnlyDictionary<string, IReadOnlyList<string>> MetadataOnly = new Dictionary<string, IReadOnlyList<string>>
    {
        ["Accept"] = ["application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1"],
    };

    /// <summary>Reads a list page by page, of one moment if the API server keeps it
    /// (https://kubernetes.io/docs/reference/using-api/api-concepts/#retrieving-large-results-sets-in-chunks). KubernetesClient's one
    /// operation for all kinds saves the time that one for each kind costs in the first call.</summary>
    /// <param name="operations">Makes the calls.</param>
    /// <param name="kind">The kind: the group (empty for the core's), the version, and the name in paths.</param>
    /// <param name="query">Which objects.</param>
    /// <param name="stop">Cancels the calls.</param>
    /// <exception cref="ServiceException">A call failed, or the list does not end (<c>ListEndless</c>).</exception>
    private static async Task<ObjectList<TItem>> ReadAsync<TList, TItem>(
        KubernetesOperations operations, (string Group, string Version, string Plural) kind, ListQuery query, CancellationToken stop)
        where TList : IItems<TItem>, IMetadata<V1ListMeta>
    {
        var items = new List<TItem>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var limit = new ListLimit();
        (int? size, string? next) = (query.PageSize, null);
        while (true)
        {
            HttpOperationResponse<TList> page;
            try
            {
                page = await PageAsync<TList>(operations, kind, query, size, next, stop);
            }
            catch (ServiceException e) when (e.Status == Gone && next is not null && size is not null)
            {
                // The server no longer keeps the state of the first page: read again, all at once.
                (size, next, limit) = (null, null, new ListLimit());
                items.Clear();
                continue;
            }

            using (page)
            {
                ApiResponse answer = KubernetesOperations.AnswerOf(page.Response);
                IList<TItem> found = page.Body.Items ?? [];
                limit.Add(answer, found.Count);
                items.AddRange(found.Where(item => item is not null));
                next = page.Body.Metadata?.ContinueProperty is { Length: > 0 } token ? token : null;
                if (next is null)
                {
                    return new ObjectList<TItem>(items, ServerClock.DateOf(answer));
                }

                if (!seen.Add(next))
                {
                    throw ListLimit.Repeated(answer);
                }
            }
        }
    }

    private static Task<HttpOperationResponse<TList>> PageAsync<TList>(
        KubernetesOperations operations, (string Group, string Version, string Plural) kind, ListQuery query, int? size, string? next,
            CancellationToken stop)
    {
        IReadOnlyDictionary<string, IReadOnlyList<string>>? headers = query.IsMetadataOnly ? MetadataOnly : null;
        return query.Namespace is { } @namespace
            ? operations.CustomObjects.ListNamespacedCustomObjectWithHttpMessagesAsync<TList>(
                kind.Group, kind.Version, ApiPath.Segment(KubernetesApi.Service, @namespace), kind.Plural, limit: size,
                    continueParameter: next, labelSelector: query.Labels,
                fieldSelector: query.Fields, customHeaders: headers, cancellationToken: stop)
            : operations.CustomObjects.ListClusterCustomObjectWithHttpMessagesAsync<TList>(
                kind.Group, kind.Version, kind.Plural, limit: size, continueParameter: next, labelSelector: query.Labels,
                fieldSelector: query.Fields, customHeaders: headers, cancellationToken: stop);
    }

    /// <summary>A page of objects of a kind without a model in KubernetesClient.</summary>
    private sealed class CustomObjectList : IItems<JsonElement>, IMetadata<V1ListMeta>
    {
        [JsonPropertyName("items")]
        public IList<JsonElement> Items { get; set; } = [];

        [JsonPropertyName("metadata")]
        public V1ListMeta Metadata { get; set; } = new();
    }
}

/// <summary>Which objects a list selects; null selects all.</summary>
internal sealed record ListQuery
{
    public static readonly ListQuery All = new();

    /// <summary>Only those of this namespace.</summary>
    public string? Namespace { get; init; }

    /// <summary>Only those with these labels: <c>app=multus,tier!=cache</c>.</summary>
    public string? Labels { get; init; }

    /// <summary>Only those with these fields, of the few selectable ones: <c>spec.nodeName=master-0</c>.</summary>
    public string? Fields { get; init; }

    /// <summary>Only their metadata: secret or large parts are not even sent.</summary>
    public bool IsMetadataOnly { get; init; }

    /// <summary>Objects per page.</summary>
    public int PageSize { get; init; } = 500;
}

/// <summary>The objects of a kind at one moment.</summary>
/// <param name="Items">The objects.</param>
/// <param name="At">The time of the answer by the API server's clock (<c>Date</c>), independent of the answer's way; null if
/// unknown.</param>
internal sealed record ObjectList<T>(IReadOnlyList<T> Items, DateTimeOffset? At);
