using k8s;
using k8s.Models;
using Xunit;

namespace Hotstack.Sandbox.StockClient;

/// <summary>The official client's watches.</summary>
public sealed class WatchTests : StockClientTest
{
    [Fact]
    public async Task A_change_of_a_node_is_told()
    {
        V1NodeList nodes = await Stock.CoreV1.ListNodeAsync(cancellationToken: Stop);
        var told = new List<(WatchEventType Kind, V1Node Node)>();
        Exception? problem = null;
        await foreach (var change in Stock.CoreV1.WatchListNodeAsync(
            resourceVersion: nodes.Metadata.ResourceVersion, fieldSelector: "metadata.name=worker0", onError: error => problem = error,
                cancellationToken: Started()))
        {
            told.Add(change);
            if (told.Count == 2)
            {
                break;
            }
        }

        Assert.Null(problem);
        Assert.Equal([WatchEventType.Modified, WatchEventType.Modified], told.Select(change => change.Kind));
        Assert.Equal([true, null], told.Select(change => change.Node.Spec.Unschedulable));
        Assert.All(told, change => Assert.Equal(("worker0", "Node", "v1"), (change.Node.Name(), change.Node.Kind, change.Node.ApiVersion)));
    }

    [Fact]
    public async Task What_is_there_is_told_first_and_a_bookmark_last()
    {
        var told = new List<(WatchEventType Kind, string Name)>();
        await foreach ((WatchEventType kind, V1Node node) in Stock.CoreV1.WatchListNodeAsync(
            allowWatchBookmarks: true, timeoutSeconds: 1, onError: error => Assert.Fail(error.ToString()), cancellationToken: Stop))
        {
            told.Add((kind, kind == WatchEventType.Bookmark ? node.ResourceVersion() : node.Name()));
        }

        Assert.Equal(Cluster.Nodes.Order(), told.Where(t => t.Kind == WatchEventType.Added).Select(t => t.Name));
        Assert.Equal(WatchEventType.Bookmark, told[^1].Kind);
        Assert.Equal((await Stock.CoreV1.ListNodeAsync(cancellationToken: Stop)).Metadata.ResourceVersion, told[^1].Name);
    }

    [Fact]
    public async Task A_watch_from_a_forgotten_version_ends_with_410()
    {
        string version = (await Stock.CoreV1.ListNodeAsync(cancellationToken: Stop)).Metadata.ResourceVersion;
        Cluster.Change("nodes", "worker0", node => node["metadata"]!["labels"]!["x"] = "y");
        Cluster.ForgetEvents();
        Exception? problem = null;
        await foreach (var change in Stock.CoreV1.WatchListNodeAsync(resourceVersion: version, onError: error => problem = error,
            cancellationToken: Stop))
        {
            Assert.Fail($"{change.Item1}");
        }

        var error = Assert.IsType<KubernetesException>(problem);
        Assert.Equal((410, "Expired"), (error.Status.Code, error.Status.Reason));
    }

    /// <summary>Cordons worker0 and takes that back, beside the test.</summary>
    private CancellationToken Started()
    {
        Cluster.Change("nodes", "worker0", node => node["spec"]!["unschedulable"] = true);
        Cluster.Change("nodes", "worker0", node => node["spec"]!.AsObject().Remove("unschedulable"));
        return Stop;
    }
}
