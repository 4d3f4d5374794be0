using System.Text.Json.Nodes;
using Hotstack.Sandbox.Compute;
using Hotstack.Sandbox.Http;

namespace Hotstack.Sandbox.Volumes;

/// <summary>Cinder: volumes to look at and delete, snapshots of them to make and delete.</summary>
internal sealed class CinderApi(SandboxCloud cloud) : Service(cloud, "volume", "/volume")
{
    private const int NewestMinor = 70;
    private const int MostRows = 1000;
    private const string Root = "/v3/{project}";

    private readonly SnapshotMaker _maker = new(cloud);
    private readonly VolumeMaker _volumes = new(cloud);

    public override void Map(Routes routes)
    {
        routes.Open("GET", "", call => Versions(call, 300));
        routes.Get("/v3", call => Versions(call, 200));
        Get(routes, "/volumes", call => List(call, "volumes", Volumes(call), v => v.Id, v => CinderView.Brief(call, v)));
        Get(routes, "/volumes/detail", call => List(call, "volumes", Volumes(call), v => v.Id, v => CinderView.Of(call, v)));
        Get(routes, "/volumes/{id}", call => Reply.Ok(new JsonObject { ["volume"] = CinderView.Of(call, Volume(call, call.Route("id"))) }));
        Get(routes, "/snapshots", call => List(call, "snapshots", Snapshots(call), s => s.Id, s => CinderView.Of(call, s, full: false)));
        Get(routes, "/snapshots/detail",
            call => List(call, "snapshots", Snapshots(call), s => s.Id, s => CinderView.Of(call, s, full: true)));
        Get(routes, "/snapshots/{id}", call => Reply.Ok(new JsonObject { ["snapshot"] = CinderView.Of(call, Snapshot(call), full: true) }));
        routes.Post(Root + "/snapshots", Create);
        routes.Delete(Root + "/snapshots/{id}", call =>
        {
            _maker.Delete(Snapshot(call));
            return Reply.Empty(202, "text/html; charset=UTF-8");
        });
        Get(routes, "/messages", Messages);
        Get(routes, "/limits", Limits);
        Get(routes, "/types", _ => Reply.Ok(
            new JsonObject { ["volume_types"] = new JsonArray([.. VolumeType.All.Select(CinderView.Of)]) }));
        Get(routes, "/os-quota-sets/{id}", Quotas);
        routes.Delete(Root + "/volumes/{id}", call =>
        {
            _volumes.Delete(Volume(call, call.Route("id")));
            return Reply.Empty(202, "text/html; charset=UTF-8");
        });
        routes.Rest();
    }

    public override Reply Error(ApiException error, ApiCall call)
    {
        // A quota is a 413 in Cinder's own answers; Nova makes a 403 of it.
        var status = error.Kind == "quota" ? 413 : error.Status;
        var body = new JsonObject { ["code"] = status, ["message"] = error.Message };
        if (status == 413)
        {
            body["retryAfter"] = "0";
        }

        var reply = Reply.Json(status, new JsonObject { [NovaApi.KindOf(status)] = body });
        return status == 413 ? reply.With("Retry-After", "0") : reply;
    }

    protected override void Prepare(ApiCall call) => call.Microversion = Microversion.Read(call, "volume", null, 3, 0, NewestMinor);

    public override void Finish(ApiCall call, Reply reply)
    {
        base.Finish(call, reply);
        var page = reply.ContentType?.StartsWith("text/html", StringComparison.Ordinal) == true;
        if (!page && reply.Status != 401)
        {
            reply.With("X-Compute-Request-Id", call.RequestId);
        }

        if (reply.Status != 401 && !(page && reply.Status == 404))
        {
            reply.With("OpenStack-API-Version", $"volume 3.{call.Microversion}")
                .With("Vary", "OpenStack-API-Version");
        }
    }

    private static Reply Versions(ApiCall call, int status) => Reply.Json(status, new JsonObject
    {
        ["versions"] = new JsonArray(new JsonObject
        {
            ["id"] = "v3.0", ["status"] = "CURRENT", ["version"] = $"3.{NewestMinor}", ["min_version"] = "3.0",
            ["updated"] = "2022-08-31T00:00:00Z",
            ["links"] = new JsonArray(
                new JsonObject { ["rel"] = "describedby", ["type"] = "text/html", ["href"] = "https://docs.openstack.org/" },
                new JsonObject { ["rel"] = "self", ["href"] = call.Origin + "/volume/v3/" }),
            ["media-types"] = new JsonArray(new JsonObject
            {
                ["base"] = "application/json", ["type"] = "application/vnd.openstack.volume+json;version=3",
            }),
        }),
    });

    private static void Get(Routes routes, string pattern, Handler handler) => routes.Get(Root + pattern, call =>
        call.Route("project") == call.Token.ProjectId || call.Token.IsAdmin
            ? handler(call)
            : throw new ApiException(400, "Malformed request url"));

    private static bool Sees(ApiCall call, string project, bool everywhere) =>
        project == call.Token.ProjectId || (call.Token.IsAdmin && everywhere);

    private static bool Everywhere(ApiCall call) => call.Value("all_tenants") is "1" or "True" or "true";

    private static Reply List<T>(ApiCall call, string name, IEnumerable<T> all, Func<T, string> id, Func<T, JsonObject> view)
    {
        var (page, more) = Page(call, all, id, MostRows);
        var o = new JsonObject { [name] = new JsonArray([.. page.Select(view)]) };
        if (more && page.Count > 0)
        {
            o[name + "_links"] = new JsonArray(new JsonObject { ["rel"] = "next", ["href"] = NextLink(call, id(page[^1])) });
        }

        return Reply.Ok(o);
    }

