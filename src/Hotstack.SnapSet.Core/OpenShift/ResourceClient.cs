using System.Text.Json;
using System.Text.Json.Nodes;
using Hotstack.Http;
using Hotstack.OpenShift.Objects;

namespace Hotstack.OpenShift;

/// <summary>Reads and writes the objects of one kind.</summary>
/// <typeparam name="T">What of an object we read.</typeparam>
internal sealed class ResourceClient<T>(KubernetesApi api, ResourceType type, Func<JsonElement, T> read)
{
    private const int Gone = 410;
    private const string Json = "application/json";
    private const string MetadataList = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1";

    public ResourceType Type => type;

    /// <summary>How many objects a list asks for at once.</summary>
    public int PageSize { get; init; } = 500;

    /// <summary>The same client, by pages of another size.</summary>
    public ResourceClient<T> ByPagesOf(int size) => new(api, type, read) { PageSize = size };

    /// <exception cref="ServiceException">There is none (<c>NotFound</c>), or the call failed.</exception>
    public async Task<T> GetAsync(string name, CancellationToken stop, string? @namespace = null) =>
        read((await SendAsync(HttpMethod.Get, type.Path(@namespace, name), stop).ConfigureAwait(false)).Json());

    /// <returns>Null if there is none.</returns>
    public async Task<T?> FindAsync(string name, CancellationToken stop, string? @namespace = null) =>
        await api.FindAsync(type.Path(@namespace, name), stop).ConfigureAwait(false) is { } item ? read(item) : default;

    /// <summary>All that are selected, page by page; of one moment as far as the API server keeps it.</summary>
    public async Task<IReadOnlyList<T>> ListAsync(CancellationToken stop, Selection? selection = null) =>
        (await ListPageByPageAsync(selection ?? Selection.All, stop).ConfigureAwait(false)).Items;

    /// <summary>Only the metadata of all that are selected: what is secret or large in them is not even sent.</summary>
    public async Task<IReadOnlyList<ObjectMeta>> ListMetadataAsync(CancellationToken stop, Selection? selection = null) =>
        (await ListPagesAsync(selection ?? Selection.All, MetadataList, ObjectMeta.From, stop).ConfigureAwait(false)).Items;

    /// <summary>Makes an object.</summary>
    /// <exception cref="HotstackException">There is one of that name (<c>AlreadyExists</c>).</exception>
    public async Task<T> CreateAsync(JsonObject body, CancellationToken stop, string? @namespace = null)
    {
        ApiRequest request = api.Request(HttpMethod.Post, type.Path(@namespace)).WithJson(body);
        if ((string?)body["metadata"]?["name"] is { } name)
        {
            // Before the call: its answer may be lost.
            api.NewObjects.Add(name);
        }

        return read((await api.SendAsync(request, stop).ConfigureAwait(false)).Json());
    }

    /// <summary>Asks by making an object that the server answers and does not keep: a review.</summary>
    public async Task<T> AskAsync(JsonObject body, CancellationToken stop)
    {
        ApiRequest request = api.Request(HttpMethod.Post, type.Path(null)).WithJson(body) with { IsQuestion = true };
        return read((await api.SendAsync(request, stop).ConfigureAwait(false)).Json());
    }

    /// <summary>Makes a part of an object for which the API has an order: an eviction.</summary>
    public Task CreateAsync(string name, string subresource, JsonObject body, CancellationToken stop, string? @namespace = null) =>
        api.SendAsync(
            api.Request(HttpMethod.Post, type.Path(@namespace, name, subresource)).WithJson(body) with { StatusRetries = 0 }, stop);

    public async Task<T> PatchAsync(
        string name, Patch patch, CancellationToken stop, string? @namespace = null, string? subresource = null)
    {
        ApiRequest request = api.Request(HttpMethod.Patch, type.Path(@namespace, name, subresource)).WithJson(patch.Body)
            with { ContentType = patch.ContentType };
        return read((await api.SendAsync(request, stop).ConfigureAwait(false)).Json());
    }

    /// <summary>Replaces an object, or a part of it.</summary>
    /// <exception cref="HotstackException">It was changed since the version that the body names (<c>Conflict</c>).</exception>
    public async Task<T> ReplaceAsync(
        string name, JsonObject body, CancellationToken stop, string? @namespace = null, string? subresource = null)
    {
        ApiRequest request = api.Request(HttpMethod.Put, type.Path(@namespace, name, subresource)).WithJson(body);
        return read((await api.SendAsync(request, stop).ConfigureAwait(false)).Json());
    }

