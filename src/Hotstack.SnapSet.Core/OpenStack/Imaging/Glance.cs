using System.Text.Json;
using System.Text.Json.Nodes;
using Hotstack.Http;

namespace Hotstack.OpenStack.Imaging;

/// <summary>The image service, version 2: the calls of it that we need.</summary>
public sealed class Glance
{
    private const string PatchType = "application/openstack-images-v2.1-json-patch";

    private readonly ServiceClient _client;

    internal Glance(ServiceClient client) => _client = client;

    /// <summary>All images that match.</summary>
    /// <param name="filters">Glance's query, ANDed: <c>owner</c>, <c>tag</c> (may be repeated), <c>status</c>, any property.</param>
    /// <param name="stop">Ends the reading.</param>
    /// <remarks>Some databases compare tags and properties without regard to case and trailing blanks: compare again.</remarks>
    public async Task<IReadOnlyList<Image>> ListAsync(
        IEnumerable<KeyValuePair<string, string>> filters, CancellationToken stop)
    {
        ApiRequest request = _client.Request(HttpMethod.Get, "images") with { Query = [.. filters] };
        IReadOnlyList<JsonElement> images = await Paging.ListAsync(
            _client, request, "images", page => page.Text("next") is not null, stop).ConfigureAwait(false);
        return [.. images.Select(Image.From)];
    }

    /// <summary>An image by its id; null if there is none.</summary>
    public async Task<Image?> FindAsync(string id, CancellationToken stop)
    {
        try
        {
            ApiResponse response = await _client.SendAsync(
                _client.Request(HttpMethod.Get, Path(id)), stop).ConfigureAwait(false);
            return Image.From(response.Json());
        }
        catch (ServiceException e) when (e.Cause == ErrorCause.NotFound)
        {
            return null;
        }
    }

    /// <summary>Replaces all tags of an image in one call.</summary>
    /// <remarks>Not before it is ready: while data is uploaded, a write can put an old state back and lose the image.</remarks>
    public Task<Image> ReplaceTagsAsync(string id, IEnumerable<string> tags, CancellationToken stop) =>
        PatchAsync(id, "replace", "/tags", new JsonArray([.. tags.Select(tag => (JsonNode)tag)]), stop);

    /// <summary>Allows or forbids to delete an image.</summary>
    public Task<Image> SetProtectedAsync(string id, bool isProtected, CancellationToken stop) =>
        PatchAsync(id, "replace", "/protected", isProtected, stop);

    /// <summary>Deletes an image; one that is gone already is no error.</summary>
    /// <exception cref="HotstackException">It is protected or not ours (<c>ImageForbidden</c>), or in use
    /// (<c>ImageInUse</c>).</exception>
    public async Task DeleteAsync(string id, CancellationToken stop)
    {
        try
        {
            await _client.SendAsync(_client.Request(HttpMethod.Delete, Path(id)), stop).ConfigureAwait(false);
        }
        catch (ServiceException e) when (e.Cause == ErrorCause.NotFound)
        {
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

    private async Task<Image> PatchAsync(string id, string operation, string path, JsonNode value, CancellationToken stop)
    {
        ApiRequest request = _client.Request(HttpMethod.Patch, Path(id)).WithJson(
            new JsonArray(new JsonObject { ["op"] = operation, ["path"] = path, ["value"] = value }));
        try
        {
            ApiResponse response = await _client.SendAsync(request with { ContentType = PatchType }, stop)
                .ConfigureAwait(false);
            return Image.From(response.Json());
        }
        catch (ServiceException e) when (e.Cause == ErrorCause.NotFound)
        {
            throw new HotstackException(ErrorCause.NotFound, "ImageNotFound", $"There is no image {id}. {e.Message}", e)
            {
                Target = id,
            };
        }
        catch (ServiceException e) when (e.Cause == ErrorCause.Forbidden)
        {
            throw Forbidden(id, e);
        }
    }

    private static HotstackException Forbidden(string id, ServiceException e) =>
        new(ErrorCause.Forbidden, "ImageForbidden", $"Image {id}: {e.Reason}", e)
        {
            Target = id,
            Hint = "It is protected, or belongs to another project, or your role may not change images.",
        };

    private static string Path(string id) => $"images/{Uri.EscapeDataString(id)}";
}
