using System.Text.Json.Nodes;
using Hotstack.Sandbox.Http;
using Hotstack.Sandbox.Orchestration.Hot;
using Hotstack.Sandbox.Orchestration.Types;

namespace Hotstack.Sandbox.Orchestration;

/// <summary>Heat: stacks, their outputs, resources and events.</summary>
internal sealed class HeatApi(SandboxCloud cloud) : Service(cloud, "orchestration", "/orchestration")
{
    private const string Root = "/v1/{project}";
    private const string One = Root + "/stacks/{name}/{id}";
    private const int MostRows = 1000;

    private static readonly string[] LookupParts = ["/resources", "/events", "/template", "/outputs", "/environment", "/files"];

    private readonly StackService _stacks = new(cloud);

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
        routes.Get(Root + "/resource_types", _ => Reply.Ok(new JsonObject
        {
            ["resource_types"] = new JsonArray([.. ResourceKind.All.Keys.Order().Select(t => (JsonNode)t)]),
        }));
        routes.Post(Root + "/validate", Validate);
        routes.Get(Root + "/stacks", List);
        routes.Post(Root + "/stacks", Create);
        routes.Post(Root + "/stacks/preview", Preview);
        routes.Get(Root + "/stacks/{name}", call => Lookup(call, ""));
        routes.Put(Root + "/stacks/{name}", call => Lookup(call, ""));
        routes.Patch(Root + "/stacks/{name}", call => Lookup(call, ""));
        routes.Delete(Root + "/stacks/{name}", call => Lookup(call, ""));
        foreach (var part in LookupParts)
        {
            routes.Get(Root + "/stacks/{name}" + part, call => Lookup(call, part));
        }

