using System.Text.Json.Nodes;
using Hotstack.Sandbox.Http;

namespace Hotstack.Sandbox.Compute;

/// <summary>Nova: servers, their actions and history, flavors.</summary>
internal sealed class NovaApi(SandboxCloud cloud) : Service(cloud, "compute", "/compute")
{
    /// <summary>Since then Nova tells of servers in cells that are down.</summary>
    private const int DownCells = 69;

    private const int MostRows = 1000;
    private const string OldHeader = "X-OpenStack-Nova-API-Version";

    private readonly ServerActions _actions = new(cloud);

    public override void Map(Routes routes)
    {
        routes.Open("GET", "", call => Reply.Ok(new JsonObject { ["versions"] = new JsonArray(Version(call, false)) }));
        routes.Open("GET", "/v2.1", call => Reply.Ok(new JsonObject { ["version"] = Version(call, true) }));
        routes.Get("/v2.1/servers", call => List(call, ServerView.Brief, ServerView.UnreachableBrief));
        routes.Get("/v2.1/servers/detail", call => List(call, ServerView.Of, ServerView.UnreachableInList));
        routes.Get("/v2.1/servers/{id}", call => Reply.Ok(new JsonObject
        {
            ["server"] = Find(call, call.Microversion >= DownCells) is { IsInDownCell: true } lost ? ServerView.Unreachable(call, lost)
                : ServerView.Of(call, Find(call)),
        }));
        routes.Delete("/v2.1/servers/{id}", call =>
        {
            _actions.Delete(call, Find(call));
            return Reply.Empty(204);
        });
        routes.Post("/v2.1/servers/{id}/action", call => call.Chunked
            ? throw new ApiException(400, "Malformed request body")
            : _actions.Act(call, Find(call)));
        routes.Post("/v2.1/servers", call => throw new ApiException(
            call.Chunked ? 400 : 403, call.Chunked ? "Malformed request body" : "The sandbox makes no servers."));
        new ServerMetadata(Find).Map(routes, "/v2.1/servers/{id}");
        routes.Get("/v2.1/servers/{id}/os-interface", Interfaces);
        routes.Get("/v2.1/servers/{id}/os-volume_attachments", Attachments);
        routes.Get("/v2.1/servers/{id}/os-instance-actions", call => Reply.Ok(new JsonObject
        {
            ["instanceActions"] = new JsonArray([.. Find(call).Actions.Select(a => ActionOf(call, a))]),
        }));
        routes.Get("/v2.1/servers/{id}/os-instance-actions/{request}",
            call => Find(call).Actions.Find(a => a.RequestId == call.Route("request")) is { } action
            ? Reply.Ok(new JsonObject { ["instanceAction"] = ActionOf(call, action) })
            : throw new ApiException(404, $"Action for request_id {call.Route("request")} on instance {call.Route("id")} not found"));
        routes.Get("/v2.1/flavors", call => Flavors(call, full: false));
        routes.Get("/v2.1/flavors/detail", call => Flavors(call, full: true));
        routes.Get("/v2.1/flavors/{id}", Flavor);
        routes.Get("/v2.1/flavors/{id}/os-extra_specs", _ => Reply.Ok(new JsonObject { ["extra_specs"] = new JsonObject() }));
        routes.Get("/v2.1/limits", Limits);
        routes.Get("/v2.1/os-keypairs", call => Reply.Ok(new JsonObject
        {
            ["keypairs"] = new JsonArray([.. Cloud.KeyPairList.Where(k => k.UserId == call.Token.User.Id).Select(k => new JsonObject
            {
                ["keypair"] = new JsonObject { ["name"] = k.Name, ["public_key"] = k.PublicKey, ["fingerprint"] = "", ["type"] = "ssh" },
            })]),
        }));
        routes.Get("/v2.1/extensions", _ => Reply.Ok(new JsonObject { ["extensions"] = new JsonArray() }));
        routes.Get("/v2.1/os-availability-zone", _ => Reply.Ok(new JsonObject
        {
            ["availabilityZoneInfo"] = new JsonArray(new JsonObject
            {
                ["zoneName"] = "nova", ["zoneState"] = new JsonObject { ["available"] = true }, ["hosts"] = null,
            }),
        }));
        routes.Rest();
    }

