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
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var most = new ListLimit();
        KeyValuePair<string, string>[] query = [.. first.Query, new("limit", $"{PageSize}")];
        ApiRequest request = limit == Limit.Always ? first with { Query = query } : first;
        while (true)
        {
            ApiResponse response = await client.SendAsync(request, stop);
            JsonElement page = response.Json();
            string? last = null;
            int count = 0;
            foreach (JsonElement item in page.Items(key))
            {
                count++;
                if (item.Text("id") is { } id && seen.Add(id))
                {
                    last = id;
                    items.Add(item);
                }
            }

            most.Add(response, count);
            if (count == 0 || !hasMore(page))
            {
                return items;
            }

            // A page without new items would repeat for ever.
            if (last is null)
            {
                throw ListLimit.Repeated(response);
            }

            request = first with { Query = [.. query, new("marker", last)] };
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
