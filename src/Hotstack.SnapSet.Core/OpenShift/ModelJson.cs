using System.Collections;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Hotstack.Http;
using k8s;
using k8s.Models;

namespace Hotstack.OpenShift;

/// <summary>Reads and writes KubernetesClient's models.</summary>
/// <remarks>
/// By reflection: the package's <see cref="SourceGenerationContext"/> searches about 1500 models in turn, which doubles the time of
/// the first call.
/// </remarks>
internal static class ModelJson
{
    private static readonly JsonSerializerOptions Reading = Options(new DefaultJsonTypeInfoResolver { Modifiers = { Restrict, Complete } });

    /// <summary>Writing includes all parts.</summary>
    private static readonly Lazy<JsonSerializerOptions> Writing = new(() => Options(new DefaultJsonTypeInfoResolver()));

    /// <summary>The first read of a model prepares it, which takes as long as a dozen requests. Done in parallel with connecting, it costs
    /// no time.</summary>
    private static readonly Lazy<Task> Preparation = new(() => Task.Run(() =>
    {
        const string Item = """{"metadata":{"creationTimestamp":"2026-01-01T00:00:00Z","labels":{}},"spec":{},"status":{"conditions":[{}]} }""";
        byte[] list = Encoding.UTF8.GetBytes($$"""{"metadata":{},"items":[{{Item}}]}""");
        foreach (Type model in (Type[])[typeof(V1NodeList), typeof(V1PodList), typeof(V1CertificateSigningRequestList), typeof(V1LeaseList),
            typeof(V1APIServiceList)])
        {
            JsonSerializer.Deserialize(list, Reading.GetTypeInfo(model));
        }
    }));

    /// <summary>Starts preparing the usual models; once for the process.</summary>
    public static void Prepare() => _ = Preparation.Value;

    public static byte[] Write(object body) => body is V1Patch patch
        ? Encoding.UTF8.GetBytes((string)patch.Content)
        : JsonSerializer.SerializeToUtf8Bytes(body, Writing.Value.GetTypeInfo(body.GetType()));

    /// <exception cref="ServiceException">The body is not of this shape (<c>ResponseInvalid</c>).</exception>
    public static T Read<T>(ApiResponse response)
    {
        string problem;
        try
        {
            if (Parse<T>(response.Body) is { } model)
            {
                return model;
            }

            problem = "the body is null";
        }
        catch (JsonException e)
        {
            // Without its message and the exception itself, which may quote the body.
            problem = $"the body is not a valid {NameOf(typeof(T))}"
                + (e.Path is { Length: > 1 } path ? $": see {DisplayText.Of(path)}" : "");
        }
        catch (Exception e) when (e is FormatException or ArgumentException or InvalidOperationException or NotSupportedException or OverflowException)
        {
            // From the package's converters of times and quantities.
            problem = $"the body is not a valid {NameOf(typeof(T))}";
        }

        throw ServiceException.OfInvalidResponse(response, problem);
    }

    /// <exception cref="JsonException">It is not of this shape; the package's converters throw others.</exception>
    internal static T? Parse<T>(byte[] json) =>
        JsonSerializer.Deserialize(JsonText.Readable(json), (JsonTypeInfo<T>)Reading.GetTypeInfo(typeof(T)));

    private static string NameOf(Type model) => model.Name.StartsWith("V1", StringComparison.Ordinal) ? model.Name[2..]
        : "object of the Kubernetes API";