    public override Reply Error(ApiException error, ApiCall call)
    {
        var reply = Reply.Json(error.Status, new JsonObject
        {
            [KindOf(error.Status)] = new JsonObject { ["code"] = error.Status, ["message"] = error.Message },
        });
        reply.ContentType = "application/json; charset=UTF-8";
        return reply;
    }

    /// <summary>The names Nova and Cinder give to errors.</summary>
    internal static string KindOf(int status) => status switch
    {
        400 => "badRequest",
        401 => "unauthorized",
        403 => "forbidden",
        404 => "itemNotFound",
        405 => "badMethod",
        409 => "conflictingRequest",
        413 or 429 => "overLimit",
        415 => "badMediaType",
        501 => "notImplemented",
        503 => "serviceUnavailable",
        _ => "computeFault",
    };

    protected override void Prepare(ApiCall call)
    {
        // 0 until it is known: an answer to a version that is none at all names none.
        call.Microversion = Microversion.Asked(call, "compute", OldHeader)?.Contains('.', StringComparison.Ordinal) == false ? 0 : 1;
        call.Microversion = Microversion.Read(call, "compute", OldHeader, 2, 1, Cloud.Options.NovaMinor);
    }

    public override void Finish(ApiCall call, Reply reply)
    {
        base.Finish(call, reply);
        reply.With("X-Compute-Request-Id", call.RequestId);
        if (reply.Status != 401 && call.Microversion > 0 && reply.ContentType?.StartsWith("text/html", StringComparison.Ordinal) != true)
        {
            var version = reply.Status == 406 ? Microversion.Asked(call, "compute", OldHeader) : $"2.{call.Microversion}";
            reply.With("OpenStack-API-Version", "compute " + version).With(OldHeader, version ?? "2.1")
                .With("Vary", $"OpenStack-API-Version, {OldHeader}");
        }
    }

    private JsonObject Version(ApiCall call, bool full)
    {
        var links = new JsonArray(new JsonObject { ["rel"] = "self", ["href"] = call.Origin + "/compute/v2.1/" });
        var o = new JsonObject
        {
            ["id"] = "v2.1", ["status"] = "CURRENT", ["version"] = $"2.{Cloud.Options.NovaMinor}", ["min_version"] = "2.1",
            ["updated"] = "2013-07-23T11:33:21Z", ["links"] = links,
        };
        if (full)
        {
            links.Add(new JsonObject { ["rel"] = "describedby", ["type"] = "text/html", ["href"] = "http://docs.openstack.org/" });
            o["media-types"] = new JsonArray(new JsonObject
            {
                ["base"] = "application/json", ["type"] = "application/vnd.openstack.compute+json;version=2.1",
            });
        }

        return o;
    }

    private static JsonObject ActionOf(ApiCall call, InstanceAction action)
    {
        var o = new JsonObject
        {
            ["action"] = action.Action, ["instance_uuid"] = call.Route("id"), ["request_id"] = action.RequestId,
            ["user_id"] = action.UserId, ["project_id"] = call.Token.ProjectId,
            ["start_time"] = Times.Micro(action.StartTime), ["message"] = action.Message,
        };
        if (call.Microversion >= 58)
        {
            o["updated_at"] = Times.Micro(action.UpdatedAt);
        }

        return o;
    }

    private Server Find(ApiCall call) => Find(call, false);