    /// <summary>Deletes an object, or has its deletion begin. One that is not there is deleted.</summary>
    /// <param name="name">The object.</param>
    /// <param name="stop">Ends the call.</param>
    /// <param name="namespace">Its namespace.</param>
    /// <param name="uid">Delete only the very object with this uid, not another of the same name.</param>
    /// <param name="grace">How long a pod may take to end; null for its own time.</param>
    public Task DeleteAsync(
        string name, CancellationToken stop, string? @namespace = null, string? uid = null, TimeSpan? grace = null)
    {
        var options = new JsonObject { ["apiVersion"] = "v1", ["kind"] = "DeleteOptions" };
        if (uid is not null)
        {
            options["preconditions"] = new JsonObject { ["uid"] = uid };
        }

        if (grace is { } time)
        {
            options["gracePeriodSeconds"] = (long)time.TotalSeconds;
        }

        ApiRequest request = api.Request(HttpMethod.Delete, type.Path(@namespace, name)).WithJson(options);
        return api.SendAsync(request with { AlsoExpected = [404] }, stop);
    }

    /// <summary>The text of a part of an object: a pod's log, what a node's kubelet answers.</summary>
    public Task<string> GetTextAsync(
        string name, string subresource, CancellationToken stop, string? @namespace = null,
        IEnumerable<KeyValuePair<string, string>>? query = null) =>
        api.GetTextAsync(type.Path(@namespace, name, subresource), stop, query);

    /// <summary>All that are selected, with the version from which to watch, and the time.</summary>
    internal Task<ObjectList<T>> ListPageByPageAsync(Selection selection, CancellationToken stop) =>
        ListPagesAsync(selection, Json, read, stop);

    /// <summary>The changes since a version, as lines of JSON.</summary>
    internal IAsyncEnumerable<string> StreamChangesAsync(Selection selection, string version, TimeSpan duration, CancellationToken stop)
    {
        IEnumerable<KeyValuePair<string, string>> query =
        [
            .. selection.Query, new("watch", "true"), new("resourceVersion", version), new("allowWatchBookmarks", "true"),
            new("timeoutSeconds", $"{(long)duration.TotalSeconds}"),
        ];
        return api.StreamAsync(api.Request(HttpMethod.Get, type.Path(selection.Namespace), query), stop);
    }

    internal T Read(JsonElement item) => read(item);

    private async Task<ObjectList<TItem>> ListPagesAsync<TItem>(
        Selection selection, string accept, Func<JsonElement, TItem> readItem, CancellationToken stop)
    {
        var items = new List<TItem>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var limit = new ListLimit();
        string? next = null;
        int size = PageSize;
        while (true)
        {
            ApiRequest request = api.Request(HttpMethod.Get, type.Path(selection.Namespace), [.. selection.Query, .. Page(size, next)])
                with { AlsoExpected = [Gone], Headers = [new("Accept", accept)] };
            ApiResponse response = await api.SendAsync(request, stop).ConfigureAwait(false);
            if (response.Status == Gone)
            {
                // The server no longer keeps the moment of the first page: once more, all at once.
                (next, size) = next is null || size == 0 ? throw ServiceErrors.From(response) : ((string?)null, 0);
                items.Clear();
                limit = new ListLimit();
                continue;
            }

            JsonElement page = response.Json();
            JsonElement[] found = [.. page.Items("items")];
            limit.Add(response, found.Length);
            items.AddRange(found.Select(readItem));
            JsonElement metadata = page.Field("metadata") ?? default;
            next = metadata.Text("continue");
            if (next is null)
            {
                return new ObjectList<TItem>(items, metadata.Text("resourceVersion") ?? "", ServerClock.DateOf(response));
            }

            if (!seen.Add(next))
            {
                throw ListLimit.Repeated(response);
            }
        }
    }

    private static IEnumerable<KeyValuePair<string, string>> Page(int size, string? next)
    {
        if (size > 0)
        {
            yield return new("limit", $"{size}");
        }

        if (next is not null)
        {
            yield return new("continue", next);
        }
    }

    private Task<ApiResponse> SendAsync(HttpMethod method, ApiPath path, CancellationToken stop) =>
        api.SendAsync(api.Request(method, path), stop);
}
