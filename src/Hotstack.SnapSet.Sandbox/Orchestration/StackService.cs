using System.Text.Json.Nodes;
using Hotstack.Sandbox.Http;
using Hotstack.Sandbox.Identity;
using Hotstack.Sandbox.Orchestration.Hot;
using Hotstack.Sandbox.Orchestration.Types;

namespace Hotstack.Sandbox.Orchestration;

/// <summary>Makes, changes and deletes stacks.</summary>
internal sealed class StackService(SandboxCloud cloud)
{
    /// <summary>A stack as a request wants it, checked but not begun.</summary>
    public Stack Plan(StackRequest request, User user, string project)
    {
        // The template is read before its name, as Heat does.
        var template = request.Template;
        var name = request.Name;
        if (cloud.StackList.Exists(s => s.Name == name && s.ProjectId == project))
        {
            throw HeatErrors.StackExists(name);
        }

        return new Stack
        {
            Id = cloud.NewId(), Name = name, ProjectId = project, User = user, CreatedAt = cloud.Now,
                DisableRollback = request.DisableRollback ?? true,
            TimeoutMinutes = request.TimeoutMinutes, Tags = request.Tags ?? [],
            Plan = NewPlan(template, request.Files, request.Parameters, request.Defaults, project) with { Registry = request.Registry },
        };
    }

    public Stack Create(StackRequest request, User user, string project)
    {
        var stack = Plan(request, user, project);
        Begin(stack);
        return stack;
    }

    /// <summary>Checks a planned stack, and begins with it.</summary>
    public void Begin(Stack stack)
    {
        new StackChecker(cloud, stack.ProjectId).Check(stack, stack.Plan);
        cloud.StackList.Add(stack);
        Traversal.Start(cloud, stack, "CREATE", stack.Plan, StackPlan.Nothing);
    }

    /// <summary>What a stack is to become, checked but not begun.</summary>
    /// <remarks><paramref name="existing"/>: Keep what the request does not say.</remarks>
    public StackPlan PlanUpdate(Stack stack, StackRequest request, bool existing)
    {
        if (stack.Action == "DELETE")
        {
            throw new ApiException(400, "Updating a stack when it is deleting is not supported.", "NotSupported");
        }

        if (stack.Action == "SUSPEND")
        {
            throw new ApiException(400, "Updating a stack when it is suspended is not supported.", "NotSupported");
        }

        var (template, files, given, defaults) = (stack.Plan.Template, stack.Plan.Files, request.Parameters, request.Defaults);
        if (request.HasTemplate || !existing)
        {
            (template, files) = (request.Template, request.Files);
        }

        if (existing)
        {
            var kept = (JsonObject)stack.Plan.Given.DeepClone();
            foreach (var name in request.ClearedParameters.Concat(kept.Select(p => p.Key).Where(k => !template.Parameters.ContainsKey(k)))
                .ToList())
            {
                kept.Remove(name);
            }

            (given, defaults) = (Over(kept, given), Over((JsonObject)stack.Plan.Defaults.DeepClone(), defaults));
        }

        var plan = NewPlan(template, files, given, defaults, stack.ProjectId) with { Registry = existing ? stack.Plan.Registry : request.Registry };
        new StackChecker(cloud, stack.ProjectId).Check(stack, plan);
        return plan;
    }

    public void Update(Stack stack, StackRequest request, bool existing)
    {
        var plan = PlanUpdate(stack, request, existing);
        stack.DisableRollback = request.DisableRollback ?? (existing ? stack.DisableRollback : true);
        stack.TimeoutMinutes = request.TimeoutMinutes ?? stack.TimeoutMinutes;
        stack.Tags = request.Tags ?? (existing ? stack.Tags : []);
        stack.UpdatedAt = cloud.Now;
        Traversal.Start(cloud, stack, "UPDATE", plan, stack.Plan);
    }

    public void Delete(Stack stack)
    {
        if (stack.Status != "DELETE_IN_PROGRESS")
        {
            Traversal.Start(cloud, stack, "DELETE", StackPlan.Nothing, before: null);
        }
    }

