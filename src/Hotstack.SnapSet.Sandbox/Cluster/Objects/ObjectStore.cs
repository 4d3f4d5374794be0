using System.Globalization;
using System.Text.Json.Nodes;

namespace Hotstack.Sandbox.Cluster.Objects;

internal enum ChangeKind
{
    Added,
    Modified,
    Deleted,
}

/// <summary>A change of an object, as a watch reports it.</summary>
internal sealed record ObjectChange(long Revision, ChangeKind Kind, ResourceType Type, JsonObject Object, JsonObject? Before);

/// <summary>
/// What etcd holds. A stored object is never changed, only replaced, so that the events of a watch can
/// share it.
/// </summary>
internal sealed class ObjectStore(ClusterClock clock, ClusterNames names)
{
    private const int MaxEvents = 500;

    private readonly Dictionary<ResourceType, SortedDictionary<string, JsonObject>> _objects =
        ResourceTypes.All.ToDictionary(t => t, _ => new SortedDictionary<string, JsonObject>(StringComparer.Ordinal));

    private readonly Queue<ObjectChange> _events = new();
    private ObjectStoreState? _kept;

    public long Revision { get; private set; } = 100_000;

    /// <summary>The revision of the newest change that watches can no longer get.</summary>
    public long Forgotten { get; private set; } = 100_000;

    /// <summary>Adds to an object what changes all the time and is not stored.</summary>
    public Func<ResourceType, JsonObject, JsonObject> View { get; set; } = (_, o) => o;

    /// <summary>Fills in the API server's defaults; repeating it changes nothing.</summary>
    public Action<ResourceType, JsonObject> Fill { get; set; } = (_, _) => { };

    public JsonObject? Get(ResourceType type, string ns, string name) => _objects[type].GetValueOrDefault(ns + "/" + name);

    /// <summary>The objects in a namespace, or in all (null), sorted by key.</summary>
    public IEnumerable<JsonObject> List(ResourceType type, string? ns = null) => string.IsNullOrEmpty(ns)
        ? _objects[type].Values
        : _objects[type].Where(p => p.Key.StartsWith(ns + "/", StringComparison.Ordinal)).Select(p => p.Value);

    public IEnumerable<ObjectChange> Since(long revision) => _events.Where(e => e.Revision > revision);

    public void ForgetEvents()
    {
        _events.Clear();
        Forgotten = Revision;
    }

    /// <summary>All objects as they are now.</summary>
    public ObjectStoreState Keep()
    {
        if (_kept?.Revision != Revision)
        {
            _kept = new ObjectStoreState(Revision, _objects.ToDictionary(t => t.Key, t => (IReadOnlyList<JsonObject>)[.. t.Value.Values]));
        }

        return _kept;
    }

    /// <summary>Becomes as it was; what watches would tell is forgotten.</summary>
    public void Load(ObjectStoreState state)
    {
        foreach (var (type, objects) in _objects)
        {
            objects.Clear();
            foreach (var o in state.Objects[type])
            {
                objects.Add(o.Key(), o);
            }
        }

        Revision = state.Revision;
        ForgetEvents();
    }

    /// <summary>Stores a new object with completed metadata.</summary>
    public JsonObject Add(ResourceType type, JsonObject o, DateTimeOffset? created = null)
    {
        var ordered = Completed(type, o, created);
        ordered.Metadata()["resourceVersion"] = Next();
        _objects[type].Add(ordered.Key(), ordered);
        Note(ChangeKind.Added, type, ordered, null);
        return ordered;
    }

    /// <summary>A new object as it would be stored, without a version.</summary>
    public JsonObject Completed(ResourceType type, JsonObject o, DateTimeOffset? created = null)
    {
        var ordered = new JsonObject { ["kind"] = type.Kind, ["apiVersion"] = type.ApiVersion, ["metadata"] = o.Metadata().DeepClone() };
        foreach (var (key, value) in o)
        {
            if (!ordered.ContainsKey(key))
            {
                ordered[key] = value?.DeepClone();
            }
        }

        var metadata = ordered.Metadata();
        metadata["uid"] = names.NewId();
        metadata["creationTimestamp"] = (created ?? clock.Now).Kube();
        if (type.HasGeneration)
        {
            metadata["generation"] = 1;
        }

        metadata.Remove("deletionTimestamp");
        Fill(type, ordered);
        return ordered;
    }

    /// <summary>Stores <paramref name="next"/> in place of <paramref name="old"/>, unless they are equal.</summary>
    public JsonObject Replace(ResourceType type, JsonObject old, JsonObject next)
    {
        next.Metadata()["resourceVersion"] = old.Text("metadata", "resourceVersion");
        if (JsonNode.DeepEquals(old, next))
        {
            return old;
        }

        if (type.HasGeneration && !JsonNode.DeepEquals(old["spec"], next["spec"]))
        {
            next.Metadata()["generation"] = (old.Number("metadata", "generation") ?? 1) + 1;
        }

        next.Metadata()["resourceVersion"] = Next();
        _objects[type][old.Key()] = next;
        Note(ChangeKind.Modified, type, next, old);
        return next;
    }

    /// <summary>A generated name that no object has.</summary>
    public string NewName(ResourceType type, string ns, string start)
    {
        string name;
        do
        {
            name = start + names.NewSuffix();
        }
        while (Get(type, ns, name) is not null);

        return name;
    }

    /// <summary>Changes an object; null if there is none.</summary>
    public JsonObject? Change(ResourceType type, string ns, string name, Action<JsonObject> edit)
    {
        if (Get(type, ns, name) is not { } old)
        {
            return null;
        }

        var next = old.Copy();
        edit(next);
        return Replace(type, old, next);
    }

    public void Remove(ResourceType type, JsonObject o)
    {
        if (_objects[type].Remove(o.Key(), out var last))
        {
            var gone = last.Copy();
            gone.Metadata()["resourceVersion"] = Next();
            Note(ChangeKind.Deleted, type, gone, last);
        }
    }

    private string Next() => (++Revision).ToString(CultureInfo.InvariantCulture);

    private void Note(ChangeKind kind, ResourceType type, JsonObject o, JsonObject? before)
    {
        _events.Enqueue(new ObjectChange(Revision, kind, type, o, before));
        if (_events.Count > MaxEvents)
        {
            Forgotten = _events.Dequeue().Revision;
        }
    }
}

/// <summary>What etcd held at one moment.</summary>
internal sealed record ObjectStoreState(long Revision, IReadOnlyDictionary<ResourceType, IReadOnlyList<JsonObject>> Objects);