        routes.Get(One, call => Reply.Ok(new JsonObject { ["stack"] = Show(call, Find(call)) }));
        routes.Put(One, call => Update(call, existing: false));
        routes.Patch(One, call => Update(call, existing: true));
        routes.Put(One + "/preview", call => PreviewUpdate(call, existing: false));
        routes.Patch(One + "/preview", call => PreviewUpdate(call, existing: true));
        routes.Delete(One, call =>
        {
            _stacks.Delete(Live(call));
            return Reply.Empty(204);
        });
        routes.Get(One + "/outputs", call => Reply.Ok(new JsonObject
        {
            ["outputs"] = new JsonArray([.. _stacks.Outputs(Find(call)).Select(o => HeatView.Of(o, withValue: false))]),
        }));
        routes.Get(One + "/outputs/{key}", call => _stacks.Outputs(Find(call)).FirstOrDefault(o => o.Key == call.Route("key")) is { } output
            ? Reply.Ok(new JsonObject { ["output"] = HeatView.Of(output, withValue: true) })
            : throw new ApiException(404, $"Specified output key {call.Route("key")} not found.", "NotFound"));
        routes.Get(One + "/resources", Resources);
        routes.Get(One + "/resources/{resource}", Resource);
        routes.Get(One + "/resources/{resource}/metadata", call =>
        {
            FindResource(call);
            return Reply.Ok(new JsonObject { ["metadata"] = new JsonObject() });
        });
        routes.Get(One + "/resources/{resource}/events", call => Events(call, call.Route("resource")));
        routes.Get(One + "/events", call => Events(call, null));
        routes.Get(One + "/template", call => Reply.Ok(Find(call).Plan.Template.Body.DeepClone()));
        routes.Get(One + "/environment", call => Reply.Ok(HeatView.Environment(Find(call).Plan)));
        routes.Get(One + "/files",
            call => Reply.Ok(new JsonObject(Find(call).Plan.Files.Select(f => KeyValuePair.Create(f.Key, (JsonNode?)f.Value)))));
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
            409 => "There was a conflict when trying to complete your request.",
            _ => "The server has either erred or is incapable of performing the requested operation.",
        },
        ["error"] = new JsonObject
        {
            ["type"] = error.Kind ?? "HTTP" + Reply.Reason(error.Status).Replace(" ", "", StringComparison.Ordinal),
            ["traceback"] = null,
            ["message"] = error.Message,
        },
    });

    private static void CheckProject(ApiCall call)
    {
        if (call.Route("project") != call.Token.ProjectId && !call.Token.IsAdmin)
        {
            throw new ApiException(403, "Access was denied to this resource.");
        }
    }

    private bool IsThisOne(ApiCall call, Stack stack) =>
        Cloud.Shows(stack.CreatedAt) &&
        stack.ProjectId == call.Route("project") && stack.Name == call.Route("name") && stack.Id == call.Route("id");

    private Stack Live(ApiCall call)
    {
        CheckProject(call);
        return Cloud.StackList.Find(s => IsThisOne(call, s)) ?? throw HeatErrors.StackMissing(call.Route("name"));
    }

    /// <summary>Also one that is deleted: who knows its id may still look at it.</summary>
    private Stack Find(ApiCall call)
    {
        CheckProject(call);
        return Cloud.StackList.Find(s => IsThisOne(call, s)) ?? Cloud.DeletedStackList.Find(s => IsThisOne(call, s))
            ?? throw HeatErrors.StackMissing(call.Route("name"));
    }

    private StackResource FindResource(ApiCall call)
    {
        var stack = Find(call);
        return stack.Find(call.Route("resource"))
            ?? throw new ApiException(404, $"The Resource ({call.Route("resource")}) could not be found in Stack {stack.Name}.",
                "ResourceNotFound");
    }

    private JsonObject Show(ApiCall call, Stack stack) =>
        HeatView.Of(call, stack, string.Equals(call.Value("resolve_outputs"), "false", StringComparison.OrdinalIgnoreCase) ? null
            : _stacks.Outputs(stack));

    private Reply List(ApiCall call)
    {
        CheckProject(call);
        var found = Cloud.StackList
            .Where(s => s.ProjectId == call.Route("project") && Cloud.Shows(s.CreatedAt, isList: true))
            .Where(s => Any(call, "name", v => v == s.Name) && Any(call, "id", v => v == s.Id) && Any(call, "action", v => v == s.Action))
            .Where(s => Any(call, "status", v => s.Status.EndsWith(v, StringComparison.OrdinalIgnoreCase)))
            .Where(s => call.Value("tags") is not { } tags || tags.Split(',').All(s.Tags.Contains))
            .Reverse().OrderByDescending(s => s.CreatedAt);
        var (page, more) = Page(call, found, s => s.Id, MostRows, lenient: true);
        var o = new JsonObject { ["stacks"] = new JsonArray([.. page.Select(s => HeatView.Brief(call, s))]) };
        if (more && page.Count > 0)
        {
            o["links"] = new JsonArray(new JsonObject { ["rel"] = "next", ["href"] = NextLink(call, page[^1].Id) });
        }

        return Reply.Ok(o);
    }

    private static bool Any(ApiCall call, string key, Func<string, bool> matches) => call.Value(key) is null || call.Values(key)
        .Any(matches);

    /// <summary>By its name or its id alone: a redirection to where it, or this part of it, is.</summary>
    private Reply Lookup(ApiCall call, string part)
    {
        CheckProject(call);
        var name = call.Route("name");
        var stack = Cloud.StackList.Find(s => s.ProjectId == call.Route("project") && (s.Name == name || s.Id == name)
            && Cloud.Shows(s.CreatedAt))
            ?? Cloud.DeletedStackList.Find(s => s.ProjectId == call.Route("project") && s.Id == name)
            ?? throw HeatErrors.StackMissing(name);
        var place = HeatView.Self(call, stack) + part;
        if (call.QueryText.Length > 0)
        {
            place += "?" + call.QueryText;
        }

        return Reply.Html(call, 302, $"The resource was found at {place}; you should be redirected automatically.").With("Location", place);
    }

    private Reply Create(ApiCall call)
    {
        CheckProject(call);
        var stack = _stacks.Create(new StackRequest(call), call.Token.User, call.Route("project"));
        return Reply.Json(201, new JsonObject
        {
            ["stack"] = new JsonObject { ["id"] = stack.Id, ["links"] = new JsonArray(HeatView.Link(HeatView.Self(call, stack), "self")) },
        }).With("Location", HeatView.Self(call, stack));
    }

    private Reply Preview(ApiCall call)
    {
        CheckProject(call);
        var stack = _stacks.Plan(new StackRequest(call), call.Token.User, call.Route("project"));
        var resources = new StackChecker(Cloud, stack.ProjectId).Check(stack, stack.Plan);
        var graph = new ResourceGraph(stack.Plan.Template, [.. resources.Select(r => r.Definition)]);
        var o = HeatView.Of(call, stack, outputs: null);
        o.Remove("stack_status");
        o.Remove("stack_status_reason");
        o["resources"] = new JsonArray([.. resources.Select(r => HeatView.Planned(stack, r.Resource, graph.RequiredBy(r.Resource.Name)))]);
        return Reply.Ok(new JsonObject { ["stack"] = o });
    }

    private Reply Update(ApiCall call, bool existing)
    {
        _stacks.Update(Live(call), new StackRequest(call), existing);
        return Reply.Empty(202, "application/json");
    }

    private Reply PreviewUpdate(ApiCall call, bool existing)
    {
        var stack = Live(call);
        var plan = _stacks.PlanUpdate(stack, new StackRequest(call), existing);
        return Reply.Ok(new JsonObject { ["resource_changes"] = new UpdatePreview(Cloud, stack, plan).View() });
    }

    private Reply Resources(ApiCall call)
    {
        var stack = Find(call);
        var found = stack.Resources
            .Where(r => Any(call, "type", v => v == r.Kind.Type) && Any(call, "name", v => v == r.Name))
            .Where(r => Any(call, "status", v => r.Status.EndsWith(v, StringComparison.OrdinalIgnoreCase)));
        var detail = call.Value("with_detail") is "True" or "true" or "1";
        return Reply.Ok(new JsonObject
        {
            ["resources"] = new JsonArray([.. found.Select(r => detail ? Detailed(call, stack, r) : HeatView.Of(call, stack, r))]),
        });
    }

    private Reply Resource(ApiCall call) => Reply.Ok(new JsonObject { ["resource"] = Detailed(call, Find(call), FindResource(call)) });

    private JsonObject Detailed(ApiCall call, Stack stack, StackResource resource)
    {
        var o = HeatView.Of(call, stack, resource);
        o["description"] = resource.Description;
        var site = new ResourceSite(Cloud, stack, resource, resource.Properties);
        o["attributes"] = new JsonObject(resource.Kind.Attributes.Where(_ => resource.PhysicalId.Length > 0)
            .Select(a => KeyValuePair.Create(a, resource.Kind.Attribute(site, a))));
        return o;
    }

    private Reply Events(ApiCall call, string? resource)
    {
        var stack = Find(call);
        var all = stack.Events.Where(e => resource is null || e.Resource == resource)
            .Where(e => Any(call, "resource_name", v => v == e.Resource) && Any(call, "resource_type", v => v == e.Type))
            .Where(e => Any(call, "resource_status", v => e.Status.EndsWith(v, StringComparison.OrdinalIgnoreCase)))
            .Where(e => Any(call, "resource_action", v => e.Status.StartsWith(v, StringComparison.OrdinalIgnoreCase)));
        if (call.Value("sort_dir") == "desc")
        {
            all = all.Reverse();
        }

        var (page, _) = Page(call, all, e => e.Id, MostRows);
        if (page.Count == 0 && resource is not null)
        {
            throw new ApiException(404, "No events found for resource " + resource, "HTTPNotFound");
        }

        return Reply.Ok(new JsonObject
        {
            ["events"] = new JsonArray(
                [.. page.Select(e => HeatView.Of(call, stack, e, isNested: call.Value("nested_depth") is not null))]),
        });
    }

    private Reply Validate(ApiCall call)
    {
        CheckProject(call);
        var request = new StackRequest(call);
        var template = request.Template;
        var checker = new StackChecker(Cloud, call.Route("project"));
        var values = checker.Values(template, request.Parameters, request.Defaults, lenient: true);
        var plan = new StackPlan { Template = template, Files = request.Files, Values = values };
        var trial = new Stack { Id = "", Name = "dummy", ProjectId = call.Route("project"), User = call.Token.User, CreatedAt = Cloud.Now,
            Plan = plan };
        checker.Check(trial, plan, strict: false);
        return Reply.Ok(new JsonObject
        {
            ["Description"] = template.Description,
            ["Parameters"] = new JsonObject(template.Parameters.Values.Select(p =>
                KeyValuePair.Create(p.Name, (JsonNode?)p.View(request.Parameters[p.Name] ?? request.Defaults[p.Name])))),
            ["Environment"] = new JsonObject
            {
                ["parameters"] = request.Parameters, ["parameter_defaults"] = request.Defaults, ["event_sinks"] = new JsonArray(),
                ["resource_registry"] = new JsonObject { ["resources"] = new JsonObject() },
            },
        });
    }
}
