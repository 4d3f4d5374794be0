using System.Text.Json.Nodes;
using Hotstack.Sandbox.Http;

namespace Hotstack.Sandbox.Networking;

/// <summary>Neutron, read-only: what stacks made of it, and its quotas.</summary>
internal sealed class NeutronApi(SandboxCloud cloud) : Service(cloud, "network", "/networking")
{
    private const int MostRows = 1000;

    private static readonly string[] Control = ["fields", "limit", "marker", "page_reverse", "sort_key", "sort_dir"];

    private static readonly string[] Resources = ["network", "subnet", "port", "router", "floatingip", "trunk"];

    private static readonly string[] Extensions =
        ["external-net", "port-security", "router", "standard-attr-timestamp", "binding", "quotas", "quota_details", "trunk",
            "security-group"];

    public override void Map(Routes routes)
    {
        routes.Open("GET", "", call => Reply.Ok(new JsonObject
        {
            ["versions"] = new JsonArray(new JsonObject
            {
                ["id"] = "v2.0", ["status"] = "CURRENT",
                ["links"] = new JsonArray(new JsonObject { ["rel"] = "self", ["href"] = call.Origin + "/networking/v2.0/" }),
            }),
        }));
        routes.Get("/v2.0", call => Reply.Ok(new JsonObject
        {
            ["resources"] = new JsonArray([.. Resources.Select(name => new JsonObject
            {
                ["name"] = name, ["collection"] = name + "s",
                ["links"] = new JsonArray(new JsonObject { ["rel"] = "self", ["href"] = $"{call.Origin}/networking/v2.0/{name}s" }),
            })]),
        }));
        Collection(routes, "ports", "port", call => Cloud.PortList.Where(p => Sees(call, p.Network.ProjectId)).Select(NeutronView.Of));
        Collection(routes, "networks", "network", call => Cloud.NetworkList.Where(n => Sees(call, n.ProjectId) || n.External)
            .Select(NeutronView.Of));
        Collection(routes, "subnets", "subnet", call =>
            Cloud.NetworkList.Where(n => Sees(call, n.ProjectId)).SelectMany(n => n.Subnets).Select(NeutronView.Of));
        Collection(routes, "floatingips", "floatingip", call => Cloud.FloatingIpList.Where(f => Sees(call, f.ProjectId)).Select(f =>
            NeutronView.Of(f, Cloud.RouterList.Find(r => r.ProjectId == f.ProjectId && r.Outside == f.Network))));
        Collection(routes, "routers", "router", call => Cloud.RouterList.Where(r => Sees(call, r.ProjectId)).Select(NeutronView.Of));
        Collection(routes, "trunks", "trunk", call => Cloud.TrunkList.Where(t => Sees(call, t.Parent.Network.ProjectId))
            .Select(NeutronView.Of));
        Collection(routes, "security-groups", "security_group", call =>
            Cloud.SecurityGroupList.Where(g => Sees(call, g.ProjectId)).Select(NeutronView.Of));
        routes.Post("/v2.0/{collection}", call => call.Chunked
            ? throw new ApiException(400, $"Unable to find '{call.Route("collection").TrimEnd('s')}' in request body", "HTTPBadRequest")
            : throw new ApiException(403, "The sandbox's networks cannot be changed.", "PolicyNotAuthorized"));
        routes.Get("/v2.0/extensions",
            _ => Reply.Ok(new JsonObject { ["extensions"] = new JsonArray([.. Extensions.Select(ExtensionOf)]) }));
        routes.Get("/v2.0/extensions/{alias}", call => Extensions.Contains(call.Route("alias"))
            ? Reply.Ok(new JsonObject { ["extension"] = ExtensionOf(call.Route("alias")) })
            : throw new ApiException(404, "Extension with alias " + call.Route("alias") + " does not exist", "HTTPNotFound"));
        routes.Get("/v2.0/quotas/{project}", call => Quotas(call, (limit, _) => limit));
        routes.Get("/v2.0/quotas/{project}/details.json", QuotaDetails);
        routes.Get("/v2.0/quotas/{project}/details", QuotaDetails);
        routes.Rest();
    }

    public override Reply Error(ApiException error, ApiCall call) => Reply.Json(error.Status, new JsonObject
    {
        ["NeutronError"] = new JsonObject
        {
            ["type"] = error.Kind ?? "HTTP" + Reply.Reason(error.Status).Replace(" ", "", StringComparison.Ordinal),
            ["message"] = error.Message,
            ["detail"] = "",
        },
    });

