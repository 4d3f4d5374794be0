using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Hotstack.Http;
using k8s;
using k8s.Models;

namespace Hotstack.OpenShift;

/// <summary>Reads and writes KubernetesClient's models, by the serializers that it generated and without reflection.</summary>
internal static class ModelJson
{
    private static readonly JsonSerializerOptions Options = new()
    {
        DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull,
        TypeInfoResolver = JsonTypeInfoResolver.Combine(
            SourceGenerationContext.Default.WithAddedModifier(Complete), CustomObjectJson.Default),
        Converters =
        {
            new KubernetesJson.Iso8601TimeSpanConverter(),
            new KubernetesJson.KubernetesDateTimeConverter(),
            new KubernetesJson.KubernetesDateTimeOffsetConverter(),
            new V1Status.V1StatusObjectViewConverter(),
        },
    };

    public static byte[] Write(object body) => body is V1Patch patch
        ? Encoding.UTF8.GetBytes((string)patch.Content)
        : JsonSerializer.SerializeToUtf8Bytes(body, Options.GetTypeInfo(body.GetType()));

    /// <exception cref="ServiceException">The body is not of this shape (<c>ResponseInvalid</c>).</exception>
    public static T Read<T>(ApiResponse response)
    {
        string problem;
        try
        {
            if (JsonSerializer.Deserialize(JsonText.Readable(response.Body), (JsonTypeInfo<T>)Options.GetTypeInfo(typeof(T))) is { } model)
            {
                return model;
            }

            problem = "the body is null";
        }
        catch (JsonException e)
        {
            // Neither its message, which may quote the body, nor the exception itself.
            problem = $"the body is no {NameOf(typeof(T))}" + (e.Path is { Length: > 1 } path ? $": see {DisplayText.Of(path)}" : "");
        }
        catch (Exception e) when (e is FormatException or ArgumentException or InvalidOperationException or NotSupportedException or OverflowException)
        {
            // Of the package's own converters: of times, of quantities.
            problem = $"the body is no {NameOf(typeof(T))}";
        }

        throw ServiceException.OfInvalidResponse(response, problem);
    }

    private static string NameOf(Type model) => model.Name.StartsWith("V1", StringComparison.Ordinal) ? model.Name[2..] : "object of the Kubernetes API";

    /// <summary>An object always has metadata and a name, and no history of its fields, which nobody reads.</summary>
    private static void Complete(JsonTypeInfo model)
    {
        if (model.Type == typeof(V1ObjectMeta))
        {
            model.OnDeserialized = meta => ((V1ObjectMeta)meta).Name ??= "";
            if (model.Properties.FirstOrDefault(property => property.Name == "managedFields") is { } history)
            {
                model.Properties.Remove(history);
            }
        }
        else if (model.Type.IsAssignableTo(typeof(IMetadata<V1ObjectMeta>)))
        {
            model.OnDeserialized = item => ((IMetadata<V1ObjectMeta>)item).Metadata ??= new V1ObjectMeta { Name = "" };
        }
    }
}
