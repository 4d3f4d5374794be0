using System.Text.Json.Nodes;
using Hotstack.Sandbox.Cluster.Objects;
using Hotstack.Sandbox.Cluster.Requests;
using Hotstack.Sandbox.Http;

namespace Hotstack.Sandbox.Cluster.Kinds;

/// <summary>What the API does with the objects of a kind besides storing them. A kind with rules of its own has a class of its own.</summary>
internal class Kind(ResourceType type, ObjectStore store)
{
    private static readonly string[] Identity = ["metadata", "kind", "apiVersion"];
    private static readonly string[] WritableMetadata = ["labels", "annotations", "ownerReferences", "finalizers"];

    protected ResourceType Type => type;

    protected ObjectStore Store => store;

    /// <summary>Adds what changes all the time and is not stored.</summary>
    public virtual JsonObject View(JsonObject stored) => stored;

    /// <summary>Fills in defaults; repeating it changes nothing.</summary>
    public virtual void Fill(JsonObject o)
    {
    }

    /// <summary>Completes and checks a new object.</summary>
    /// <exception cref="KubeException">The object is refused.</exception>
    public virtual void Create(KubeRequest request, JsonObject o, string name)
    {
        if (type.HasStatus && !type.IsCustom)
        {
            o["status"] = new JsonObject();
        }
    }

    /// <summary>Adapts an object before it is stored.</summary>
    public virtual void Admit(JsonObject next)
    {
    }

    /// <summary>Whether a subresource is read and written like the object.</summary>
    public virtual bool IsPart(string subresource) => subresource == "status" && type.HasStatus;

    /// <summary>What an update makes of an object.</summary>
    /// <param name="old">The stored object.</param>
    /// <param name="given">The object in the request.</param>
    /// <param name="part">The subresource; empty for the object without its status.</param>
    /// <exception cref="KubeException">The update is refused.</exception>
    public virtual JsonObject Update(JsonObject old, JsonObject given, string part)
    {
        var next = old.Copy();
        if (part == "status")
        {
            next["status"] = given["status"]?.DeepClone();
            return next;
        }

        foreach (var (key, value) in given.Where(p => !Identity.Contains(p.Key) && !(p.Key == "status" && type.HasStatus)))
        {
            next[key] = value?.DeepClone();
        }

        foreach (var key in next.Select(p => p.Key).Where(k => !given.ContainsKey(k) && k != "status" && !Identity.Contains(k)).ToList())
        {
            next.Remove(key);
        }

        foreach (var key in WritableMetadata)
        {
            next.Metadata().Remove(key);
            if (given.Find("metadata", key) is { } value)
            {
                next.Metadata()[key] = value.DeepClone();
            }
        }

        return next;
    }

    /// <summary>Lets controllers react to a write.</summary>
    /// <param name="before">The object before; null if it is new.</param>
    /// <param name="after">The object now.</param>
    public virtual void Written(JsonObject? before, JsonObject after)
    {
    }

    /// <summary>Deletes an object without finalizers.</summary>
    /// <returns>Whether it is gone at once.</returns>
    public virtual bool Delete(JsonObject o, long? grace)
    {
        store.Remove(type, o);
        return true;
    }

    /// <summary>Answers a call of a subresource that is no part of the object.</summary>
    /// <exception cref="KubeException">There is no such subresource.</exception>
    public virtual Reply Call(KubeRequest request, JsonObject o) => throw KubeException.NoSuchPath();
}
