using System.Text.Json;

namespace Hotstack.OpenShift.Objects;

/// <summary>What every object of the Kubernetes API carries: its <c>metadata</c>.</summary>
public sealed record ObjectMeta
{
    /// <summary>Unique among the objects of its kind and namespace.</summary>
    public required string Name { get; init; }

    /// <summary>Null for an object of the whole cluster.</summary>
    public string? Namespace { get; init; }

    /// <summary>Unique for ever: an object of the same name made later has another.</summary>
    public string? Uid { get; init; }

    /// <summary>Changes with every write; opaque.</summary>
    public string? ResourceVersion { get; init; }

    /// <summary>When it was made, by the API server's clock.</summary>
    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>When its deletion was asked for; null if it was not.</summary>
    public DateTimeOffset? DeletedAt { get; init; }

    /// <summary>For selectors.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    /// <summary>For everything else.</summary>
    public IReadOnlyDictionary<string, string> Annotations { get; init; } = new Dictionary<string, string>();

    /// <summary>What it is a part of.</summary>
    public IReadOnlyList<ObjectOwner> Owners { get; init; } = [];

    /// <summary>The namespace and the name, as messages name it.</summary>
    public override string ToString() => Namespace is null ? Name : $"{Namespace}/{Name}";

    /// <summary>The metadata of an object.</summary>
    internal static ObjectMeta From(JsonElement item)
    {
        JsonElement metadata = item.Field("metadata") ?? default;
        return new ObjectMeta
        {
            Name = metadata.Text("name") ?? "",
            Namespace = metadata.Text("namespace"),
            Uid = metadata.Text("uid"),
            ResourceVersion = metadata.Text("resourceVersion"),
            CreatedAt = metadata.Time("creationTimestamp"),
            DeletedAt = metadata.Time("deletionTimestamp"),
            Labels = metadata.Texts("labels"),
            Annotations = metadata.Texts("annotations"),
            Owners = [.. metadata.Items("ownerReferences").Select(ObjectOwner.From)],
        };
    }
}

/// <summary>What an object is a part of.</summary>
/// <param name="Kind">The owner's kind: <c>DaemonSet</c>.</param>
/// <param name="Name">The owner's name.</param>
public sealed record ObjectOwner(string Kind, string Name)
{
    /// <summary>The owner's uid, which no other object ever has.</summary>
    public string? Uid { get; init; }

    /// <summary>The owner is the one that made the object and replaces it.</summary>
    public bool IsController { get; init; }

    internal static ObjectOwner From(JsonElement owner) => new(owner.Text("kind") ?? "", owner.Text("name") ?? "")
    {
        Uid = owner.Text("uid"),
        IsController = owner.Flag("controller"),
    };
}
