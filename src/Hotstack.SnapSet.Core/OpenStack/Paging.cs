using System.Runtime.CompilerServices;
using System.Text.Json;
using Hotstack.Http;

namespace Hotstack.OpenStack;

/// <summary>Reads lists to their end, and splits long queries.</summary>
internal static class Paging
{
    /// <summary>The page size limit of Nova, Glance and Cinder by default.</summary>
    public const int PageSize = 1000;

    /// <summary>Which requests of a list have a <c>limit</c>.</summary>
    public enum Limit
    {
        /// <summary>All.</summary>
        Always,

        /// <summary>All but the first, for which the service chooses.</summary>
        AfterFirst,
    }

    /// <summary>
    /// All items of a list. A <c>next</c> link only shows that there is more; the next query comes from ours: Glance's link
    /// loses all tags but the last, and a proxy may leave a wrong host in it.
    /// </summary>
    /// <param name="client">The service.</param>
    /// <param name="first">The request for the first page, without <c>limit</c> and <c>marker</c>.</param>
    /// <param name="key">The array's name in the answer.</param>
    /// <param name="hasMore">Whether the answer links to a next page.</param>
    /// <param name="stop">Cancels the calls.</param>
    /// <param name="limit">Which requests have a <c>limit</c>.</param>
    /// <exception cref="ServiceException">A call failed, or the list has no end (<c>ListEndless</c>).</exception>
    public static async Task<IReadOnlyList<JsonElement>> ListAsync(
        ServiceClient client, ApiRequest first, string key, Func<JsonElement, bool> hasMore, CancellationToken stop,
        Limit limit = Limit.Always)
    {
        var items = new List<JsonElement>();
        await foreach (Page<JsonElement> page in PagesAsync(client, first, key, hasMore, stop, limit))
        {
            items.AddRange(page.Items);
        }

        return items;
    }

    /// <summary>The pages of a list, each read when the one before is done with. The last one may be empty.</summary>
    /// <param name="client">The service.</param>
    /// <param name="first">The request for the first page, without <c>limit</c> and <c>marker</c>.</param>
    /// <param name="key">The array's name in the answer.</param>
    /// <param name="hasMore">Whether the answer links to a next page.</param>
    /// <param name="stop">Cancels the calls.</param>
    /// <param name="limit">Which requests have a <c>limit</c>.</param>
    /// <param name="after">The id of the item after which the list begins; null for its first item.</param>
    public static async IAsyncEnumerable<Page<JsonElement>> PagesAsync(
        ServiceClient client, ApiRequest first, string key, Func<JsonElement, bool> hasMore,
        [EnumeratorCancellation] CancellationToken stop, Limit limit = Limit.Always, string? after = null)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var most = new ListLimit();
        KeyValuePair<string, string>[] query = [.. first.Query, new("limit", $"{PageSize}")];
        string? marker = after;
        bool isFirst = true;
        while (true)
        {
            KeyValuePair<string, string>[] paged = isFirst && limit == Limit.AfterFirst ? [.. first.Query] : query;
            ApiResponse response = await client.SendAsync(
                first with { Query = marker is null ? paged : [.. paged, new("marker", marker)] }, stop);
            isFirst = false;
            JsonElement page = response.Json();
            var items = new List<JsonElement>();
            int count = 0;
            foreach (JsonElement item in page.Items(key))
            {
                count++;
                if (item.Text("id") is { } id && seen.Add(id))
                {
                    marker = id;
                    items.Add(item);
                }
            }

            most.Add(response, count);
            bool isLast = count == 0 || !hasMore(page);
            yield return new(items, !isLast);
            if (isLast)
            {
                yield break;
            }

            // A page without new items would repeat for ever.
            if (items.Count == 0)
            {
                throw ListLimit.Repeated(response);
            }
        }
    }

    /// <summary>Whether an array of links has one to a next page, as Nova and Cinder write it.</summary>
    public static bool HasNextLink(JsonElement page, string links) =>
        page.Items(links).Any(link => link.Text("rel") == "next");

    /// <summary>Limit of one query. A request line may have 8190 bytes (Apache; similar in nginx and eventlet), otherwise the answer is
    /// 414.</summary>
    internal const int MaxCharacters = 2000;

    /// <summary>The values as parameters of one or more queries. No query for no values: it would ask for all.</summary>
    public static IEnumerable<KeyValuePair<string, string>[]> Chunks(string key, IEnumerable<string> values)
    {
        var chunk = new List<KeyValuePair<string, string>>();
        int length = 0;
        foreach (string value in values.Distinct(StringComparer.Ordinal))
        {
            int more = key.Length + Uri.EscapeDataString(value).Length + 2;
            if (chunk.Count > 0 && length + more > MaxCharacters)
            {
                yield return [.. chunk];
                chunk.Clear();
                length = 0;
            }

            chunk.Add(new(key, value));
            length += more;
        }

        if (chunk.Count > 0)
        {
            yield return [.. chunk];
        }
    }
}

/// <summary>A page of a list.</summary>
/// <param name="Items">Its new items.</param>
/// <param name="HasNext">The service announces another page. Most do after a full one, even if that was the last.</param>
internal sealed record Page<T>(IReadOnlyList<T> Items, bool HasNext);