    private static JsonSerializerOptions Options(IJsonTypeInfoResolver models) => new()
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        TypeInfoResolver = models,
        Converters =
        {
            new KubernetesJson.Iso8601TimeSpanConverter(),
            new KubernetesJson.KubernetesDateTimeConverter(),
            new KubernetesJson.KubernetesDateTimeOffsetConverter(),
            new V1Status.V1StatusObjectViewConverter(),
        },
    };

    /// <summary>An object always has metadata and a name; its lists have no nulls.</summary>
    private static void Complete(JsonTypeInfo model)
    {
        Func<object, object?>[] lists = [.. model.Properties.Where(property => IsList(property.PropertyType))
            .Select(property => property.Get).OfType<Func<object, object?>>()];
        bool isMetadata = model.Type == typeof(V1ObjectMeta);
        bool hasMetadata = model.Type.IsAssignableTo(typeof(IMetadata<V1ObjectMeta>));
        if (!isMetadata && !hasMetadata && lists.Length == 0)
        {
            return;
        }

        model.OnDeserialized = item =>
        {
            foreach (Func<object, object?> list in lists)
            {
                RemoveNulls(list(item) as IList);
            }

            if (isMetadata)
            {
                var meta = (V1ObjectMeta)item;
                meta.Name ??= "";
                meta.Labels = WithoutNulls(meta.Labels);
                meta.Annotations = WithoutNulls(meta.Annotations);
            }
            else if (hasMetadata)
            {
                ((IMetadata<V1ObjectMeta>)item).Metadata ??= new V1ObjectMeta { Name = "" };
            }
        };
    }

    private static bool IsList(Type type) =>
        type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IList<>) && !type.GenericTypeArguments[0].IsValueType;

    private static void RemoveNulls(IList? list)
    {
        for (int i = (list?.Count ?? 0) - 1; i >= 0; i--)
        {
            if (list![i] is null)
            {
                list.RemoveAt(i);
            }
        }
    }

    /// <summary>A null in JSON means no value.</summary>
    private static IDictionary<string, string>? WithoutNulls(IDictionary<string, string>? map) =>
        map?.Values.Contains(null!) == true ? map.Where(pair => pair.Value is not null).ToDictionary() : map;

    /// <summary>The parts of models that are read, by their JSON names; all others are skipped. A pod alone has about 300 models, and each
    /// one
    /// that is prepared costs time in the first call. A model that is not listed is read whole. A test compares the list with the
    /// code.</summary>
    public static readonly IReadOnlyDictionary<Type, string[]> Parts = new Dictionary<Type, string[]>
    {
        // All but its history: a signing request is written back with it.
        [typeof(V1ObjectMeta)] =
        [
            "annotations", "creationTimestamp", "deletionGracePeriodSeconds", "deletionTimestamp", "finalizers", "generateName",
                "generation", "labels", "name",
            "namespace", "ownerReferences", "resourceVersion", "selfLink", "uid",
        ],
        [typeof(V1NodeSpec)] = ["unschedulable"],
        [typeof(V1NodeStatus)] = ["addresses", "conditions", "nodeInfo"],
        [typeof(V1NodeSystemInfo)] = ["bootID", "kubeletVersion"],
        [typeof(V1PodSpec)] = ["containers", "nodeName"],
        [typeof(V1Container)] = ["image", "name"],
        [typeof(V1PodStatus)] = ["conditions", "containerStatuses", "phase", "reason"],
        [typeof(V1ContainerStatus)] = ["name", "state"],
        [typeof(V1ContainerState)] = ["terminated", "waiting"],
        [typeof(V1ContainerStateTerminated)] = ["exitCode"],
        [typeof(V1ContainerStateWaiting)] = ["message", "reason"],
        [typeof(V1PodCondition)] = ["lastTransitionTime", "message", "reason", "status", "type"],
        [typeof(V1DaemonSet)] = ["metadata", "spec"],
        [typeof(V1DaemonSetSpec)] = ["template"],
        [typeof(V1PodTemplateSpec)] = ["spec"],
        [typeof(V1APIServiceSpec)] = ["group", "service", "version"],
        [typeof(V1LeaseSpec)] = ["renewTime"],
        [typeof(V1Namespace)] = ["metadata"],
        [typeof(V1ServiceAccount)] = ["metadata"],
        [typeof(V1Eviction)] = ["metadata"],
        [typeof(V1Secret)] = ["data", "metadata"],
        [typeof(V1ConfigMap)] = ["data", "metadata"],
        [typeof(V1SelfSubjectAccessReview)] = ["metadata", "status"],
        [typeof(V1SubjectAccessReviewStatus)] = ["allowed"],
    };

    /// <summary>Removes the parts of a model that are not read.</summary>
    private static void Restrict(JsonTypeInfo model)
    {
        if (Parts.TryGetValue(model.Type, out string[]? parts))
        {
            foreach (JsonPropertyInfo property in model.Properties.Where(property => !parts.Contains(property.Name)).ToArray())
            {
                model.Properties.Remove(property);
            }
        }
    }
}