    private Server Find(ApiCall call, bool alsoUnreachable)
    {
        var id = call.Route("id");
        var server = Cloud.ServerList.Find(s => s.Id == id && (call.Token.IsAdmin || s.ProjectId == call.Token.ProjectId)
            && Cloud.Shows(s.CreatedAt))
            ?? throw new ApiException(404, $"Instance {id} could not be found.");
        return server.IsInDownCell && !alsoUnreachable
            ? throw new ApiException(500,
                "Unexpected API Error. Please report this at http://bugs.launchpad.net/nova/ and attach the Nova API log if possible.\n"
                + "<class 'nova.exception.NovaException'>")
            : server;
    }

    private Reply List(ApiCall call, Func<ApiCall, Server, JsonObject> view, Func<ApiCall, Server, JsonObject> unreachable)
    {
        var all = new ServerQuery(call).Run(Cloud.ServerList.Where(s => Cloud.Shows(s.CreatedAt, isList: true))).ToList();
        var (page, more) = Page(call, all.Where(s => !s.IsInDownCell), s => s.Id, MostRows);

        // Nothing is known of them that a filter, an order or a page could go by.
        var isPlain = call.Query.All(p => p.Key == "all_tenants");
        var lost = call.Microversion >= DownCells && isPlain ? all.Where(s => s.IsInDownCell).Take(MostRows - page.Count) : [];
        var o = new JsonObject { ["servers"] = new JsonArray(
            [.. lost.Select(s => unreachable(call, s)), .. page.Select(s => view(call, s))]) };
        if (more && page.Count > 0)
        {
            o["servers_links"] = new JsonArray(new JsonObject { ["rel"] = "next", ["href"] = NextLink(call, page[^1].Id) });
        }

        return Reply.Ok(o);
    }

    private Reply Interfaces(ApiCall call) => Reply.Ok(new JsonObject
    {
        ["interfaceAttachments"] = new JsonArray([.. Find(call) is var server ? server.Ports.Select(p => new JsonObject
        {
            ["net_id"] = p.Network.Id, ["port_id"] = p.Id, ["mac_addr"] = p.MacAddress,
            ["port_state"] = server.VmState == "active" ? "ACTIVE" : "DOWN",
            ["fixed_ips"] = Networking.NeutronView.FixedIps(p),
        }) : []]),
    });

    private Reply Attachments(ApiCall call) => Reply.Ok(new JsonObject
    {
        ["volumeAttachments"] = new JsonArray([.. Find(call) is var server ? server.Volumes.Select(v => new JsonObject
        {
            ["id"] = v.Id, ["volumeId"] = v.Id, ["serverId"] = server.Id, ["device"] = v.DeviceOn(server),
        }) : []]),
    });

    private Reply Flavors(ApiCall call, bool full) => Reply.Ok(new JsonObject
    {
        ["flavors"] = new JsonArray([.. Cloud.FlavorList.Select(f => ServerView.FlavorOf(call, f, full))]),
    });

    private Reply Flavor(ApiCall call) => Cloud.FlavorList.Find(f => f.Id == call.Route("id")) is { } flavor
        ? Reply.Ok(new JsonObject { ["flavor"] = ServerView.FlavorOf(call, flavor, full: true) })
        : throw new ApiException(404, $"Flavor {call.Route("id")} could not be found.");

    private Reply Limits(ApiCall call)
    {
        var quotas = new ComputeQuotas(Cloud, call.Token.ProjectId);
        return Reply.Ok(new JsonObject
        {
            ["limits"] = new JsonObject
            {
                ["rate"] = new JsonArray(),
                ["absolute"] = new JsonObject
                {
                    ["maxTotalInstances"] = quotas.MostInstances, ["maxTotalCores"] = quotas.MostCores,
                        ["maxTotalRAMSize"] = quotas.MostRam,
                    ["maxServerMeta"] = ServerMetadata.Most, ["maxImageMeta"] = 128, ["maxTotalKeypairs"] = 100,
                    ["totalRAMUsed"] = quotas.Ram, ["totalCoresUsed"] = quotas.Cores, ["totalInstancesUsed"] = quotas.Instances,
                },
            },
        });
    }
}
