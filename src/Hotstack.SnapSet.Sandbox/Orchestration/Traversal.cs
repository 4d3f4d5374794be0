using System.Text.Json.Nodes;
using Hotstack.Sandbox.Http;
using Hotstack.Sandbox.Orchestration.Hot;
using Hotstack.Sandbox.Orchestration.Types;

namespace Hotstack.Sandbox.Orchestration;

/// <summary>
/// Heat's work on a stack: what the plan wants is made or changed, each resource after those it needs; then what
/// the plan does not want is taken away, each before those it needed. After the first failure nothing more is begun.
/// </summary>
internal sealed class Traversal
{
    private readonly SandboxCloud _cloud;
    private readonly Stack _stack;
    private readonly string _action;
    private readonly StackPlan? _before;
    private readonly StackScope _scope;
    private readonly IReadOnlyList<TemplateResource> _wanted;
    private readonly ResourceGraph _graph;
    private readonly HashSet<string> _begun = [];
    private readonly HashSet<string> _done = [];
    private readonly HashSet<StackResource> _leaving = [];
    private int _running;
    private bool _failed;
    private bool _over;

    private Traversal(SandboxCloud cloud, Stack stack, string action, StackPlan plan, StackPlan? before)
    {
        (_cloud, _stack, _action, _before) = (cloud, stack, action, before);
        if (action != "DELETE")
        {
            stack.Plan = plan;
        }

        _scope = new StackScope(cloud, stack, plan);
        _wanted = [.. _scope.Enabled()];
        _graph = new ResourceGraph(plan.Template, _wanted);
    }

    private TimeSpan Step => _cloud.Options.Durations.StackResource;

    private bool IsCurrent => _stack.Traversal == this && !_over;

    /// <summary>Begins; what was under way is given up.</summary>
    /// <remarks><paramref name="before"/>: What to go back to if it fails; null to stay where it is.</remarks>
    public static void Start(SandboxCloud cloud, Stack stack, string action, StackPlan plan, StackPlan? before)
    {
        var log = new StackLog(cloud, stack);
        foreach (var resource in stack.Resources.Concat(stack.Doomed)
            .Where(r => r.Status.EndsWith("_IN_PROGRESS", StringComparison.Ordinal)))
        {
            log.Set(resource, ActionOf(resource), "FAILED", ActionOf(resource) + " aborted (user triggered cancel)");
        }

        var traversal = new Traversal(cloud, stack, action, plan, before);
        stack.Traversal = traversal;
        log.Set(action, "IN_PROGRESS", $"Stack {action} started");
        if (stack.TimeoutMinutes is { } minutes && action != "DELETE")
        {
            cloud.After(TimeSpan.FromMinutes(minutes), () =>
            {
                if (traversal.IsCurrent)
                {
                    traversal.Fail("Timed out");
                }
            });
        }

        // Even where there is nothing to do, Heat takes a moment.
        cloud.After(traversal.Step / 2, traversal.Next);
    }

    private static string ActionOf(StackResource resource) => resource.Status[..resource.Status.IndexOf('_', StringComparison.Ordinal)];

    private void Next()
    {
        if (!IsCurrent || _failed)
        {
            return;
        }

        bool unchanged;
        do
        {
            unchanged = false;
            foreach (var definition in _wanted.Where(d => !_begun.Contains(d.Name) && _graph.Requires(d.Name).All(_done.Contains)).ToList())
            {
                _begun.Add(definition.Name);
                unchanged |= !Begin(definition);
                if (_failed)
                {
                    return;
                }
            }
        }
        while (unchanged);

        if (_running == 0 && _done.Count == _wanted.Count)
        {
            CleanUp();
        }
    }

    /// <summary>Begins with a resource.</summary>
    /// <returns>False if there is nothing to do.</returns>
    private bool Begin(TemplateResource definition)
    {
        var existing = _stack.Find(definition.Name);
        if (existing is null)
        {
            Create(definition);
            return true;
        }

        if (existing.Kind.Type != definition.Type || !existing.Exists || existing.Status.EndsWith("_FAILED", StringComparison.Ordinal))
        {
            Replace(existing, definition);
            return true;
        }

        JsonObject next;
        try
        {
            next = Properties(existing.Kind, definition);
        }
        catch (ApiException e)
        {
            Fail(existing, "UPDATE", ResourceFailedException.Of(e, null, NewRequest()));
            return true;
        }

        existing.IsRetained = definition.IsRetained;
        existing.Requires = Requires(definition);
        var changed = next.Select(p => p.Key).Union(existing.Properties.Select(p => p.Key))
            .Where(k => !JsonNode.DeepEquals(next[k], existing.Properties[k])).ToList();
        if (changed.Count == 0)
        {
            _done.Add(definition.Name);
            return false;
        }

        if (!existing.Kind.CanUpdate(changed))
        {
            Replace(existing, definition);
            return true;
        }

        existing.UpdatedAt = _cloud.Now;
        Work(existing, "UPDATE", () =>
        {
            var duration = existing.Kind.Update(Site(existing, next), changed);
            existing.Properties = next;
            return duration;
        });
        return true;
    }

