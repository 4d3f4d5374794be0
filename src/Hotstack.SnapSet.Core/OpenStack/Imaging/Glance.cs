using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hotstack.Http;

namespace Hotstack.OpenStack.Imaging;

/// <summary>The calls of the image service, version 2, that we need.</summary>
public sealed class Glance
{
    private const string ForbiddenId = "ImageForbidden";

    /// <summary>The array's name in a list.</summary>
    private const string Array = "images";
    private const string PatchType = "application/openstack-images-v2.1-json-patch";

    private readonly ServiceClient _client;
    private readonly ServiceClient _dataClient;

    /// <param name="client">For all calls without image data.</param>
    /// <param name="dataClient">For image data, on connections of its own.</param>
    internal Glance(ServiceClient client, ServiceClient dataClient) => (_client, _dataClient) = (client, dataClient);

    /// <summary>All images that match, hidden ones too.</summary>
    /// <param name="filters">Glance's query, ANDed: <c>owner</c>, <c>tag</c> (may be repeated), <c>status</c>, any property.</param>
    /// <param name="stop">Ends the reading.</param>
    /// <remarks>Some databases ignore case and trailing blanks of tags and properties: compare again. Glance lists hidden images
    /// only to a query for them, and then no others. Before Rocky, <c>os_hidden</c> is a property that no image
    /// has.</remarks>
    public async Task<IReadOnlyList<Image>> ListAsync(
        IEnumerable<KeyValuePair<string, string>> filters, CancellationToken stop)
    {
        KeyValuePair<string, string>[] query = [.. filters];
        IReadOnlyList<JsonElement>[] lists = await Task.WhenAll(
            ListAsync(query, stop), ListAsync([.. query, new("os_hidden", "true")], stop));
        return [.. lists.SelectMany(images => images).Select(Image.From).DistinctBy(image => image.Id)];
    }

    private Task<IReadOnlyList<JsonElement>> ListAsync(KeyValuePair<string, string>[] query, CancellationToken stop) => Paging.ListAsync(
        _client, List(query), Array, HasMore, stop);

    /// <summary>The images that match by pages, the newest first; hidden ones only if the query asks for them.</summary>
    /// <param name="filters">As for the whole list.</param>
    /// <param name="after">The id of the image after which the list begins, which need not match; null for the first.</param>
    /// <param name="stop">Ends the reading.</param>
    internal async IAsyncEnumerable<Page<Image>> PagesAsync(
        IEnumerable<KeyValuePair<string, string>> filters, string? after, [EnumeratorCancellation] CancellationToken stop)
    {
        await foreach (Page<JsonElement> page in Paging.PagesAsync(
            _client, List([.. filters]), Array, HasMore, stop, after: after))
        {
            yield return new([.. page.Items.Select(Image.From)], page.HasNext);
        }
    }

    private ApiRequest List(KeyValuePair<string, string>[] query) => _client.Request(HttpMethod.Get, "images") with { Query = query };

    private static bool HasMore(JsonElement page) => page.Text("next") is not null;

    /// <summary>An image by its id; null if there is none.</summary>
    public async Task<Image?> FindAsync(string id, CancellationToken stop) =>
        await _client.SendAsync(_client.Request(HttpMethod.Get, Path(id)), stop).OrNullAsync() is { } response
            ? Image.From(response.Json()) : null;

    /// <summary>Creates an image without data. The id is ours, so that a repeated call creates no second one.</summary>
    /// <exception cref="HotstackException">A quota is exceeded (<c>QuotaExceeded</c>), or Glance rejects a value.</exception>
    internal async Task<Image> CreateAsync(NewImage image, CancellationToken stop)
    {
        ApiRequest request = _client.Request(HttpMethod.Post, "images").WithJson(image.ToJson()) with
        {
            IsRepeatSafe = true,
            AlsoExpected = [409],
        };
        _client.NewObjects.Add(image.Id);
        ApiResponse response = await _client.SendAsync(request, stop);
        // An earlier attempt created it, and its answer was lost.
        return response.IsSuccess ? Image.From(response.Json())
            : await FindAsync(image.Id, stop) ?? throw NotFound(image.Id, null);
    }

