using Hotstack.Sandbox.Orchestration.Hot;
using Hotstack.Sandbox.Orchestration.Types;

namespace Hotstack.Sandbox.Orchestration;

/// <summary>Which resources of a template wait for which.</summary>
internal sealed class ResourceGraph
{
    private readonly Dictionary<string, IReadOnlyList<string>> _requires;

    public ResourceGraph(HotTemplate template, IReadOnlyCollection<TemplateResource> enabled)
    {
        var names = enabled.Select(r => r.Name).ToHashSet();
        _requires = enabled.ToDictionary(
            r => r.Name,
            r => (IReadOnlyList<string>)
            [
                .. References.In(r.Properties, "").Select(f => f.Resource).Concat(r.DependsOn)
                    .Concat(ResourceKind.All.TryGetValue(r.Type, out var kind) ? kind.Waits(r, template) : [])
                    .Where(n => n != r.Name && names.Contains(n)).Distinct(),
            ]);
    }

    public IReadOnlyList<string> Requires(string resource) => _requires.GetValueOrDefault(resource, []);

    public IEnumerable<string> RequiredBy(string resource) => _requires.Where(r => r.Value.Contains(resource)).Select(r => r.Key);

    /// <summary>The names of a circle of resources; empty if there is none.</summary>
    public IReadOnlyList<string> Circle()
    {
        var left = _requires.Keys.ToHashSet();
        while (left.RemoveWhere(name => !_requires[name].Any(left.Contains)) > 0)
        {
            // What waits for nothing any more is in no circle.
        }

        return [.. left];
    }
}
