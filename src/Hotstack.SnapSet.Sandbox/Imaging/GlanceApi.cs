using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Hotstack.Sandbox.Http;

namespace Hotstack.Sandbox.Imaging;

/// <summary>Glance: images, their tags, data and members.</summary>
internal sealed class GlanceApi(SandboxCloud cloud) : Service(cloud, "image", "/image")
{
    private const int NewestMinor = 16;

    private const string Stranger =
        "This server could not verify that you are authorized to access the document you requested. Either you supplied the"
        + " wrong credentials (e.g., bad password), or your browser does not understand how to supply the credentials required.";

    public override void Map(Routes routes)
    {
        routes.Open("GET", "", Versions);
        routes.Open("GET", "/versions", Versions);
        routes.Get("/v2/images", List);
        routes.Post("/v2/images", Create);
        routes.Get("/v2/images/{id}", call => Reply.Ok(ImageView.Of(Cloud.Options, Visible(call))));
        routes.Patch("/v2/images/{id}", Patch);
        routes.Delete("/v2/images/{id}", Delete);
        routes.Put("/v2/images/{id}/tags/{tag}", PutTag);
        routes.Delete("/v2/images/{id}/tags/{tag}", DeleteTag);
        routes.Put("/v2/images/{id}/file", Upload);
        routes.Get("/v2/images/{id}/file", Download);
        routes.Post("/v2/images/{id}/actions/deactivate", call => SetStatus(call, "deactivated"));
        routes.Post("/v2/images/{id}/actions/reactivate", call => SetStatus(call, "active"));
        routes.Get("/v2/info/usage", Usage);
        routes.Get("/v2/schemas/image", _ => Reply.Ok(ImageSchema.Image()));
        routes.Get("/v2/schemas/images", _ => Reply.Ok(ImageSchema.Images()));
        new ImageMembers(Cloud, Visible, Modifiable).Map(routes);
        routes.Rest();
    }

    public override Reply Error(ApiException error, ApiCall call) => Reply.Html(call, error.Status, error.Message);

    protected override Reply Unauthorized(ApiCall call) =>
        Reply.Html(call, 401, Stranger).With("WWW-Authenticate", $"Keystone uri=\"{call.Origin}/identity\"");

    public override void Finish(ApiCall call, Reply reply)
    {
        // Who is turned away at the door, and the versions, come without a request id.
        if (reply.Status is not (300 or 401))
        {
            base.Finish(call, reply);
        }
    }

    private static Reply Versions(ApiCall call) => Reply.Json(300, new JsonObject
    {
        ["versions"] = new JsonArray([.. Enumerable.Range(0, NewestMinor + 1).Reverse().Select(minor => new JsonObject
        {
            ["id"] = $"v2.{minor}",
            ["status"] = minor == NewestMinor ? "CURRENT" : "SUPPORTED",
            ["links"] = new JsonArray(new JsonObject { ["rel"] = "self", ["href"] = call.Origin + "/image/v2/" }),
        })]),
    });

    private Reply List(ApiCall call)
    {
        var (page, next) = new ImageQuery(call).Run(Cloud.ImageList.Where(i => Cloud.Shows(i.CreatedAt, isList: true)));
        var o = new JsonObject { ["images"] = new JsonArray([.. page.Select(image => ImageView.Of(Cloud.Options, image))]) };
        o["first"] = Link(call, null);
        o["schema"] = "/v2/schemas/images";
        if (next is not null)
        {
            o["next"] = Link(call, next);
        }

        return Reply.Ok(o);
    }

    /// <summary>As real: host-relative, without the prefix, and of a repeated key only the last value survives.</summary>
    private static string Link(ApiCall call, string? marker)
    {
        var pairs = new OrderedDictionary<string, string>();
        foreach (var (key, value) in call.Query)
        {
            pairs[key] = value;
        }

        pairs.Remove("marker");
        if (marker is not null)
        {
            pairs["marker"] = marker;
        }

        var query = string.Join('&', pairs.Select(p => $"{WebUtility.UrlEncode(p.Key)}={WebUtility.UrlEncode(p.Value)}"));
        return query.Length == 0 ? "/v2/images" : "/v2/images?" + query;
    }

