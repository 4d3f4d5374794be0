using System.Collections.ObjectModel;
using System.Text.Json;
using k8s.Models;

// In the outermost namespace, node.Name is this property and not the package's method Name(). In an interpolated string the method
// without parentheses would compile and print the name of a delegate.
#pragma warning disable IDE0130
namespace Hotstack;
#pragma warning restore IDE0130

/// <summary>The metadata of any object.</summary>
internal static class ObjectMetadata
{
    private static readonly ReadOnlyDictionary<string, string> None = ReadOnlyDictionary<string, string>.Empty;

    extension(IMetadata<V1ObjectMeta> item)
    {
        /// <summary>Unique among the objects of its kind and namespace.</summary>
        public string Name => item.Metadata.Name;

        /// <summary>Null for an object of the whole cluster.</summary>
        public string? Namespace => item.Metadata.NamespaceProperty;

        /// <summary>Namespace and name, for messages.</summary>
        public string Title => item.Namespace is { Length: > 0 } @namespace ? $"{@namespace}/{item.Name}" : item.Name;

        /// <summary>Unique for ever: a later object of the same name has another.</summary>
        public string? Uid => item.Metadata.Uid;

        /// <summary>Its labels; empty if it has none.</summary>
        public IReadOnlyDictionary<string, string> Labels => item.Metadata.Labels as IReadOnlyDictionary<string, string> ?? None;

        /// <summary>Its annotations; empty if it has none.</summary>
        public IReadOnlyDictionary<string, string> Annotations => item.Metadata.Annotations as IReadOnlyDictionary<string, string> ?? None;

        /// <summary>Its owners.</summary>
        public IEnumerable<V1OwnerReference> Owners => item.Metadata.OwnerReferences ?? [];

        /// <summary>It is being deleted.</summary>
        public bool IsBeingDeleted => item.Metadata.DeletionTimestamp is not null;

        /// <summary>When it was created, by the API server's clock; null if unknown.</summary>
        public DateTimeOffset? CreatedAt => item.Metadata.CreationTimestamp;
    }

    /// <summary>The name of an object without a model; empty if it has none.</summary>
    public static string NameIn(JsonElement item) => item.Field("metadata")?.Text("name") ?? "";

    /// <summary>The namespace and the name of such an object.</summary>
    public static string TitleIn(JsonElement item) => item.Field("metadata")?.Text("namespace") is { } @namespace
        ? $"{@namespace}/{NameIn(item)}" : NameIn(item);
}
