using System.Text.Json.Nodes;
using Hotstack.Sandbox.Http;

namespace Hotstack.Sandbox.Orchestration;

/// <summary>Stacks and their parts on the wire.</summary>
internal static class HeatView
{
    private const string Description = "A Hotstack scenario: a controller, an OpenShift cluster, and the output a SnapSet is made from.\n";

    public static string Self(ApiCall call, Stack stack) =>
        $"{call.Origin}/orchestration/v1/{stack.ProjectId}/stacks/{stack.Name}/{stack.Id}";

    public static JsonObject Brief(ApiCall call, Stack stack) => new()
    {
        ["id"] = stack.Id,
        ["links"] = new JsonArray(Link(Self(call, stack), "self")),
        ["stack_name"] = stack.Name,
        ["description"] = Description,
        ["stack_status"] = stack.Status,
        ["stack_status_reason"] = stack.StatusReason,
        ["creation_time"] = Times.Z(stack.CreatedAt),
        ["updated_time"] = null,
        ["deletion_time"] = null,
        ["stack_owner"] = stack.Owner,
        ["parent"] = null,
        ["stack_user_project_id"] = stack.ProjectId,
        ["tags"] = null,
    };

    public static JsonObject Of(ApiCall call, Stack stack)
    {
        var o = new JsonObject
        {
            ["stack_name"] = stack.Name,
            ["id"] = stack.Id,
            ["links"] = new JsonArray(Link(Self(call, stack), "self")),
            ["creation_time"] = Times.Z(stack.CreatedAt),
            ["updated_time"] = null,
            ["deletion_time"] = null,
            ["notification_topics"] = new JsonArray(),
            ["parameters"] = new JsonObject(stack.Parameters.Select(p => new KeyValuePair<string, JsonNode?>(p.Key, p.Value)))
            {
                ["OS::stack_id"] = stack.Id, ["OS::project_id"] = stack.ProjectId, ["OS::stack_name"] = stack.Name,
            },
            ["description"] = Description,
            ["template_description"] = Description,
            ["capabilities"] = new JsonArray(),
            ["disable_rollback"] = true,
            ["timeout_mins"] = null,
            ["stack_owner"] = stack.Owner,
            ["parent"] = null,
            ["stack_user_project_id"] = stack.ProjectId,
            ["tags"] = new JsonArray(),
            ["stack_status"] = stack.Status,
            ["stack_status_reason"] = stack.StatusReason,
        };
        if (!string.Equals(call.Value("resolve_outputs"), "false", StringComparison.OrdinalIgnoreCase))
        {
            o["outputs"] = new JsonArray([.. stack.Outputs.Select(output => Of(output, withValue: true))]);
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
        ["updated_time"] = Times.Z(stack.CreatedAt),
        ["creation_time"] = Times.Z(stack.CreatedAt),
        ["logical_resource_id"] = resource.Name,
        ["resource_name"] = resource.Name,
        ["physical_resource_id"] = resource.PhysicalId,
        ["resource_status"] = "CREATE_COMPLETE",
        ["resource_status_reason"] = "state changed",
        ["resource_type"] = resource.Type,
        ["links"] = new JsonArray(Link($"{Self(call, stack)}/resources/{resource.Name}", "self"), Link(Self(call, stack), "stack")),
        ["required_by"] = new JsonArray([.. resource.RequiredBy.Select(r => (JsonNode)r)]),
    };

    public static JsonObject Event(ApiCall call, Stack stack, string id, string name, string physicalId, string reason) => new()
    {
        ["id"] = id,
        ["links"] = new JsonArray(
            Link($"{Self(call, stack)}/resources/{name}/events/{id}", "self"),
            Link($"{Self(call, stack)}/resources/{name}", "resource"),
            Link(Self(call, stack), "stack")),
        ["event_time"] = Times.Z(stack.CreatedAt),
        ["logical_resource_id"] = name,
        ["resource_name"] = name,
        ["physical_resource_id"] = physicalId,
        ["resource_status"] = "CREATE_COMPLETE",
        ["resource_status_reason"] = reason,
    };

    private static JsonObject Link(string href, string rel) => new() { ["href"] = href, ["rel"] = rel };
}
