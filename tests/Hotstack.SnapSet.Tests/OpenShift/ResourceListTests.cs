using Hotstack.Clusters;
using Hotstack.Http;
using Xunit;
using k8s.Models;
using static Hotstack.OpenShift.ScriptedAnswers;

namespace Hotstack.OpenShift;

public sealed class ResourceListTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_list_whose_moment_is_forgotten_between_two_pages_is_read_anew_and_in_one()
    {
        using var server = new ScriptedHandler(
            _ => Nodes("10", "page2", "a", "b"),
            _ => Status(410),
            _ => Nodes("20", null, "b", "c"));
        using Cluster cluster = HandledCluster.Connect(server, new RecordingActivity());

        IReadOnlyList<V1Node> nodes = (await cluster.ListNodesAsync(Stop, new() { PageSize = 2 })).Items;

        Assert.Equal(["b", "c"], nodes.Select(n => n.Name));
        Assert.Equal(["?limit=2", "?continue=page2&limit=2", ""], server.Requests.Select(r => r.Uri.Query));
    }

    [Fact]
    public async Task A_list_that_is_forgotten_at_once_is_an_error_and_no_endless_question()
    {
        using var server = new ScriptedHandler(_ => Status(410));
        using Cluster cluster = HandledCluster.Connect(server, new RecordingActivity());

        ServiceException failure = await Assert.ThrowsAsync<ServiceException>(() => cluster.ListNodesAsync(Stop));

        Assert.Equal(410, failure.Status);
        Assert.Single(server.Requests);
    }
}
