using Hotstack.Http;
using k8s.Autorest;
using k8s.Models;

namespace Hotstack.OpenShift;

/// <summary>Reads lists whole, page by page: of one moment as far as the API server keeps it
/// (https://kubernetes.io/docs/reference/using-api/api-concepts/#retrieving-large-results-sets-in-chunks).</summary>
internal static class PagedList
{
    private const int Gone = 410;

    private static readonly IReadOnlyDictionary<string, IReadOnlyList<string>> MetadataOnly = new Dictionary<string, IReadOnlyList<string>>
    {
        ["Accept"] = ["application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1"],
    };

    /// <summary>By the one operation that KubernetesClient has for all kinds: an operation of its own for each would cost its time in
    /// the first call.</summary>
    /// <param name="operations">Makes the calls.</param>
    /// <param name="kind">The kind: the group (empty for the core's), the version, and the name in paths.</param>
    /// <param name="query">Which objects.</param>
    /// <param name="stop">Ends it.</param>
    /// <exception cref="ServiceException">A call failed, or the list does not end (<c>ListEndless</c>).</exception>
    public static async Task<ObjectList<TItem>> ReadAsync<TList, TItem>(
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
                // The server no longer keeps the moment of the first page: once more, all at once.
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
        KubernetesOperations operations, (string Group, string Version, string Plural) kind, ListQuery query, int? size, string? next, CancellationToken stop)
    {
        IReadOnlyDictionary<string, IReadOnlyList<string>>? headers = query.IsMetadataOnly ? MetadataOnly : null;
        return query.Namespace is { } @namespace
            ? operations.CustomObjects.ListNamespacedCustomObjectWithHttpMessagesAsync<TList>(
                kind.Group, kind.Version, ApiPath.Segment(KubernetesApi.Service, @namespace), kind.Plural, limit: size, continueParameter: next, labelSelector: query.Labels,
                fieldSelector: query.Fields, customHeaders: headers, cancellationToken: stop)
            : operations.CustomObjects.ListClusterCustomObjectWithHttpMessagesAsync<TList>(
                kind.Group, kind.Version, kind.Plural, limit: size, continueParameter: next, labelSelector: query.Labels,
                fieldSelector: query.Fields, customHeaders: headers, cancellationToken: stop);
    }
}