    /// <summary>Makes a stack that is complete, of resources that are there already.</summary>
    /// <remarks><paramref name="parts"/>: The ids of what stands for the template's resources; those without one are made.</remarks>
    public Stack Adopt(Stack stack, IReadOnlyDictionary<string, string> parts)
    {
        new StackChecker(cloud, stack.ProjectId).Check(stack, stack.Plan, strict: false);
        var scope = new StackScope(cloud, stack, stack.Plan);
        var enabled = scope.Enabled().ToList();
        var graph = new ResourceGraph(stack.Plan.Template, enabled);
        cloud.StackList.Add(stack);
        stack.Events.Add(Event(stack.Name, stack.Id, "CREATE_IN_PROGRESS", "Stack CREATE started", "OS::Heat::Stack"));
        while (enabled.FirstOrDefault(d => stack.Find(d.Name) is null && graph.Requires(d.Name)
            .All(r => stack.Find(r) is not null)) is { } definition)
        {
            var kind = ResourceKind.All[definition.Type];
            var resource = new StackResource
            {
                Name = definition.Name, Kind = kind, CreatedAt = stack.CreatedAt, UpdatedAt = stack.CreatedAt,
                ShortId = PhysicalName.ShortId(cloud.NewId()),
                PhysicalId = parts.GetValueOrDefault(definition.Name, ""), Description = definition.Description,
                Requires = [.. graph.Requires(definition.Name).Select(stack.Find).OfType<StackResource>()],
                Properties = PropertySchema.Read(
                    kind.Properties, definition.Properties, $"resources.{definition.Name}.properties", new Functions(scope),
                        (_, _) => null),
            };
            stack.Events.Add(Event(definition.Name, "", "CREATE_IN_PROGRESS", "state changed", definition.Type));
            if (resource.PhysicalId.Length == 0)
            {
                kind.Begin(new ResourceSite(cloud, stack, resource, resource.Properties));
            }
            else
            {
                kind.Adopt(new ResourceSite(cloud, stack, resource, resource.Properties));
            }

            (resource.Status, resource.Reason) = ("CREATE_COMPLETE", "state changed");
            stack.Resources.Add(resource);
            stack.Events.Add(Event(definition.Name, resource.PhysicalId, "CREATE_COMPLETE", "state changed", definition.Type));
        }

        stack.Events.Add(Event(stack.Name, stack.Id, stack.Status, stack.StatusReason, "OS::Heat::Stack"));
        return stack;

        StackEvent Event(string name, string id, string status, string reason, string type) =>
            new(cloud.NewId(), stack.CreatedAt, name, id, status, reason, type);
    }

    /// <summary>Its outputs as they are now.</summary>
    public IReadOnlyList<StackOutput> Outputs(Stack stack)
    {
        var functions = new Functions(new StackScope(cloud, stack, stack.Plan));
        var outputs = stack.Plan.Template.Outputs
            .Where(o => !stack.ForcedOutputs.ContainsKey(o.Key))
            .Select(o => (o.Key, Definition: o.Value!.AsObject()))
            .Where(o => o.Definition["condition"] is not { } condition || functions.IsTrue(condition))
            .Select(o =>
            {
                var description = o.Definition["description"] is { } given ? PythonText.Of(given) : "No description given";
                try
                {
                    return new StackOutput(o.Key, description, functions.Resolve(o.Definition["value"]));
                }
                catch (NotYetKnownException)
                {
                    return new StackOutput(o.Key, description, null);
                }
                catch (ApiException e)
                {
                    return new StackOutput(o.Key, description, null, e.Message);
                }
            });
        return [.. outputs, .. stack.ForcedOutputs.Values.OfType<StackOutput>()];
    }

    public StackPlan NewPlan(HotTemplate template, IReadOnlyDictionary<string, string> files, JsonObject given, JsonObject defaults,
        string project) => new()
    {
        Template = template, Files = files, Given = given, Defaults = defaults,
        Values = new StackChecker(cloud, project).Values(template, given, defaults),
    };

    private static JsonObject Over(JsonObject below, JsonObject above)
    {
        foreach (var (name, value) in above)
        {
            below[name] = value?.DeepClone();
        }

        return below;
    }
}