    private void Replace(StackResource existing, TemplateResource definition)
    {
        _stack.Resources.Remove(existing);
        _stack.Doomed.Add(existing);
        if (existing.PhysicalId.Length > 0)
        {
            existing.Kind.Release(Site(existing, existing.Properties));
        }

        Create(definition);
    }

    private void Create(TemplateResource definition)
    {
        var resource = new StackResource
        {
            Name = definition.Name, Kind = ResourceKind.All[definition.Type], CreatedAt = _cloud.Now,
            UpdatedAt = _cloud.Now, Description = definition.Description,
            IsRetained = definition.IsRetained, ShortId = PhysicalName.ShortId(_cloud.NewId()),
            Requires = Requires(definition),
        };
        _stack.Resources.Add(resource);
        Work(resource, "CREATE", () =>
        {
            resource.Properties = Properties(resource.Kind, definition);
            return resource.Kind.Begin(Site(resource, resource.Properties));
        });
    }

    /// <summary>A resource is in progress: a moment until the service is asked, then as long as that takes.</summary>
    private void Work(StackResource resource, string action, Func<TimeSpan> begin)
    {
        Log.Set(resource, action, "IN_PROGRESS", "state changed");
        _running++;
        _cloud.After(Step, () => Try(resource, action, () =>
        {
            _cloud.After(begin(), () => Try(resource, action, () =>
            {
                resource.Kind.End(Site(resource, resource.Properties));
                _running--;
                Log.Set(resource, action, "COMPLETE", "state changed");
                _done.Add(resource.Name);
                Next();
            }));
        }));
    }

    private void Try(StackResource resource, string action, Action work)
    {
        if (_stack.Traversal != this)
        {
            return;
        }

        try
        {
            work();
        }
        catch (ApiException e)
        {
            _running--;
            Fail(resource, action, ResourceFailedException.Of(e, resource.Kind.Client, NewRequest()));
        }
        catch (ResourceFailedException e)
        {
            _running--;
            Fail(resource, action, e);
        }
        catch (NotYetKnownException)
        {
            _running--;
            Fail(resource, action, new ResourceFailedException("NotFound", "A resource that it needs is gone."));
        }
        catch (Exception e) when (e is FormatException or InvalidOperationException)
        {
            // A value that only now turns out to be of another type than its property.
            _running--;
            Fail(resource, action, new ResourceFailedException("ValueError", e.Message));
        }
    }

    private void CleanUp()
    {
        var unwanted = _stack.Doomed.Concat(_stack.Resources.Where(r => !_done.Contains(r.Name))).ToList();
        if (unwanted.Count == 0)
        {
            Complete();
            return;
        }

        foreach (var resource in unwanted.Where(r => !_leaving.Contains(r) && !unwanted.Exists(o => o.Requires.Contains(r))).ToList())
        {
            _leaving.Add(resource);
            Remove(resource);
        }
    }

    private void Remove(StackResource resource)
    {
        Log.Set(resource, "DELETE", "IN_PROGRESS", "state changed");
        _running++;
        _cloud.After(Step / 2, () => Try(resource, "DELETE", () =>
        {
            var duration = resource.PhysicalId.Length == 0 || resource.IsRetained
                ? TimeSpan.Zero
                : resource.Kind.Delete(Site(resource, resource.Properties));
            _cloud.After(duration, () => Try(resource, "DELETE", () =>
            {
                _running--;
                Log.Set(resource, "DELETE", "COMPLETE", "state changed");
                _stack.Resources.Remove(resource);
                _stack.Doomed.Remove(resource);
                if (!_failed)
                {
                    CleanUp();
                }
            }));
        }));
    }

    private void Complete()
    {
        _over = true;
        Log.Set(_action, "COMPLETE", $"Stack {_action} completed successfully");
        if (_action == "DELETE")
        {
            _stack.DeletedAt = _cloud.Now;
            _cloud.StackList.Remove(_stack);
            _cloud.DeletedStackList.Add(_stack);
        }
    }

    private void Fail(StackResource resource, string action, ResourceFailedException error)
    {
        var reason = $"{error.Kind}: resources.{resource.Name}: {error.Message}";
        Log.Set(resource, action, "FAILED", reason);
        Fail($"Resource {action} failed: {reason}");
    }

    private void Fail(string reason)
    {
        if (_failed || !IsCurrent)
        {
            return;
        }

        _failed = true;
        Log.Set(_action, "FAILED", reason);
        if (!_stack.DisableRollback && _before is not null)
        {
            Start(_cloud, _stack, "ROLLBACK", _before, before: null);
        }
    }

    private StackLog Log => new(_cloud, _stack);

    private List<StackResource> Requires(TemplateResource definition) =>
        [.. _graph.Requires(definition.Name).Select(_stack.Find).OfType<StackResource>()];

    private JsonObject Properties(ResourceKind kind, TemplateResource definition) => PropertySchema.Read(
        kind.Properties, definition.Properties, $"resources.{definition.Name}.properties", new Functions(_scope), (_, _) => null);

    private ResourceSite Site(StackResource resource, JsonObject properties) => new(_cloud, _stack, resource, properties);

    private string NewRequest() => "req-" + _cloud.NewId();
}
