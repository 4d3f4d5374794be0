using System.Text.Json;
using System.Text.Json.Serialization;
using k8s.Models;

namespace Hotstack.OpenShift;

/// <summary>How objects are read for which KubernetesClient has no model.</summary>
[JsonSerializable(typeof(CustomObjectList))]
[JsonSerializable(typeof(JsonElement))]
internal sealed partial class CustomObjectJson : JsonSerializerContext;

/// <summary>A page of objects of a kind for which KubernetesClient has no model.</summary>
internal sealed class CustomObjectList : IItems<JsonElement>, IMetadata<V1ListMeta>
{
    [JsonPropertyName("items")]
    public IList<JsonElement> Items { get; set; } = [];

    [JsonPropertyName("metadata")]
    public V1ListMeta Metadata { get; set; } = new();
}
