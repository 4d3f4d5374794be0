using Hotstack.Http;
using k8s.Autorest;
using k8s.Models;

namespace Hotstack.OpenShift;

/// <summary>Reads lists whole, page by page: of one moment as far as the API server keeps it
/// (https://kubernetes.io/docs/reference/using-api/api-concepts/#retrieving-large-results-sets-in-chunks).</summary>
internal static class PagedList
{
    /// <summary>How many objects a list asks for at once.</summary>
    public const int PageSize = 500;

    private const int Gone = 410;

    /// <summary>Only the metadata of objects is wanted: what is secret or large in them is not even sent.</summary>
    public static readonly IReadOnlyDictionary<string, IReadOnlyList<string>> MetadataOnly = new Dictionary<string, IReadOnlyList<string>>
    {
        ["Accept"] = ["application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1"],
    };

    /// <param name="read">Reads one page: how many objects at most (null for all), and where it goes on.</param>
    /// <param name="size">How many objects to ask for at once.</param>
    /// <exception cref="ServiceException">A call failed, or the list does not end (<c>ListEndless</c>).</exception>
    public static async Task<ObjectList<TItem>> ReadAsync<TList, TItem>(
        Func<int?, string?, Task<HttpOperationResponse<TList>>> read, int size = PageSize)
        where TList : IItems<TItem>, IMetadata<V1ListMeta>
    {
        var items = new List<TItem>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var limit = new ListLimit();
        (int? most, string? next) = (size, null);
        while (true)
        {
            HttpOperationResponse<TList> page;
            try
            {
                page = await read(most, next).ConfigureAwait(false);
            }
            catch (ServiceException e) when (e.Status == Gone && next is not null)
            {
                // The server no longer keeps the moment of the first page: once more, all at once.
                (most, next, limit) = (null, null, new ListLimit());
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
}