    public override Reply NotFound(ApiCall call) =>
        Error(new ApiException(404, "The resource could not be found.", "HTTPNotFound"), call);

    private static bool Sees(ApiCall call, string project) => call.Token.IsAdmin || project == call.Token.ProjectId;

    private Reply QuotaDetails(ApiCall call) =>
        Quotas(call, (limit, used) => new JsonObject { ["limit"] = limit, ["used"] = used, ["reserved"] = 0 });

    private Reply Quotas(ApiCall call, Func<int, int, JsonNode> view)
    {
        var project = call.Route("project");
        if (!Sees(call, project))
        {
            throw new ApiException(403, "Non-admin is not authorised to access quotas for another tenant", "NotAuthorized");
        }

        var quotas = new NetworkQuotas(Cloud, project);
        return Reply.Ok(new JsonObject
        {
            ["quota"] = new JsonObject(
                NetworkQuotas.Kinds.Select(k => KeyValuePair.Create(k, (JsonNode?)view(quotas.Limit(k), quotas.Used(k))))),
        });
    }

    private static JsonObject ExtensionOf(string alias) => new()
    {
        ["name"] = alias, ["alias"] = alias, ["description"] = "", ["updated"] = "2015-01-01T10:00:00-00:00", ["links"] = new JsonArray(),
    };

    private static void Collection(Routes routes, string plural, string singular, Func<ApiCall, IEnumerable<JsonObject>> rows)
    {
        var member = plural.Replace('-', '_');
        routes.Get("/v2.0/" + plural, call =>
        {
            var all = Filter(call, rows(call).ToList());
            var (page, more) = Page(call, all, row => (string?)row["id"] ?? "", MostRows, lenient: true);
            var o = new JsonObject { [member] = new JsonArray([.. page.Select(row => Fields(call, row))]) };
            if (more && page.Count > 0)
            {
                o[member + "_links"] = new JsonArray(new JsonObject
                {
                    ["rel"] = "next", ["href"] = NextLink(call, (string?)page[^1]["id"] ?? ""),
                });
            }

            return Reply.Ok(o);
        });
        routes.Get($"/v2.0/{plural}/{{id}}", call => rows(call).FirstOrDefault(row => (string?)row["id"] == call.Route("id")) is { } found
            ? Reply.Ok(new JsonObject { [singular] = Fields(call, found) })
            : throw new ApiException(
                404,
                $"{char.ToUpperInvariant(singular[0])}{singular[1..]} {call.Route("id")} could not be found.",
                $"{char.ToUpperInvariant(singular[0])}{singular[1..]}NotFound"));
    }

    /// <summary>A key given more than once means any of its values; different keys must all match.</summary>
    private static IEnumerable<JsonObject> Filter(ApiCall call, List<JsonObject> rows)
    {
        var filters = call.Query.Where(p => !Control.Contains(p.Key)).GroupBy(p => p.Key, p => p.Value).ToList();
        var unknown = filters.Find(f => rows.Count > 0 && !rows[0].ContainsKey(f.Key) && f.Key is not ("tags" or "any_tags"));
        if (unknown is not null)
        {
            throw new ApiException(400, $"['{unknown.Key}'] is invalid attribute for filtering", "HTTPBadRequest");
        }

        return rows.Where(row => filters.TrueForAll(f => f.Any(value => Matches(row[f.Key], value))));
    }

    private static bool Matches(JsonNode? has, string value) => has switch
    {
        // fixed_ips=ip_address=192.168.32.10
        JsonArray list => list.OfType<JsonObject>().Any(o => value.Split('=', 2) is [var k, var v] && (string?)o[k] == v),
        JsonValue v when v.TryGetValue(out bool flag) => flag == (value is "true" or "True" or "1"),
        null => value.Length == 0,
        _ => string.Equals(has.ToString(), value, StringComparison.OrdinalIgnoreCase),
    };

    private static JsonObject Fields(ApiCall call, JsonObject row)
    {
        var wanted = call.Values("fields").ToHashSet();
        return wanted.Count == 0
            ? row
            : new JsonObject(row.Where(p => wanted.Contains(p.Key))
                .Select(p => new KeyValuePair<string, JsonNode?>(p.Key, p.Value?.DeepClone())));
    }
}
