using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hotstack.Sandbox.Cluster.Objects;

namespace Hotstack.Sandbox.Cluster.Api;

/// <summary>The form of objects that a client accepts.</summary>
internal enum ObjectForm
{
    Whole,
    Metadata,
    Table,
}

/// <summary>Objects as clients see them: whole, only their metadata, or as rows of a table.</summary>
internal sealed class ObjectForms(ObjectStore store, ClusterClock clock)
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static ObjectForm Accepted(string? accept)
    {
        var first = (accept ?? "").Split(',')[0];
        return first.Contains("as=Table", StringComparison.Ordinal) ? ObjectForm.Table
            : first.Contains("as=PartialObjectMetadata", StringComparison.Ordinal) ? ObjectForm.Metadata
            : ObjectForm.Whole;
    }

    /// <summary>Converts a stored object.</summary>
    public JsonObject Write(ObjectForm form, ResourceType type, JsonObject stored) => form switch
    {
        ObjectForm.Metadata => Metadata(stored),
        ObjectForm.Table => Tables.Of(type, [store.View(type, stored)], new JsonObject
        {
            ["resourceVersion"] = stored.Text("metadata", "resourceVersion"),
        }, clock.SkewedNow),
        _ => store.View(type, stored),
    };

    /// <summary>Converts a list of stored objects.</summary>
    public byte[] WriteList(ObjectForm form, ResourceType type, IReadOnlyList<JsonObject> stored, JsonObject listMetadata)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, Options))
        {
            if (form == ObjectForm.Table)
            {
                Tables.Of(type, [.. stored.Select(o => store.View(type, o))], listMetadata, clock.SkewedNow).WriteTo(writer);
            }
            else
            {
                writer.WriteStartObject();
                writer.WriteString("kind", form == ObjectForm.Metadata ? "PartialObjectMetadataList" : type.Kind + "List");
                writer.WriteString("apiVersion", form == ObjectForm.Metadata ? "meta.k8s.io/v1" : type.ApiVersion);
                writer.WritePropertyName("metadata");
                listMetadata.WriteTo(writer);
                writer.WriteStartArray("items");
                foreach (var o in stored)
                {
                    Write(writer, form == ObjectForm.Metadata ? Metadata(o) : store.View(type, o), named: type.IsCustom
                        || form == ObjectForm.Metadata);
                }

                writer.WriteEndArray();
                writer.WriteEndObject();
            }
        }

        return stream.ToArray();
    }

    private static void Write(Utf8JsonWriter writer, JsonObject o, bool named)
    {
        writer.WriteStartObject();
        foreach (var (key, value) in o)
        {
            // The items of lists of Kubernetes' own types have neither kind nor apiVersion.
            if (named || key is not ("kind" or "apiVersion"))
            {
                writer.WritePropertyName(key);
                if (value is null)
                {
                    writer.WriteNullValue();
                }
                else
                {
                    value.WriteTo(writer);
                }
            }
        }

        writer.WriteEndObject();
    }

    public static JsonObject Metadata(JsonObject o) => new()
    {
        ["kind"] = "PartialObjectMetadata", ["apiVersion"] = "meta.k8s.io/v1", ["metadata"] = o["metadata"]!.DeepClone(),
    };
}
