using System.Text.Json;
using System.Text.Json.Nodes;
using Hotstack.Http;
using Hotstack.OpenShift;
using Hotstack.OpenShift.Objects;
using Xunit;

namespace Hotstack.Contract;

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
    internal ResourceClient<RawObject> ConfigMaps => Admin.Client("", "v1", "configmaps", RawObject.From);

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
        await Cluster.Pods.CreateAsync(
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
            $"pod {name} runs", async () => (await Cluster.Pods.GetAsync(name, Stop, on.Namespace)).Phase == "Running", Stop);
        return name;
    }

    internal async Task<IReadOnlyList<Node>> NodesAsync() => await Cluster.Nodes.ListAsync(Stop);

    internal static async Task<ServiceException> FailsAsync(ErrorCause cause, string id, Func<Task> call)
    {
        ServiceException e = await Assert.ThrowsAsync<ServiceException>(call);
        Assert.True((cause, id) == (e.Cause, e.Id), $"{e.Cause} {e.Id}: {e.Message}");
        return e;
    }

    private async Task<string> ImageOnAsync(string node)
    {
        var daemons = new Selection { Namespace = "openshift-machine-config-operator" };
        return (await Cluster.Pods.ListAsync(Stop, daemons)).First(pod => pod.NodeName == node).Containers[0].Image;
    }
}

/// <summary>An object with all its fields.</summary>
internal sealed record RawObject(ObjectMeta Meta, string Json)
{
    public static RawObject From(JsonElement item) => new(ObjectMeta.From(item), item.GetRawText());

    /// <summary>To be changed, and sent back.</summary>
    public JsonObject Copy() => JsonNode.Parse(Json)!.AsObject();
}