    /// <summary>Uploads an image's data. Compare the hash afterwards: after a broken connection the image may be active with less
    /// data.</summary>
    /// <exception cref="HotstackException">A quota is exceeded (<c>QuotaExceeded</c>), the image is not ours, was deleted or
    /// already has data, or the connection broke.</exception>
    internal async Task UploadAsync(string id, IUploadSource source, CancellationToken stop)
    {
        ApiRequest request = _dataClient.Request(HttpMethod.Put, $"{Path(id)}/file") with { ContentType = "application/octet-stream" };
        await ForImageAsync(id, () => _dataClient.UploadAsync(request, source, stop));
    }

    /// <summary>Opens an image's data for reading.</summary>
    /// <param name="id">The image.</param>
    /// <param name="offset">The first byte wanted; not every store supports it.</param>
    /// <param name="stop">Cancels the reading too.</param>
    /// <returns>The stream, and the offset of its first byte: <paramref name="offset"/> or 0.</returns>
    /// <exception cref="HotstackException">There is no such image (<c>ImageNotFound</c>), or the cloud's policy forbids the download
    /// (<c>ImageDownloadForbidden</c>).</exception>
    internal async Task<(ApiStream Stream, long Offset)> DownloadAsync(string id, long offset, CancellationToken stop)
    {
        ApiRequest request = _dataClient.Request(HttpMethod.Get, $"{Path(id)}/file");
        if (offset > 0)
        {
            try
            {
                ApiRequest ofRange = request with { Headers = [new("Range", $"bytes={offset}-")] };
                ApiStream range = await ForDataAsync(id, () => _dataClient.DownloadAsync(ofRange, stop));
                if (range.Status != 206 || range.From == offset)
                {
                    return (range, range.Status == 206 ? offset : 0);
                }

                range.Dispose();
            }
            catch (ServiceException e) when (e.Status is 400 or 416)
            {
                // The store has no ranges (400), or the image is shorter than expected (416).
            }
        }

        return (await ForDataAsync(id, () => _dataClient.DownloadAsync(request, stop)), 0);
    }

    /// <summary>What the project may still use.</summary>
    /// <exception cref="ServiceException">Glance does not answer it; before Wallaby there is no such call (404).</exception>
    internal async Task<ImageQuota> GetQuotaAsync(CancellationToken stop)
    {
        ApiResponse response = await _client.SendAsync(
            _client.Request(HttpMethod.Get, "info/usage").AsOptional(), stop);
        return ImageQuota.From(response.Json());
    }

    /// <summary>Replaces all tags of an image in one call.</summary>
    /// <remarks>Only when it is ready: during an upload a write can restore an old state and lose the image.</remarks>
    public Task<Image> ReplaceTagsAsync(string id, IEnumerable<string> tags, CancellationToken stop) =>
        PatchAsync(id, stop, Replace("/tags", Texts(tags)));

    /// <summary>Replaces all tags of an image, and removes properties that it has.</summary>
    /// <remarks>Only when it is ready, as for the tags alone.</remarks>
    internal Task<Image> ReplaceTagsAsync(string id, IEnumerable<string> tags, IEnumerable<string> withoutProperties, CancellationToken stop) =>
        PatchAsync(
            id, stop,
            [Replace("/tags", Texts(tags)), .. withoutProperties.Select(Remove)]);

    /// <summary>Replaces all tags of an image, and sets properties.</summary>
    /// <remarks>Only when it is ready, as for the tags alone.</remarks>
    internal Task<Image> ReplaceTagsAsync(
        string id, IEnumerable<string> tags, IReadOnlyDictionary<string, string> properties, CancellationToken stop) =>
        PatchAsync(id, stop, [Replace("/tags", Texts(tags)), .. properties.Select(p => Add(p.Key, p.Value))]);

    /// <summary>Sets the protection of an image against deletion.</summary>
    public Task<Image> SetProtectedAsync(string id, bool isProtected, CancellationToken stop) =>
        PatchAsync(id, stop, Replace("/protected", isProtected));

