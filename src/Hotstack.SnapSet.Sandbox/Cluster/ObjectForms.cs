using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Hotstack.Sandbox.Cluster;

/// <summary>The form in which a client wants objects.</summary>
internal enum ObjectForm
{
    Whole,
    Metadata,
    Table,
}

/// <summary>Objects as clients see them: whole, only their metadata, or as rows of a table.</summary>
internal sealed class ObjectForms(OpenShift cluster)
{
    private static readonly JsonWriterOptions Wire = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static ObjectForm Asked(string? accept)
    {
        var first = (accept ?? "").Split(',')[0];
        return first.Contains("as=Table", StringComparison.Ordinal) ? ObjectForm.Table
            : first.Contains("as=PartialObjectMetadata", StringComparison.Ordinal) ? ObjectForm.Metadata
            : ObjectForm.Whole;
    }

    /// <summary>One object, as stored.</summary>
    public JsonObject One(ObjectForm form, ResourceType type, JsonObject stored) => form switch
    {
        ObjectForm.Metadata => Metadata(stored),
        ObjectForm.Table => Tables.Of(type, [cluster.Store.View(type, stored)], new JsonObject
        {
            ["resourceVersion"] = stored.Text("metadata", "resourceVersion"),
        }, cluster.Shown),
        _ => cluster.Store.View(type, stored),
    };

    /// <summary>A list of objects, as stored.</summary>
    public byte[] List(ObjectForm form, ResourceType type, IReadOnlyList<JsonObject> stored, JsonObject listMetadata)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, Wire))
        {
            if (form == ObjectForm.Table)
            {
                Tables.Of(type, [.. stored.Select(o => cluster.Store.View(type, o))], listMetadata, cluster.Shown).WriteTo(writer);
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
                    Write(writer, form == ObjectForm.Metadata ? Metadata(o) : cluster.Store.View(type, o), named: type.IsCustom || form == ObjectForm.Metadata);
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
            // Lists of Kubernetes' own types do not repeat in each item what it is.
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
