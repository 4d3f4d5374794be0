using System.Net;
using k8s;
using k8s.Autorest;
using k8s.Models;
using Xunit;

namespace Hotstack.Sandbox.StockClient;

/// <summary>The official client's watches.</summary>
public sealed class StockWatchTests : StockClientTest
{
    [Fact]
    public async Task Nodes_as_they_change()
    {
        var seen = new List<(WatchEventType Kind, string Name, bool IsCordoned)>();
        await foreach ((WatchEventType kind, V1Node node) in Client.CoreV1.WatchListNodeAsync(cancellationToken: Stop))
        {
            Assert.Equal("Node", node.Kind);
            seen.Add((kind, node.Name(), node.Spec.Unschedulable == true));
            if (seen.Count == 5)
            {
                await Client.CoreV1.PatchNodeAsync(
                    new V1Patch("""{"spec": {"unschedulable": true}}""", V1Patch.PatchType.MergePatch), "worker1", cancellationToken: Stop);
            }
            else if (seen.Count == 6)
            {
                break;
            }
        }

        Assert.Equal(Server.Cluster.Nodes.Order(StringComparer.Ordinal).Select(name => (WatchEventType.Added, name, false)), seen[..5]);
        Assert.Equal((WatchEventType.Modified, "worker1", true), seen[5]);
    }

    [Fact]
    public async Task From_where_a_list_was_and_only_what_is_selected()
    {
        V1ConfigMapList list = await Client.CoreV1.ListNamespacedConfigMapAsync("demo-app", cancellationToken: Stop);
        await MapAsync("other", "no");
        await MapAsync("mine", "yes");
        await Client.CoreV1.DeleteNamespacedConfigMapAsync("mine", "demo-app", cancellationToken: Stop);

        var seen = new List<(WatchEventType, string)>();
        await foreach ((WatchEventType kind, V1ConfigMap map) in Client.CoreV1.WatchListNamespacedConfigMapAsync(
            "demo-app", labelSelector: "mine=yes", resourceVersion: list.ResourceVersion(), cancellationToken: Stop))
        {
            seen.Add((kind, map.Name()));
            if (seen.Count == 2)
            {
                break;
            }
        }

        Assert.Equal([(WatchEventType.Added, "mine"), (WatchEventType.Deleted, "mine")], seen);
    }

    [Fact]
    public async Task A_watch_that_begins_too_far_back_is_told_so()
    {
        string from = (await Client.CoreV1.ListNodeAsync(cancellationToken: Stop)).ResourceVersion();
        await MapAsync("mine", "yes");
        Server.Cluster.ForgetEvents();

        var errors = new List<Exception>();
        await foreach ((WatchEventType _, V1Node _) in Client.CoreV1.WatchListNodeAsync(resourceVersion: from, onError: errors.Add, cancellationToken: Stop))
        {
        }

        Assert.Equal(((int?)410, "Expired"), Assert.IsType<KubernetesException>(Assert.Single(errors)).Status is { } status ? (status.Code, status.Reason) : default);
    }

    [Fact]
    public async Task A_watch_that_may_not_be_is_refused()
    {
        using Kubernetes client = Connect("restricted");
        var e = await Assert.ThrowsAsync<HttpOperationException>(async () =>
        {
            await foreach ((WatchEventType _, V1Node _) in client.CoreV1.WatchListNodeAsync(cancellationToken: Stop))
            {
            }
        });
        Assert.Equal(HttpStatusCode.Forbidden, e.Response.StatusCode);
    }

    private Task<V1ConfigMap> MapAsync(string name, string label) => Client.CoreV1.CreateNamespacedConfigMapAsync(
        new V1ConfigMap { Metadata = new V1ObjectMeta { Name = name, Labels = new Dictionary<string, string> { ["mine"] = label } } }, "demo-app", cancellationToken: Stop);
}