    /// <summary>Sets and removes properties of an image, and its protection, in one call.</summary>
    /// <param name="id">The image.</param>
    /// <param name="set">The properties to add or replace.</param>
    /// <param name="removed">Properties that it has, to remove.</param>
    /// <param name="isProtected">Whether it is protected against deletion; null leaves that.</param>
    /// <param name="stop">Ends the call.</param>
    /// <remarks>Only when it is ready, as for the tags. To remove a property that it does not have is a conflict (409).</remarks>
    internal Task<Image> ChangeAsync(
        string id, IReadOnlyDictionary<string, string> set, IEnumerable<string> removed, bool? isProtected, CancellationToken stop) =>
        PatchAsync(
            id, stop,
            [
                .. removed.Select(Remove),
                .. set.Select(p => Add(p.Key, p.Value)),
                .. isProtected is { } value ? [Replace("/protected", value)] : System.Array.Empty<JsonObject>(),
            ]);

    /// <summary>Deletes an image; a deleted one is no error.</summary>
    /// <exception cref="HotstackException">It is protected or not ours (<c>ImageForbidden</c>), or in use
    /// (<c>ImageInUse</c>).</exception>
    public async Task DeleteAsync(string id, CancellationToken stop)
    {
        try
        {
            await _client.SendAsync(_client.Request(HttpMethod.Delete, Path(id)), stop);
        }
        catch (ServiceException e) when (e.Cause == ErrorCause.NotFound || e.Cause.IsTransient)
        {
            // A misconfigured proxy answers 404 for an existing image; and a lost answer may have confirmed the deletion.
            if (await FindAsync(id, stop) is not null)
            {
                throw;
            }
        }
        catch (ServiceException e) when (e.Cause == ErrorCause.Conflict)
        {
            throw new HotstackException(ErrorCause.Conflict, "ImageInUse", $"Image {id} cannot be deleted: {e.Reason}", e)
            {
                Target = id,
                Hint = "Delete the servers and volumes that were made from it first.",
            };
        }
        catch (ServiceException e) when (e.Cause == ErrorCause.Forbidden)
        {
            throw Forbidden(id, e);
        }
    }

    private async Task<Image> PatchAsync(string id, CancellationToken stop, params JsonNode[] operations)
    {
        ApiRequest request = _client.Request(HttpMethod.Patch, Path(id))
            .WithJson(new JsonArray(operations)) with { ContentType = PatchType };
        ApiResponse response = await ForImageAsync(id, () => _client.SendAsync(request, stop));
        return Image.From(response.Json());
    }

    private static JsonObject Replace(string path, JsonNode value) => new() { ["op"] = "replace", ["path"] = path, ["value"] = value };

    /// <summary>Adds or replaces a property.</summary>
    private static JsonObject Remove(string property) => new() { ["op"] = "remove", ["path"] = $"/{property}" };

    private static JsonObject Add(string property, string value) => new() { ["op"] = "add", ["path"] = $"/{property}", ["value"] = value };

    private static JsonArray Texts(IEnumerable<string> texts) => new([.. texts.Select(text => (JsonNode)text)]);

    private static async Task<T> ForImageAsync<T>(string id, Func<Task<T>> call)
    {
        try
        {
            return await call();
        }
        catch (ServiceException e) when (e.Cause == ErrorCause.NotFound)
        {
            throw NotFound(id, e);
        }
        catch (ServiceException e) when (e.Cause == ErrorCause.Forbidden)
        {
            throw Forbidden(id, e);
        }
    }

    /// <summary>The policy for data differs from that for images: an image may be visible and its data forbidden.</summary>
    private static async Task<T> ForDataAsync<T>(string id, Func<Task<T>> call)
    {
        try
        {
            return await ForImageAsync(id, call);
        }
        catch (HotstackException e) when (e is { Id: ForbiddenId, InnerException: ServiceException refusal })
        {
            throw new HotstackException(
                ErrorCause.Forbidden, "ImageDownloadForbidden", $"The data of image {id} cannot be downloaded: {refusal.Reason}", refusal)
            {
                Target = id,
                Hint = "Ask the cloud's operator, or use another role: the policy 'download_image' does not allow it.",
            };
        }
    }

    private static HotstackException NotFound(string id, ServiceException? e) =>
        new(ErrorCause.NotFound, "ImageNotFound", $"There is no image {id}. {e?.Message}".TrimEnd(), e) { Target = id };

    private static HotstackException Forbidden(string id, ServiceException e) =>
        new(ErrorCause.Forbidden, ForbiddenId, $"Image {id}: {e.Reason}", e)
        {
            Target = id,
            Hint = "It is protected, or belongs to another project, or your role may not change images.",
        };

    private static ApiPath Path(string id) => $"images/{id}";
}
