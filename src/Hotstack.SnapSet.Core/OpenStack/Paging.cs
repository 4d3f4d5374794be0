using System.Text.Json;
using Hotstack.Http;

namespace Hotstack.OpenStack;

/// <summary>Reads a list to its end.</summary>
internal static class Paging
{
    /// <summary>The most that Nova, Glance and Cinder give at once by default.</summary>
    public const int PageSize = 1000;

    /// <summary>Which requests for a list say how many items a page has.</summary>
    public enum Limit
    {
        /// <summary>All.</summary>
        Always,

        /// <summary>All but the first, whose page is as long as the service likes.</summary>
        AfterFirst,
    }

    /// <summary>
    /// All items of a list. A <c>next</c> link only says that there is more: the query for it is made anew from ours,
    /// since Glance's link forgets all tags but the last, and a proxy may have left a wrong host in it.
    /// </summary>
    /// <param name="client">The service.</param>
    /// <param name="first">The request for the first page, without <c>limit</c> and <c>marker</c>.</param>
    /// <param name="key">The array's name in the answer.</param>
    /// <param name="hasMore">Whether the answer links to a next page.</param>
    /// <param name="stop">Ends the reading.</param>
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

            // A page without anything new would come again for ever.
            if (last is null)
            {
                throw ListLimit.Repeated(response);
            }

            request = first with { Query = [.. query, new("marker", last)] };
        }
    }

    /// <summary>Whether an array of links holds one to a next page, as Nova and Cinder write it.</summary>
    public static bool HasNextLink(JsonElement page, string links) =>
        page.Items(links).Any(link => link.Text("rel") == "next");
}
