using System.Text.Json.Nodes;
using Hotstack.Sandbox.Http;
using Hotstack.Sandbox.Orchestration.Hot;

namespace Hotstack.Sandbox.Orchestration;

/// <summary>Stacks and what is in them, on the wire.</summary>
internal static class HeatView
{
    public static string Self(ApiCall call, Stack stack) =>
        $"{call.Origin}/orchestration/v1/{stack.ProjectId}/stacks/{stack.Name}/{stack.Id}";

    /// <summary>The environment: what was given, without the template's own defaults, and with a mask for what the template or a template
    /// among its files hides (heat: engine/template.py, all_param_schemata).</summary>
    public static JsonObject Environment(StackPlan plan)
    {
        var declared = plan.Files.Values.Select(Nested).OfType<HotTemplate>().Append(plan.Template)
            .SelectMany(template => template.Parameters).GroupBy(p => p.Key).ToDictionary(p => p.Key, p => p.Last().Value);
        var registry = (JsonObject)plan.Registry.DeepClone();
        registry.TryAdd("resources", new JsonObject());
        return new JsonObject
        {
            ["resource_registry"] = registry,
            ["parameters"] = Masked(plan.Given),
            ["parameter_defaults"] = Masked(plan.Defaults),
            ["event_sinks"] = new JsonArray(),
            ["encrypted_param_names"] = new JsonArray(),
        };

        JsonObject Masked(JsonObject values) => new(values.Select(p => KeyValuePair.Create(
            p.Key, declared.GetValueOrDefault(p.Key)?.IsHidden == true ? "******" : p.Value?.DeepClone())));

        static HotTemplate? Nested(string text)
        {
            try
            {
                return HotYaml.Parse(text) is JsonObject parsed && parsed.ContainsKey("heat_template_version") ? HotTemplate.Read(parsed) : null;
            }
            catch (Exception e) when (e is FormatException or ApiException)
            {
                return null;
            }
        }
    }

    public static JsonObject Brief(ApiCall call, Stack stack) => new()
    {
        ["id"] = stack.Id,
        ["links"] = new JsonArray(Link(Self(call, stack), "self")),
        ["stack_name"] = stack.Name,
        ["description"] = stack.Plan.Template.Description,
        ["stack_status"] = stack.Status,
        ["stack_status_reason"] = stack.StatusReason,
        ["creation_time"] = Times.Z(stack.CreatedAt),
        ["updated_time"] = Time(stack.UpdatedAt),
        ["deletion_time"] = Time(stack.DeletedAt),
        ["stack_owner"] = stack.Owner,
        ["parent"] = null,
        ["stack_user_project_id"] = stack.ProjectId,
        ["tags"] = stack.Tags.Count == 0 ? null : Tags(stack),
    };

    /// <remarks><paramref name="outputs"/>: Null to leave them out.</remarks>
    public static JsonObject Of(ApiCall call, Stack stack, IReadOnlyList<StackOutput>? outputs)
    {
        var o = new JsonObject
        {
            ["stack_name"] = stack.Name,
            ["id"] = stack.Id,
            ["links"] = new JsonArray(Link(Self(call, stack), "self")),
            ["creation_time"] = Times.Z(stack.CreatedAt),
            ["updated_time"] = Time(stack.UpdatedAt),
            ["deletion_time"] = Time(stack.DeletedAt),
            ["notification_topics"] = new JsonArray(),
            ["parameters"] = new JsonObject(stack.Plan.Template.Parameters.Values
                .Where(p => stack.Plan.Values.ContainsKey(p.Name))
                .Select(p => KeyValuePair.Create(p.Name, (JsonNode?)p.Show(stack.Plan.Values[p.Name]))))
            {
                ["OS::stack_id"] = stack.Id, ["OS::project_id"] = stack.ProjectId, ["OS::stack_name"] = stack.Name,
            },
            ["description"] = stack.Plan.Template.Description,
            ["template_description"] = stack.Plan.Template.Description,
            ["capabilities"] = new JsonArray(),
            ["disable_rollback"] = stack.DisableRollback,
            ["timeout_mins"] = stack.TimeoutMinutes,
            ["stack_owner"] = stack.Owner,
            ["parent"] = null,
            ["stack_user_project_id"] = stack.ProjectId,
            ["tags"] = Tags(stack),
            ["stack_status"] = stack.Status,
            ["stack_status_reason"] = stack.StatusReason,
        };
        if (outputs is not null)
        {
            o["outputs"] = new JsonArray([.. outputs.Select(output => Of(output, withValue: true))]);
        }

        return o;
    }