    private Image Visible(ApiCall call)
    {
        var id = call.Route("id");
        var project = call.Token.ProjectId;
        var image = Cloud.ImageList.Find(i => i.Id == id && Cloud.Shows(i.CreatedAt));
        return image is not null && (call.Token.IsAdmin || image.Owner == project || image.Visibility is "public" or "community"
            || (image.Visibility == "shared" && image.Members.ContainsKey(project)))
            ? image
            : throw new ApiException(404, call.Method == "DELETE" && call.Path.EndsWith(id, StringComparison.Ordinal)
                ? $"Failed to find image {id} to delete"
                : call.Path.EndsWith(id, StringComparison.Ordinal) ? $"No image found with ID {id}" : $"Image {id} not found.");
    }

    private Image Modifiable(ApiCall call)
    {
        var image = Visible(call);
        return call.Token.IsAdmin || image.Owner == call.Token.ProjectId
            ? image
            : throw new ApiException(403, "You are not permitted to " + (call.Method == "DELETE" ? "delete" : "modify") + " this image.");
    }

    private Reply Create(ApiCall call)
    {
        if (call.ParseBody() is not JsonObject body)
        {
            throw new ApiException(400, "Malformed JSON in request body.");
        }

        var image = new Image
        {
            Id = (string?)body["id"] ?? Cloud.NewId(),
            Owner = call.Token.ProjectId,
            CreatedAt = Cloud.Now,
            UpdatedAt = Cloud.Now,
        };
        if (Cloud.ImageList.Exists(i => i.Id == image.Id))
        {
            throw new ApiException(409, $"Image ID {image.Id} already exists!");
        }

        foreach (var (name, value) in body)
        {
            switch (name)
            {
                case "id":
                    break;
                case "tags":
                    image.Tags.AddRange(ImageInput.Tags(value));
                    break;
                case "name" or "visibility" or "protected" or "os_hidden" or "min_disk" or "min_ram" or "disk_format" or "container_format" or "owner":
                    ImageInput.Base(call, image, name, value)();
                    break;
                case "status":
                    throw ImageInput.Invalid($"'{value}' is read-only");
                case "size" or "checksum" or "created_at" or "updated_at":
                    throw new ApiException(403, $"Attribute '{name}' is read-only.");
                default:
                    image.Properties[name] = ImageInput.Text(name, value) ?? throw ImageInput.Invalid("None is not of type 'string'");
                    break;
            }
        }

        if (Cloud.Options.Quotas.Images is { } most && Cloud.ImageList.Count(i => i.Owner == image.Owner) >= most)
        {
            throw new ApiException(413, $"Project {image.Owner} is over a limit for [Resource image_count_total is over limit of {most}]");
        }

        Cloud.ImageList.Add(image);
        return Reply.Json(201, ImageView.Of(Cloud.Options, image)).With("Location", $"{call.Origin}/v2/images/{image.Id}");
    }

    private Reply Patch(ApiCall call)
    {
        if (call.ContentType is not (ImagePatch.MediaType or "application/openstack-images-v2.0-json-patch"))
        {
            return Reply.Html(call, 415, $"The request media type {call.ContentType} is not supported by this server.")
                .With("Accept-Patch", "application/openstack-images-v2.0-json-patch, " + ImagePatch.MediaType);
        }

        var image = Modifiable(call);
        new ImagePatch(Cloud, call, image).Apply(call.ParseBody());
        return Reply.Ok(ImageView.Of(Cloud.Options, image));
    }

    private Reply Delete(ApiCall call)
    {
        var image = Modifiable(call);
        if (image.Protected)
        {
            throw new ApiException(403, $"Image {image.Id} is protected and cannot be deleted.");
        }

        Cloud.ImageList.Remove(image);
        return NoContent();
    }

    private Reply PutTag(ApiCall call)
    {
        var image = Modifiable(call);
        var tag = Tag(call);
        ImageInput.CheckTagCount(image.Tags.Contains(tag) ? 0 : image.Tags.Count + 1);
        ImageTags.Add(image, tag);
        image.UpdatedAt = Cloud.Now;
        return NoContent();
    }

