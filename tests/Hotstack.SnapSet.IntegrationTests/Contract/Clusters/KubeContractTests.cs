using System.Text.Json.Nodes;
using Hotstack.Http;
using Hotstack.OpenShift;
using Hotstack.OpenShift.Objects;
using Xunit;
using k8s;
using k8s.Models;

namespace Hotstack.Contract.Clusters;

/// <summary>What must hold of a cluster and of our work with it, whether it is the sandbox's or a real one. What a test
/// changed is as it was when it ends.</summary>
public abstract class KubeContractTests(ContractCluster on) : IAsyncLifetime
{
    private static int _names;

    internal static CancellationToken Stop => TestContext.Current.CancellationToken;

    internal ContractCluster On => on;

    internal Cluster Cluster => on.Cluster;

    internal Cluster Admin => on.Admin;

    /// <summary>Objects that do nothing.</summary>
    internal RawObjects ConfigMaps => new(Admin, "", "v1", "configmaps");

    internal RawObjects Pods => new(Cluster, "", "v1", "pods");

    internal static TimeSpan Minute => TimeSpan.FromMinutes(1);

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await on.RestoreAsync(CancellationToken.None);
    }

    internal static string NewName() => $"contract-{Interlocked.Increment(ref _names)}";

    internal Task<RawObject> AddConfigMapAsync(string name, string text = "old", string? group = null) => ConfigMaps.CreateAsync(
        new JsonObject
        {
            ["metadata"] = new JsonObject { ["name"] = name, ["labels"] = new JsonObject { ["group"] = group ?? name } },
            ["data"] = new JsonObject { ["text"] = text },
        },
        Stop, on.Namespace);

    /// <summary>A pod that runs on.</summary>
    internal async Task<string> AddPodAsync(string node, params string[] containers)
    {
        string name = NewName();
        string image = await ImageOnAsync(node);
        string[] names = containers.Length > 0 ? containers : ["main"];
        await Pods.CreateAsync(
            new JsonObject
            {
                ["metadata"] = new JsonObject { ["name"] = name, ["labels"] = new JsonObject { ["app"] = name } },
                ["spec"] = new JsonObject
                {
                    ["nodeName"] = node,
                    ["tolerations"] = new JsonArray(new JsonObject { ["operator"] = "Exists" }),
                    ["containers"] = new JsonArray([.. names.Select(container => new JsonObject
                    {
                        ["name"] = container, ["image"] = image, ["command"] = new JsonArray("sleep", "infinity"),
                    })]),
                },
            },
            Stop, on.Namespace);
        await on.UntilAsync(
            $"pod {name} runs", async (
                ) => (await Cluster.Client.CoreV1.ReadNamespacedPodAsync(name, on.Namespace, cancellationToken: Stop)).Phase == "Running",
                Stop);
        return name;
    }

    internal async Task<IReadOnlyList<V1Node>> NodesAsync() => (await Cluster.ListNodesAsync(Stop)).Items;

    /// <summary>Sends a call past our clients, by default as the administrator; every status is an answer.</summary>
    internal Task<ApiResponse> CallAsync(string method, string path, JsonNode? body = null, string? mediaType = null, string? accept = null)
    {
        string[] parts = path.Split('?', 2);
        ApiRequest request = Admin.Api.Request(new HttpMethod(method), $"api") with
        {
            Uri = new Uri(on.Load(on.Kubeconfig("admin")).Server, parts[0]),
            Query =
            [
                .. parts.Skip(1).SelectMany(query => query.Split('&')).Select(pair => pair.Split('=', 2))
                    .Select(pair => KeyValuePair.Create(pair[0], pair[1])),
            ],
            Headers = accept is null ? [] : [new("Accept", accept)],
            AlsoExpected = [.. Enumerable.Range(400, 200)],
            StatusRetries = 0,
        };
        return Admin.Api.SendAsync(body is null ? request : request.WithJson(body) with { ContentType = mediaType ?? request.ContentType },
            Stop);
    }

    internal static async Task<ServiceException> FailsAsync(ErrorCause cause, string id, Func<Task> call)
    {
        ServiceException e = await Assert.ThrowsAsync<ServiceException>(call);
        Assert.True((cause, id) == (e.Cause, e.Id), $"{e.Cause} {e.Id}: {e.Message}");
        return e;
    }

    private async Task<string> ImageOnAsync(string node)
    {
        var daemons = new ListQuery { Namespace = "openshift-machine-config-operator" };
        return (await Cluster.ListPodsAsync(Stop, daemons)).Items.First(pod => pod.NodeName == node).Containers[0].Image;
    }
}
