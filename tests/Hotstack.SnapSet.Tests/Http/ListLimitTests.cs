using Hotstack.Clusters;
using Hotstack.OpenShift;
using Xunit;

namespace Hotstack.Http;

/// <summary>Lists that have no end.</summary>
public sealed class ListLimitTests
{
    private static readonly ApiRequest Request = new("image", HttpMethod.Get, new Uri("http://cloud.test/v2/images"));

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1000, 0, 100, "100,000 items")]
    [InlineData(1, 64 << 20, 4, "256.0 MiB")]
    [InlineData(0, 0, 10_000, "10,000 pages")]
    public void The_bounds(int items, int bytes, int pages, string named)
    {
        var limit = new ListLimit();
        var page = new ApiResponse(Request, 200, new Dictionary<string, string>(), new byte[bytes]);
        for (int i = 0; i < pages; i++)
        {
            limit.Add(page, items);
        }

        var e = Assert.Throws<ServiceException>(() => limit.Add(page, items));

        Assert.Equal((ErrorCause.ResponseInvalid, "ListEndless"), (e.Cause, e.Id));
        Assert.Contains(named, e.Message, StringComparison.Ordinal);
        Assert.NotNull(e.Hint);
    }

    [Fact]
    public async Task A_list_of_Kubernetes_that_always_goes_on_ends()
    {
        int page = 0;
        using var server = new ScriptedHandler(_ =>
        {
            page++;
            string items = string.Join(',', Enumerable.Range(0, 1000).Select(i => $$$"""{"metadata":{"name":"n{{{page}}}-{{{i}}}"}}"""));
            return ScriptedHandler.Answer(200, $$"""{"metadata":{"resourceVersion":"1","continue":"c{{page}}"},"items":[{{items}}]}""");
        });
        using Cluster cluster = HandledCluster.Connect(server, new RecordingActivity());

        var e = await Assert.ThrowsAsync<ServiceException>(() => cluster.ListNodesAsync(Stop));

        Assert.Equal("ListEndless", e.Id);
        Assert.Equal(101, server.Requests.Count);
    }

    [Fact]
    public async Task A_list_of_Kubernetes_that_goes_on_at_the_same_place_ends_at_once()
    {
        using var server = new ScriptedHandler(_ => ScriptedHandler.Answer(
            200, """{"metadata":{"resourceVersion":"1","continue":"same"},"items":[{"metadata":{"name":"n"}}]}"""));
        using Cluster cluster = HandledCluster.Connect(server, new RecordingActivity());

        var e = await Assert.ThrowsAsync<ServiceException>(() => cluster.ListNodesAsync(Stop));

        Assert.Equal("ListEndless", e.Id);
        Assert.Equal(2, server.Requests.Count);
    }

    [Fact]
    public async Task A_list_that_is_forgotten_again_and_again_is_an_error()
    {
        int call = 0;
        using var server = new ScriptedHandler(_ => ++call % 2 == 0
            ? ScriptedHandler.Answer(410, """{"kind":"Status","code":410,"message":"gone"}""")
            : ScriptedHandler.Answer(200,
                $$"""{"metadata":{"resourceVersion":"1","continue":"c{{call}}"},"items":[{"metadata":{"name":"n"} }] }"""));
        using Cluster cluster = HandledCluster.Connect(server, new RecordingActivity());

        var e = await Assert.ThrowsAsync<ServiceException>(() => cluster.ListNodesAsync(Stop));

        Assert.Equal(410, e.Status);
        Assert.Equal(4, server.Requests.Count);
    }
}