    public static JsonObject Of(StackOutput output, bool withValue)
    {
        var o = new JsonObject { ["output_key"] = output.Key, ["description"] = output.Description };
        if (withValue)
        {
            o["output_value"] = output.Error is null ? output.Value?.DeepClone() : null;
            if (output.Error is not null)
            {
                o["output_error"] = output.Error;
            }
        }

        return o;
    }

    public static JsonObject Of(ApiCall call, Stack stack, StackResource resource) => new()
    {
        ["updated_time"] = Times.Z(resource.UpdatedAt),
        ["creation_time"] = Times.Z(resource.CreatedAt),
        ["logical_resource_id"] = resource.Name,
        ["resource_name"] = resource.Name,
        ["physical_resource_id"] = resource.PhysicalId,
        ["resource_status"] = resource.Status,
        ["resource_status_reason"] = resource.Reason,
        ["resource_type"] = resource.Kind.Type,
        ["links"] = new JsonArray(Link($"{Self(call, stack)}/resources/{resource.Name}", "self"), Link(Self(call, stack), "stack")),
        ["required_by"] = new JsonArray([.. stack.Resources.Where(r => r.Requires.Contains(resource)).Select(r => (JsonNode)r.Name)]),
    };

    /// <summary>A resource in a preview: Heat shows it there as its engine has it.</summary>
    public static JsonObject Planned(Stack stack, StackResource resource, IEnumerable<string> requiredBy) => new()
    {
        ["updated_time"] = Times.Z(resource.UpdatedAt),
        ["creation_time"] = Times.Z(resource.CreatedAt),
        ["resource_name"] = resource.Name,
        ["physical_resource_id"] = "",
        ["resource_action"] = "INIT",
        ["resource_status"] = "COMPLETE",
        ["resource_status_reason"] = "",
        ["resource_type"] = resource.Kind.Type,
        ["resource_identity"] = Identity(stack, "/resources/" + resource.Name),
        ["stack_identity"] = Identity(stack),
        ["stack_name"] = stack.Name,
        ["required_by"] = new JsonArray([.. requiredBy.Select(r => (JsonNode)r)]),
        ["description"] = resource.Description,
        ["metadata"] = new JsonObject(),
        ["attributes"] = new JsonObject(resource.Kind.Attributes.Where(a => a != "show")
            .Select(a => KeyValuePair.Create(a, (JsonNode?)null))),
        ["properties"] = new JsonObject(
            resource.Kind.Properties.Keys.Select(k => KeyValuePair.Create(k, resource.Properties[k]?.DeepClone()))),
    };

    public static JsonObject Identity(Stack stack, string path = "") => new()
    {
        ["stack_name"] = stack.Name, ["stack_id"] = stack.Id, ["tenant"] = stack.ProjectId, ["path"] = path,
    };

    public static JsonObject Of(ApiCall call, Stack stack, StackEvent happened, bool isNested)
    {
        var o = new JsonObject
        {
            ["id"] = happened.Id,
            ["links"] = new JsonArray(
                Link($"{Self(call, stack)}/resources/{happened.Resource}/events/{happened.Id}", "self"),
                Link($"{Self(call, stack)}/resources/{happened.Resource}", "resource"),
                Link(Self(call, stack), "stack")),
            ["event_time"] = Times.Z(happened.Time),
            ["logical_resource_id"] = happened.Resource,
            ["resource_name"] = happened.Resource,
            ["physical_resource_id"] = happened.PhysicalId,
            ["resource_status"] = happened.Status,
            ["resource_status_reason"] = happened.Reason,
        };
        if (isNested)
        {
            o["links"]!.AsArray().Add(Link(Self(call, stack), "root_stack"));
        }

        return o;
    }

    public static JsonObject Link(string href, string rel) => new() { ["href"] = href, ["rel"] = rel };

    private static JsonNode? Time(DateTimeOffset? time) => time is { } there ? Times.Z(there) : null;

    private static JsonArray Tags(Stack stack) => new([.. stack.Tags.Select(t => (JsonNode)t)]);
}
