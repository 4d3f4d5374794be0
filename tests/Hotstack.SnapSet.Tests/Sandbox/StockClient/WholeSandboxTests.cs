using System.Collections;
using System.Reflection;
using System.Text.Json;
using k8s;
using k8s.Models;
using Xunit;

namespace Hotstack.Sandbox.StockClient;

/// <summary>Everything that the sandbox serves, found by discovery and read by the official client's models.</summary>
public sealed class WholeSandboxTests : StockClientTest
{
    private static readonly Dictionary<(string Group, string Version, string Kind), Type> Models = typeof(V1Node).Assembly.GetTypes()
        .Select(type => (Type: type, Entity: type.GetCustomAttribute<KubernetesEntityAttribute>())).Where(model => model.Entity is not null)
        .GroupBy(model => (model.Entity!.Group, model.Entity.ApiVersion, model.Entity.Kind)).ToDictionary(models => models.Key, models => models.First().Type);

    [Fact]
    public async Task What_an_API_server_always_writes_is_there()
    {
        Server.Cluster.AddHostileCsrs();
        Server.Cluster.RefuseEvictions("demo-app");

        var faults = new List<string>();
        var read = new Dictionary<string, int>();
        foreach (Served kind in await ServedAsync())
        {
            JsonElement list = await ListAsync(kind);
            read[kind.Plural] = list.GetProperty("items").GetArrayLength();
            faults.AddRange(FaultsOf(kind, list));
        }

        Assert.Equal("", string.Join('\n', faults.Distinct().Order(StringComparer.Ordinal)));
        // It was about something.
        Assert.All(
            ["nodes", "pods", "secrets", "leases", "daemonsets", "replicasets", "apiservices", "clusteroperators", "routes", "clusterserviceversions"],
            plural => Assert.NotEqual(0, read[plural]));
    }

    [Fact]
    public async Task An_object_alone_is_as_in_its_list_and_says_what_it_is()
    {
        foreach (Served kind in await ServedAsync())
        {
            JsonElement inList = (await ListAsync(kind)).GetProperty("items").EnumerateArray().FirstOrDefault();
            if (inList.ValueKind == JsonValueKind.Undefined)
            {
                continue;
            }

            JsonElement alone = await ReadAsync(kind, inList.GetProperty("metadata"));
            Assert.Equal((kind.Kind, kind.ApiVersion), (alone.GetProperty("kind").GetString(), alone.GetProperty("apiVersion").GetString()));
            Assert.Equal(inList.GetProperty("metadata").GetRawText(), alone.GetProperty("metadata").GetRawText());
        }
    }

    /// <summary>All kinds, by the client's own discovery.</summary>
    private async Task<IReadOnlyList<Served>> ServedAsync()
    {
        V1APIResourceList core = await Client.CoreV1.GetAPIResourcesAsync(Stop);
        var all = new List<Served>(Of("", core));
        foreach (V1APIGroup group in (await Client.Apis.GetAPIVersionsAsync(Stop)).Groups)
        {
            V1APIResourceList resources = await Client.CustomObjects.GetAPIResourcesAsync(group.Name, group.PreferredVersion.Version, Stop);
            all.AddRange(Of(group.Name, resources));
        }

        return all;

        static IEnumerable<Served> Of(string group, V1APIResourceList list) => list.Resources
            .Where(resource => resource.Verbs.Contains("list"))
            .Select(resource => new Served(group, list.GroupVersion.Split('/')[^1], resource.Name, resource.Kind, resource.Namespaced));
    }

    private async Task<JsonElement> ListAsync(Served kind) => (await Client.CustomObjects.ListClusterCustomObjectAsync<JsonElement>(
        kind.Group, kind.Version, kind.Plural, cancellationToken: Stop)).Clone();