    private IEnumerable<Volume> Volumes(ApiCall call) => Cloud.VolumeList
        .Where(v => Sees(call, v.ProjectId, Everywhere(call)) && Cloud.Shows(v.CreatedAt, isList: true))
        .Where(v => call.Value("name") is not { } name || v.Name == name)
        .Where(v => call.Value("status") is not { } status || v.Status == status)
        .OrderByDescending(v => v.CreatedAt).ThenBy(v => v.Id, StringComparer.Ordinal);

    private IEnumerable<VolumeSnapshot> Snapshots(ApiCall call) => Cloud.VolumeSnapshotList
        .Where(s => Sees(call, s.Volume.ProjectId, Everywhere(call)) && Cloud.Shows(s.CreatedAt, isList: true))
        .Where(s => call.Value("name") is not { } name || s.Name == name)
        .Where(s => call.Value("status") is not { } status || s.Status == status)
        .Where(s => call.Value("volume_id") is not { } volume || s.Volume.Id == volume)
        .OrderByDescending(s => s.CreatedAt).ThenByDescending(s => s.Id, StringComparer.Ordinal);

    private Volume Volume(ApiCall call, string id) =>
        Cloud.VolumeList.Find(v => v.Id == id && Sees(call, v.ProjectId, true) && Cloud.Shows(v.CreatedAt))
        ?? throw new ApiException(404, $"Volume {id} could not be found.");

    private VolumeSnapshot Snapshot(ApiCall call)
    {
        var id = call.Route("id");
        return Cloud.VolumeSnapshotList.Find(s => s.Id == id && Sees(call, s.Volume.ProjectId, true) && Cloud.Shows(s.CreatedAt))
            ?? throw new ApiException(404, $"Snapshot {id} could not be found.");
    }

    /// <summary>Since 3.3; the query counts since 3.5.</summary>
    private Reply Messages(ApiCall call)
    {
        if (call.Microversion < 3)
        {
            throw new ApiException(404, "The resource could not be found.");
        }

        var all = Cloud.VolumeMessageList
            .Where(m => m.ProjectId == call.Route("project"))
            .Where(m => call.Microversion < 5 || call.Value("resource_uuid") is not { } id || m.ResourceId == id)
            .OrderByDescending(m => m.CreatedAt);
        return List(call, "messages", all, m => m.Id, m => CinderView.Of(call, m));
    }

    private Reply Create(ApiCall call)
    {
        if (call.Chunked)
        {
            throw new ApiException(500, "The server has either erred or is incapable of performing the requested operation.");
        }

        if ((call.ParseBody() as JsonObject)?["snapshot"] is not JsonObject body)
        {
            throw new ApiException(400, "'snapshot' is a required property");
        }

        var id = (string?)body["volume_id"] ?? "";
        if (!Guid.TryParse(id, out _))
        {
            throw new ApiException(400,
                $"Invalid input for field/attribute volume_id. Value: {id}. '{id}' is not valid under any of the given schemas");
        }

        var volume = Volume(call, id);
        var force = call.Microversion >= 66 || body["force"]?.ToString() is "true" or "True";
        if (volume.Status is not "available" && !(force && volume.Status == "in-use"))
        {
            throw new ApiException(400, $"Invalid volume: Volume {id} status must be available, but current status is: {volume.Status}.");
        }

        var snapshot = _maker.Make(volume, (string?)body["name"] ?? "", (string?)body["description"], call.Token.User.Id);
        foreach (var (key, value) in body["metadata"] as JsonObject ?? [])
        {
            snapshot.Metadata[key] = (string?)value ?? "";
        }

        return Reply.Json(202, new JsonObject { ["snapshot"] = CinderView.Of(call, snapshot, full: false) });
    }

    private Reply Limits(ApiCall call)
    {
        var quotas = new VolumeQuotas(Cloud, call.Token.ProjectId);
        return Reply.Ok(new JsonObject
        {
            ["limits"] = new JsonObject
            {
                ["rate"] = new JsonArray(),
                ["absolute"] = new JsonObject
                {
                    ["maxTotalVolumes"] = quotas.MostVolumes, ["maxTotalSnapshots"] = quotas.MostSnapshots,
                    ["maxTotalVolumeGigabytes"] = quotas.MostGigabytes, ["totalVolumesUsed"] = quotas.Volumes,
                    ["totalGigabytesUsed"] = quotas.Gigabytes, ["totalSnapshotsUsed"] = quotas.Snapshots,
                },
            },
        });
    }

    /// <summary>The limits, or with <c>usage</c> what is used of them as well.</summary>
    private Reply Quotas(ApiCall call)
    {
        var quotas = new VolumeQuotas(Cloud, call.Route("id"));
        var usage = call.Value("usage") is "True" or "true" or "1";
        JsonNode Of(int limit, int used) => usage
            ? new JsonObject { ["limit"] = limit, ["in_use"] = used, ["reserved"] = 0, ["allocated"] = 0 } : limit;
        return Reply.Ok(new JsonObject
        {
            ["quota_set"] = new JsonObject
            {
                ["id"] = call.Route("id"), ["volumes"] = Of(quotas.MostVolumes, quotas.Volumes),
                ["snapshots"] = Of(quotas.MostSnapshots, quotas.Snapshots),
                ["gigabytes"] = Of(quotas.MostGigabytes, quotas.Gigabytes), ["per_volume_gigabytes"] = Of(-1, 0),
                ["backups"] = Of(10, 0), ["backup_gigabytes"] = Of(1000, 0), ["groups"] = Of(10, 0),
            },
        });
    }
}