    private Reply DeleteTag(ApiCall call)
    {
        var image = Modifiable(call);
        ImageTags.Remove(image, Tag(call));
        image.UpdatedAt = Cloud.Now;
        return NoContent();
    }

    private static string Tag(ApiCall call)
    {
        // An encoded slash is a slash to Glance's router, so there is no such path.
        if (call.Path.Contains("%2F", StringComparison.OrdinalIgnoreCase))
        {
            throw new ApiException(404, "The resource could not be found.");
        }

        return ImageInput.Text("tags", call.Route("tag"))!;
    }

    private ImageUpload Upload(ApiCall call)
    {
        var image = Modifiable(call);
        if (image.Status != "queued")
        {
            throw new ApiException(409, $"Image status transition from {image.Status} to saving is not allowed");
        }

        CheckQuota(image, call.ContentLength ?? 0);
        image.Status = "saving";
        image.UpdatedAt = Cloud.Now;
        return new ImageUpload(Cloud, image, data => Stored(image, data));
    }

    private Reply Stored(Image image, ImageData data)
    {
        CheckQuota(image, data.Length);
        image.Data = data;
        image.VirtualSize = data.Length;
        image.Status = "active";
        image.UpdatedAt = Cloud.Now;
        return NoContent();
    }

    private void CheckQuota(Image image, long bytes)
    {
        var used = Cloud.ImageList.Where(i => i.Owner == image.Owner).Sum(i => i.Size ?? 0);
        if (used + bytes > Cloud.Options.Quotas.ImageBytes)
        {
            throw new ApiException(413, "The size of the data would exceed the quota of the project.");
        }
    }

    private Reply Download(ApiCall call)
    {
        var image = Visible(call);
        if (image.Status == "deactivated" && !call.Token.IsAdmin)
        {
            throw new ApiException(403, "The requested image has been deactivated. Image data download is forbidden.");
        }

        if (image.Data is not { Length: > 0 } data)
        {
            return Reply.Empty(204);
        }

        if (data is HashedData)
        {
            throw new ApiException(404, $"Image {image.Id} data could not be found: the sandbox was told not to keep it.");
        }

        long from = 0;
        if (call.Header("Range") is { } range && Cloud.Options.ImageRanges != ImageRanges.Ignored)
        {
            if (Cloud.Options.ImageRanges == ImageRanges.Refused)
            {
                throw new ApiException(400, "Getting images randomly from this store is not supported.");
            }

            from = range.StartsWith("bytes=", StringComparison.Ordinal) && range.EndsWith('-')
                && long.TryParse(range[6..^1], CultureInfo.InvariantCulture, out var start) && start < data.Length
                ? start
                : throw new ApiException(416, "Invalid start position in Range header.");
        }

        return new ImageDownload(data, from, call.Header("Range") is not null && Cloud.Options.ImageRanges == ImageRanges.Given)
            .With("Content-Md5", data.Hash("md5"));
    }

    private Reply Usage(ApiCall call)
    {
        var own = Cloud.ImageList.FindAll(i => i.Owner == call.Token.ProjectId);
        var quotas = Cloud.Options.Quotas;
        return Reply.Ok(new JsonObject
        {
            ["usage"] = !quotas.AreTold ? new JsonObject() : new JsonObject
            {
                ["image_size_total"] = Entry(quotas.ImageBytes >> 20, own.Sum(i => i.Size ?? 0) >> 20),
                ["image_stage_total"] = Entry(null, 0),
                ["image_count_total"] = Entry(quotas.Images, own.Count),
                ["image_count_uploading"] = Entry(quotas.ImageUploads, own.Count(i => i.Status == "saving")),
            },
        });

        static JsonObject Entry(long? limit, long usage) => new() { ["usage"] = usage, ["limit"] = limit ?? -1 };
    }

    private Reply SetStatus(ApiCall call, string status)
    {
        Modifiable(call).Status = status;
        return NoContent();
    }

    private static Reply NoContent() => Reply.Empty(204, "text/html; charset=UTF-8");
}