    private Task<JsonElement> ReadAsync(Served kind, JsonElement metadata)
    {
        string name = metadata.GetProperty("name").GetString()!;
        return kind.IsNamespaced
            ? Client.CustomObjects.GetNamespacedCustomObjectAsync<JsonElement>(
                kind.Group, kind.Version, metadata.GetProperty("namespace").GetString()!, kind.Plural, name, Stop)
            : Client.CustomObjects.GetClusterCustomObjectAsync<JsonElement>(kind.Group, kind.Version, kind.Plural, name, Stop);
    }

    private static IEnumerable<string> FaultsOf(Served kind, JsonElement list)
    {
        if ((list.GetProperty("kind").GetString(), list.GetProperty("apiVersion").GetString()) != (kind.Kind + "List", kind.ApiVersion))
        {
            yield return $"{kind.Plural}: the list does not say what it is";
        }

        foreach (string fault in Faults(list.GetProperty("metadata").Deserialize<V1ListMeta>()!, $"{kind.Plural}: list"))
        {
            yield return fault;
        }

        Models.TryGetValue((kind.Group, kind.Version, kind.Kind), out Type? model);
        foreach (JsonElement item in list.GetProperty("items").EnumerateArray())
        {
            // Of what KubernetesClient has no model for, there is metadata and, by custom, conditions.
            IEnumerable<string> faults = model is null
                ? [.. Faults(item.GetProperty("metadata").Deserialize<V1ObjectMeta>()!, $"{kind.Plural}: metadata"), .. ConditionFaults(kind, item)]
                : Faults(Parsed(item, model), kind.Plural);
            foreach (string fault in faults)
            {
                yield return fault;
            }
        }
    }

    private static IEnumerable<string> ConditionFaults(Served kind, JsonElement item) =>
        item.TryGetProperty("status", out JsonElement status) && status.TryGetProperty("conditions", out JsonElement conditions)
            ? conditions.Deserialize<V1Condition[]>()!.Where(c => c.Type is not { Length: > 0 } || c.Status is not ("True" or "False" or "Unknown")
                || c.LastTransitionTime == default).Select(c => $"{kind.Plural}: condition {c.Type}")
            : [];

    private static object Parsed(JsonElement item, Type model) =>
        typeof(KubernetesJson).GetMethod(nameof(KubernetesJson.Deserialize), [typeof(string), typeof(JsonSerializerOptions)])!.MakeGenericMethod(model)
            .Invoke(null, [item.GetRawText(), null])!;

    /// <summary>Each field of <see cref="AlwaysWritten"/> that is null, at any depth.</summary>
    private static IEnumerable<string> Faults(object model, string where)
    {
        string[] always = AlwaysWritten.Fields.GetValueOrDefault(model.GetType(), []);
        foreach (PropertyInfo property in model.GetType().GetProperties().Where(property => !IsOfTemplate(property)))
        {
            object? value = property.GetValue(model);
            string at = $"{where}.{property.Name}";
            if (value is null && always.Contains(property.Name))
            {
                yield return at;
            }

            foreach (string fault in Inner(value).SelectMany(inner => Faults(inner, at)))
            {
                yield return fault;
            }
        }
    }

    /// <summary>The metadata of what is not made yet.</summary>
    private static bool IsOfTemplate(PropertyInfo property) =>
        property.DeclaringType == typeof(V1PodTemplateSpec) && property.Name == nameof(V1PodTemplateSpec.Metadata);

    private static IEnumerable<object> Inner(object? value) => value switch
    {
        string or byte[] => [],
        IDictionary map => map.Values.Cast<object?>().OfType<object>().Where(IsModel),
        IEnumerable list => list.Cast<object?>().OfType<object>().Where(IsModel),
        null => [],
        _ => IsModel(value) ? [value] : [],
    };

    private static bool IsModel(object value) => value.GetType() is { Namespace: "k8s.Models", IsClass: true } type && type != typeof(ResourceQuantity);

    private sealed record Served(string Group, string Version, string Plural, string Kind, bool IsNamespaced)
    {
        public string ApiVersion => Group.Length == 0 ? Version : $"{Group}/{Version}";
    }
}
