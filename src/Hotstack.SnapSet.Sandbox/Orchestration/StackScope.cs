using System.Text.Json.Nodes;
using Hotstack.Sandbox.Orchestration.Hot;
using Hotstack.Sandbox.Orchestration.Types;

namespace Hotstack.Sandbox.Orchestration;

/// <summary>A stack as its template's functions see it.</summary>
internal sealed class StackScope(SandboxCloud cloud, Stack stack, StackPlan plan) : IHotScope
{
    public IReadOnlyDictionary<string, string> Files => plan.Files;

    public HotTemplate Template => plan.Template;

    public JsonNode? Parameter(string name) => name switch
    {
        "OS::stack_name" => stack.Name,
        "OS::stack_id" => stack.Id,
        "OS::project_id" => stack.ProjectId,
        _ => plan.Values.TryGetValue(name, out var value) ? value : throw HeatErrors.ParameterMissing(name),
    };

    public JsonNode? Reference(string resource) =>
        There(resource) is { } found ? found.Kind.Reference(Site(found)) : null;

    public JsonNode? Attribute(string resource, string? name)
    {
        if (There(resource) is not { } found)
        {
            return null;
        }

        var site = Site(found);
        return name is null
            ? new JsonObject(found.Kind.Attributes.Select(a => KeyValuePair.Create(a, found.Kind.Attribute(site, a))))
            : found.Kind.Attribute(site, name);
    }

    /// <summary>The enabled resources of the template.</summary>
    public IEnumerable<TemplateResource> Enabled() => Template.Resources.Values.Where(IsEnabled);

    private bool IsEnabled(TemplateResource resource) => !resource.HasCondition || new Functions(this).IsTrue(resource.Condition);

    private ResourceSite Site(StackResource resource) => new(cloud, stack, resource, resource.Properties);

    private StackResource? There(string name)
    {
        if (Template.Resources.TryGetValue(name, out var definition) && !IsEnabled(definition))
        {
            return null;
        }

        return stack.Find(name) is { Exists: true } found ? found : throw new NotYetKnownException();
    }
}
