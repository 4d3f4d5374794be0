using System.Reflection;
using System.Runtime.ExceptionServices;
using System.Text;
using System.Text.Json.Nodes;
using Hotstack.OpenShift;
using k8s;
using k8s.Models;
using Xunit;

namespace Hotstack.Sandbox.StockClient;

/// <summary>Every object that the sandbox serves has the shape of its model: nothing that a real one always has is missing, nothing is made up.</summary>
public sealed class ModelTests : StockClientTest
{
    private static readonly Dictionary<(string Group, string Version, string Kind), Type> Models = typeof(V1Node).Assembly.GetTypes()
        .Select(type => (Type: type, Entity: type.GetCustomAttribute<KubernetesEntityAttribute>()))
        .Where(model => model.Entity is not null)
        .ToLookup(model => (model.Entity!.Group, model.Entity.ApiVersion, model.Entity.Kind), model => model.Type)
        .ToDictionary(models => models.Key, models => models.First());

    /// <summary>The kinds that the product reads and that are Kubernetes' own.</summary>
    private static readonly string[] OwnKinds =
    [
        "APIService", "CertificateSigningRequest", "ConfigMap", "DaemonSet", "Event", "Lease", "Namespace", "Node", "Pod",
            "PodDisruptionBudget",
        "ReplicaSet", "Secret", "ServiceAccount",
    ];

    [Fact]
    public async Task A_settled_cluster() => Assert.Equal("", await ProblemsAsync());

    [Fact]
    public async Task A_busy_cluster()
    {
        string image = Cluster.List("pods", "openshift-machine-config-operator")[0]["spec"]!["containers"]![0]!["image"]!.ToString();
        await HelperAsync("worker0", "shutdown -h +60");
        await HelperAsync("worker0", "sleep infinity", image);
        await HelperAsync("worker0", "sleep 1", "quay.io/nobody/nothing:1");
        Pass(3);
        await HelperAsync("worker1", "sleep 1", image);
        Cluster.AddHostileCsrs();
        await ApproveAsync((await NamesAsync(Csrs))[0]);
        await Stock.CoreV1.CreateNamespacedConfigMapAsync(new V1ConfigMap { Metadata = new V1ObjectMeta { Name = "mine" } }, "default",
            cancellationToken: Stop);
        await Stock.CoreV1.PatchNodeAsync(new V1Patch("""{"spec":{"unschedulable":true}}""", V1Patch.PatchType.MergePatch), "worker0",
            cancellationToken: Stop);
        Cluster.RefuseEvictions("demo-app");
        Power(on: false, "worker1");
        Pass(120);
        Assert.Equal("Unknown", await ReadyAsync("worker1"));
        Assert.Equal("", await ProblemsAsync());
    }

    [Fact]
    public async Task A_cluster_that_was_off()
    {
        Power(on: false, AllServers);
        Pass(60);
        BootAll();
        Assert.Equal("", await ProblemsAsync());
    }

    [Theory]
    [InlineData("""{"spec":{"containers":[{"name":"a","resources":{}}],"nodeNam":"x"}}""", ".spec.nodeNam is not known")]
    [InlineData("""{"spec":{"containers":[{"name":"a"}]}}""", ".spec.containers.resources is missing")]
    [InlineData("""{"status":{"containerStatuses":[{"name":"a","image":"b","imageID":"c","ready":true,"state":{},"lastState":{}}]}}""", ".status.containerStatuses.restartCount is missing")]
    [InlineData("""{"metadata":{"creationTimestamp":null,"labels":{"any":"thing"}}}""", "")]
    public void A_difference_is_seen(string pod, string difference) =>
        Assert.Equal(difference, string.Join("; ", ModelShape.Differences(typeof(V1Pod), JsonNode.Parse(pod)!)));

    /// <summary>What is wrong with each kind by discovery, as <c>kind: what</c>.</summary>
    private async Task<string> ProblemsAsync()
    {
        var problems = new List<string>();
        var seen = new List<string>();
        foreach ((string group, string path) in await GroupsAsync())
        {
            var resources = Read<V1APIResourceList>(await GetAsync(path));
            foreach (V1APIResource resource in resources.Resources.Where(r => !r.Name.Contains('/', StringComparison.Ordinal)
                && r.Verbs.Contains("list")))
            {
                JsonNode list = await GetAsync($"{path}/{resource.Name}");
                problems.AddRange(Common(resource, resources.GroupVersion, list));
                if (Models.TryGetValue((group, "v1", resource.Kind), out Type? model))
                {
                    seen.Add(resource.Kind);
                    problems.AddRange(Typed(resource.Kind, model, list));
                }
            }
        }

        Assert.Subset(seen.ToHashSet(), OwnKinds.ToHashSet());
        return string.Join(Environment.NewLine, problems.Distinct().Order(StringComparer.Ordinal));
    }

    private async Task<IReadOnlyList<(string Group, string Path)>> GroupsAsync()
    {
        V1APIGroupList groups = await Stock.Apis.GetAPIVersionsAsync();
        return [("", "/api/v1"), .. groups.Groups.Select(group => (group.Name, "/apis/" + group.PreferredVersion.GroupVersion))];
    }

    /// <summary>What every list has, of whatever kind.</summary>
    private static IEnumerable<string> Common(V1APIResource resource, string groupVersion, JsonNode list)
    {
        if ((string?)list["kind"] != resource.Kind + "List" || (string?)list["apiVersion"] != groupVersion
            || (string?)list["metadata"]?["resourceVersion"] is null)
        {
            yield return $"{resource.Kind}: the list says kind {list["kind"]}, apiVersion {list["apiVersion"]}, metadata {list["metadata"]}";
        }

        foreach (JsonNode? item in list["items"]!.AsArray())
        {
            V1ObjectMeta metadata = Read<V1ObjectMeta>(item!["metadata"]!);
            if (metadata.Name is null || metadata.Uid is null || metadata.ResourceVersion is null || metadata.CreationTimestamp is null
                || metadata.NamespaceProperty is null == resource.Namespaced)
            {
                yield return $"{resource.Kind}: {item["metadata"]}";
            }
        }
    }

    /// <summary>Reads each item as the package does and as the product does, and compares what is there with what the model knows.</summary>
    private static IEnumerable<string> Typed(string kind, Type model, JsonNode list)
    {
        foreach (JsonNode? item in list["items"]!.AsArray())
        {
            Assert.IsType(model, Read(model, item!));
            Assert.IsType(model, Called(typeof(ModelJson).GetMethod(nameof(ModelJson.Parse), BindingFlags.Static | BindingFlags.NonPublic)!,
                model, Encoding.UTF8.GetBytes(item!.ToJsonString())));
            foreach (string difference in ModelShape.Differences(model, item!))
            {
                yield return kind + difference;
            }
        }
    }

    private static T Read<T>(JsonNode json) => (T)Read(typeof(T), json);

    private static object Read(Type model, JsonNode json) => Called(
        typeof(KubernetesJson).GetMethods()
            .Single(m => m.Name == nameof(KubernetesJson.Deserialize) && m.GetParameters()[0].ParameterType == typeof(string)),
        model, json.ToJsonString(), null);

    private static object Called(MethodInfo reader, Type model, params object?[] arguments)
    {
        try
        {
            return reader.MakeGenericMethod(model).Invoke(null, arguments)!;
        }
        catch (TargetInvocationException error)
        {
            ExceptionDispatchInfo.Throw(error.InnerException!);
            throw;
        }
    }
}
