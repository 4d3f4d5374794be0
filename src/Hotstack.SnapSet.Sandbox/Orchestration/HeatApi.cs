using System.Text.Json.Nodes;
using Hotstack.Sandbox.Http;
using Hotstack.Sandbox.Identity;

namespace Hotstack.Sandbox.Orchestration;

/// <summary>Heat, read-only: stacks, outputs, resources, events.</summary>
internal sealed class HeatApi(SandboxCloud cloud) : Service(cloud, "orchestration", "/orchestration")
{
    private const string Root = "/v1/{project}";
    private const string One = Root + "/stacks/{name}/{id}";
    private const int MostRows = 1000;

    private static readonly string[] LookupParts = ["/resources", "/events", "/template"];

    public override void Map(Routes routes)
    {
        routes.Open("GET", "", call => Reply.Json(300, new JsonObject
        {
            ["versions"] = new JsonArray(new JsonObject
            {
                ["id"] = "v1.0", ["status"] = "CURRENT",
                ["links"] = new JsonArray(new JsonObject { ["rel"] = "self", ["href"] = call.Origin + "/orchestration/v1/" }),
            }),
        }));
        routes.Get(Root + "/build_info", _ => Reply.Ok(new JsonObject
        {
            ["api"] = new JsonObject { ["revision"] = "unknown" }, ["engine"] = new JsonObject { ["revision"] = "unknown" },
        }));
        routes.Get(Root + "/stacks", List);
        routes.Get(Root + "/stacks/{name}", call => Lookup(call, ""));
        foreach (var part in LookupParts)
        {
            routes.Get(Root + "/stacks/{name}" + part, call => Lookup(call, part));
        }

        routes.Get(One, call => Reply.Ok(new JsonObject { ["stack"] = HeatView.Of(call, Find(call)) }));
        routes.Get(One + "/outputs", call => Reply.Ok(new JsonObject
        {
            ["outputs"] = new JsonArray([.. Find(call).Outputs.Select(o => HeatView.Of(o, withValue: false))]),
        }));
        routes.Get(One + "/outputs/{key}", call => Find(call).Outputs.Find(o => o.Key == call.Route("key")) is { } output
            ? Reply.Ok(new JsonObject { ["output"] = HeatView.Of(output, withValue: true) })
            : throw new ApiException(404, $"Specified output key {call.Route("key")} not found.", "NotFound"));
        routes.Get(One + "/resources", call => Find(call) is var stack
            ? Reply.Ok(new JsonObject { ["resources"] = new JsonArray([.. stack.Resources.Select(r => HeatView.Of(call, stack, r))]) })
            : throw new InvalidOperationException());
        routes.Get(One + "/resources/{resource}", Resource);
        routes.Get(One + "/events", Events);
        routes.Get(One + "/template", call => Reply.Ok(new JsonObject { ["heat_template_version"] = "2018-08-31", ["resources"] = new JsonObject(), ["stack"] = Find(call).Name }));
        routes.Rest();
    }

    public override Reply Error(ApiException error, ApiCall call) => Reply.Json(error.Status, new JsonObject
    {
        ["code"] = error.Status,
        ["title"] = Reply.Reason(error.Status),
        ["explanation"] = error.Status switch
        {
            404 => "The resource could not be found.",
            403 => "Access was denied to this resource.",
            400 => "The server could not comply with the request since it is either malformed or otherwise incorrect.",
            _ => "The server has either erred or is incapable of performing the requested operation.",
        },
        ["error"] = new JsonObject
        {
            ["type"] = error.Kind ?? "HTTP" + Reply.Reason(error.Status).Replace(" ", "", StringComparison.Ordinal),
            ["traceback"] = null,
            ["message"] = error.Message,
        },
    });

    private static ApiException Missing(string name) => new(404, $"The Stack ({name}) could not be found.", "EntityNotFound");

    private static void CheckProject(ApiCall call)
    {
        if (call.Route("project") != call.Token.ProjectId && !call.Token.IsAdmin)
        {
            throw new ApiException(403, "Access was denied to this resource.");
        }
    }

    private Stack Find(ApiCall call)
    {
        CheckProject(call);
        return Cloud.StackList.Find(s => s.ProjectId == call.Route("project") && s.Name == call.Route("name") && s.Id == call.Route("id"))
            ?? throw Missing(call.Route("name"));
    }

    private Reply List(ApiCall call)
    {
        CheckProject(call);
        var found = Cloud.StackList
            .Where(s => s.ProjectId == call.Route("project"))
            .Where(s => call.Value("name") is null || call.Values("name").Contains(s.Name))
            .Where(s => call.Value("status") is null || call.Values("status").Any(v => s.Status.EndsWith(v, StringComparison.OrdinalIgnoreCase)));
        var (page, more) = Page(call, found, s => s.Id, MostRows, lenient: true);
        var o = new JsonObject { ["stacks"] = new JsonArray([.. page.Select(s => HeatView.Brief(call, s))]) };
        if (more && page.Count > 0)
        {
            o["links"] = new JsonArray(new JsonObject { ["rel"] = "next", ["href"] = NextLink(call, page[^1].Id) });
        }

        return Reply.Ok(o);
    }

    /// <summary>By its name or its id alone: a redirection to where it, or this part of it, is.</summary>
    private Reply Lookup(ApiCall call, string part)
    {
        CheckProject(call);
        var name = call.Route("name");
        var stack = Cloud.StackList.Find(s => s.ProjectId == call.Route("project") && (s.Name == name || s.Id == name)) ?? throw Missing(name);
        var place = HeatView.Self(call, stack) + part;
        if (call.QueryText.Length > 0)
        {
            place += "?" + call.QueryText;
        }

        return Reply.Html(302, $"The resource was found at {place}; you should be redirected automatically.").With("Location", place);
    }

    private Reply Resource(ApiCall call)
    {
        var stack = Find(call);
        var resource = stack.Resources.Find(r => r.Name == call.Route("resource"))
            ?? throw new ApiException(404, $"The Resource ({call.Route("resource")}) could not be found in Stack {stack.Name}.", "EntityNotFound");
        var o = HeatView.Of(call, stack, resource);
        o["description"] = "";
        o["attributes"] = new JsonObject { ["id"] = resource.PhysicalId };
        return Reply.Ok(new JsonObject { ["resource"] = o });
    }

    private Reply Events(ApiCall call)
    {
        var stack = Find(call);
        var all = stack.Resources
            .Select(r => (r.Name, r.PhysicalId, Reason: "state changed"))
            .Append((stack.Name, stack.Id, stack.StatusReason))
            .Select(e => HeatView.Event(call, stack, Catalogue.StableId(stack.Id + e.Item1), e.Item1, e.Item2, e.Item3));
        var (page, _) = Page(call, all, e => (string?)e["id"] ?? "", MostRows);
        return Reply.Ok(new JsonObject { ["events"] = new JsonArray([.. page]) });
    }
}
