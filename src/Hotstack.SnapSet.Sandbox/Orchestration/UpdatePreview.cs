using System.Text.Json.Nodes;
using Hotstack.Sandbox.Orchestration.Hot;
using Hotstack.Sandbox.Orchestration.Types;

namespace Hotstack.Sandbox.Orchestration;

/// <summary>What an update would do to a stack's resources; what follows from a replaced one is not followed.</summary>
internal sealed class UpdatePreview(SandboxCloud cloud, Stack stack, StackPlan plan)
{
    public JsonObject View()
    {
        var o = new JsonObject
        {
            ["unchanged"] = new JsonArray(), ["updated"] = new JsonArray(), ["replaced"] = new JsonArray(), ["added"] = new JsonArray(),
            ["deleted"] = new JsonArray(),
        };
        var scope = new StackScope(cloud, stack, plan);
        var wanted = scope.Enabled().ToList();
        foreach (var definition in wanted)
        {
            o[Change(definition, scope)]!.AsArray()
                .Add(Entry(definition.Name, definition.Type, stack.Find(definition.Name)?.PhysicalId ?? ""));
        }

        foreach (var resource in stack.Resources.Where(r => !wanted.Exists(d => d.Name == r.Name)))
        {
            o["deleted"]!.AsArray().Add(Entry(resource.Name, resource.Kind.Type, resource.PhysicalId));
        }

        return o;
    }

    private string Change(TemplateResource definition, StackScope scope)
    {
        if (stack.Find(definition.Name) is not { } existing)
        {
            return "added";
        }

        if (existing.Kind.Type != definition.Type || !existing.Exists)
        {
            return "replaced";
        }

        var next = PropertySchema.Read(
            existing.Kind.Properties, definition.Properties, $"resources.{definition.Name}.properties", new Functions(scope),
                (_, _) => null);
        var changed = next.Select(p => p.Key).Union(existing.Properties.Select(p => p.Key))
            .Where(k => !JsonNode.DeepEquals(next[k], existing.Properties[k])).ToList();
        return changed.Count == 0 ? "unchanged" : existing.Kind.CanUpdate(changed) ? "updated" : "replaced";
    }

    private JsonObject Entry(string name, string type, string physicalId) => new()
    {
        ["resource_name"] = name, ["resource_type"] = type, ["physical_resource_id"] = physicalId, ["stack_name"] = stack.Name,
        ["stack_identity"] = HeatView.Identity(stack), ["resource_identity"] = HeatView.Identity(stack, "/resources/" + name),
        ["resource_action"] = "INIT", ["resource_status"] = "COMPLETE", ["resource_status_reason"] = "", ["description"] = "",
    };
}
