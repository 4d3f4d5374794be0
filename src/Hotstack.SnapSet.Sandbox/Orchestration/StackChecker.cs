using System.Text.Json.Nodes;
using Hotstack.Sandbox.Orchestration.Hot;
using Hotstack.Sandbox.Orchestration.Types;

namespace Hotstack.Sandbox.Orchestration;

/// <summary>What Heat finds wrong with a stack before it makes anything.</summary>
internal sealed class StackChecker(SandboxCloud cloud, string project)
{
    /// <summary>The values of all parameters.</summary>
    /// <remarks><paramref name="lenient"/>: Leave out those that have none, instead of refusing.</remarks>
    public Dictionary<string, JsonNode?> Values(HotTemplate template, JsonObject given, JsonObject defaults, bool lenient = false)
    {
        if (given.Select(p => p.Key).FirstOrDefault(k => !template.Parameters.ContainsKey(k)) is { } unknown)
        {
            throw HeatErrors.ParameterUnknown(unknown);
        }

        Dictionary<string, JsonNode?> values = [];
        foreach (var parameter in template.Parameters.Values)
        {
            if ((given[parameter.Name] ?? defaults[parameter.Name] ?? parameter.Default) is { } value)
            {
                values[parameter.Name] = parameter.Read(value, cloud, project);
            }
            else if (!lenient)
            {
                throw HeatErrors.ParameterMissing(parameter.Name);
            }
        }

        return values;
    }

    /// <summary>Looks at all resources and outputs of a plan.</summary>
    /// <remarks><paramref name="strict"/>: Look at values as well, not only at what they refer to.</remarks>
    /// <returns>The resources with their properties as far as they are known.</returns>
    public IReadOnlyList<(TemplateResource Definition, StackResource Resource)> Check(Stack stack, StackPlan plan, bool strict = true)
    {
        var template = plan.Template;
        if (template.Parameters.Keys.FirstOrDefault(template.Resources.ContainsKey) is { } both)
        {
            throw HeatErrors.Validation($"Duplicate names {{'{both}'}}");
        }

        foreach (var definition in template.Resources.Values)
        {
            CheckType(definition);
            CheckReferences(template, definition);
        }

        foreach (var (name, output) in template.Outputs)
        {
            foreach (var reference in References.In(output, $"outputs.{name}").Where(r => !template.Resources.ContainsKey(r.Resource)))
            {
                throw HeatErrors.Reference(reference.Resource, reference.Path);
            }
        }

        if (!strict)
        {
            return [];
        }

        var scope = new PlanScope(new StackScope(cloud, stack, plan));
        var enabled = new StackScope(cloud, stack, plan).Enabled().ToList();
        if (new ResourceGraph(template, enabled).Circle() is { Count: > 0 } circle)
        {
            throw HeatErrors.Validation($"Circular Dependency Found: {string.Join(", ", circle)}");
        }

        foreach (var name in template.Outputs.SelectMany(o => References.Parameters(o.Value)))
        {
            scope.Parameter(name);
        }

        var functions = new Functions(scope);
        return [.. enabled.Select(definition =>
        {
            var kind = ResourceKind.All[definition.Type];
            var resource = new StackResource
            {
                Name = definition.Name, Kind = kind, CreatedAt = cloud.Now, UpdatedAt = cloud.Now, ShortId = "",
                    Description = definition.Description,
            };
            resource.Properties = PropertySchema.Read(
                kind.Properties, definition.Properties, $"resources.{definition.Name}.properties", functions,
                (constraint, value) => CustomConstraints.Check(cloud, project, constraint, value));
            kind.Validate(new ResourceSite(cloud, stack, resource, resource.Properties), definition.Properties);
            return (definition, resource);
        })];
    }

    private static void CheckType(TemplateResource definition)
    {
        if (!PythonText.IsText(definition.TypeNode, out var type))
        {
            throw HeatErrors.Validation($"Resource \"{definition.Name}\" type is not a string");
        }

        if (!ResourceKind.All.ContainsKey(type))
        {
            throw HeatErrors.Validation($"The Resource Type ({type}) could not be found.");
        }
    }

    private static void CheckReferences(HotTemplate template, TemplateResource definition)
    {
        if (definition.DependsOn.FirstOrDefault(d => !template.Resources.ContainsKey(d)) is { } missing)
        {
            throw HeatErrors.Reference(missing, definition.Name);
        }

        foreach (var reference in References.In(definition.Properties, definition.Name + ".Properties"))
        {
            if (!template.Resources.TryGetValue(reference.Resource, out var other))
            {
                throw HeatErrors.Reference(reference.Resource, reference.Path);
            }

            if (reference.Attribute is { } attribute and not "show"
                && ResourceKind.All.TryGetValue(other.Type, out var kind) && !kind.Attributes.Contains(attribute))
            {
                throw HeatErrors.Attribute(
                    "resources." + reference.Path.Replace(".Properties", ".properties", StringComparison.Ordinal), reference.Resource,
                        attribute);
            }
        }
    }
}
