using Hotstack.Clusters;
using Hotstack.Http;
using Xunit;
using static Hotstack.OpenShift.ScriptedAnswers;

namespace Hotstack.OpenShift;

/// <summary>What ends the stream of a watch, and what does not, one answer at a time.</summary>
public sealed class ResourceWatchTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static TheoryData<string, Func<HttpResponseMessage>> EndsOfAStream => new()
    {
        { "the regular end", () => Stream() },
        { "504", () => Status(504) },
        { "504 as an event", () => Stream(Error(504)) },
        { "500", () => Status(500) },
        { "half a line", () => Stream(Event("ADDED", "seen", "11"), "{\"type\":\"ADD") },
        { "a line that is no JSON", () => Stream("<html>") },
    };

    [Theory, MemberData(nameof(EndsOfAStream))]
    public async Task It_is_taken_up_where_it_was_after(string end, Func<HttpResponseMessage> ending)
    {
        List<Sent> sent = [];
        string[] told = await FollowAsync(
            sent, ending, () => Stream(Event("ADDED", "late", "12")), list: () => Nodes("10", null, "first"));

        Assert.Equal(["Added first", "Added late"], told.Except(["Added seen"]));
        Assert.Single(sent, s => !IsWatch(s));
        string from = end == "half a line" ? "resourceVersion=11" : "resourceVersion=10";
        Assert.Contains(from, sent.Where(IsWatch).ElementAt(1).Uri.Query, StringComparison.Ordinal);
    }

    public static TheoryData<string, Func<HttpResponseMessage>> WaysOfForgetting => new()
    {
        { "410", () => Status(410) },
        { "410 as an event", () => Stream(Error(410)) },
    };

    [Theory, MemberData(nameof(WaysOfForgetting))]
    public async Task After_what_the_server_forgot_a_new_list_tells_what_changed(string _, Func<HttpResponseMessage> forgetting)
    {
        int lists = 0;
        string[] told = await FollowAsync(
            [], forgetting, () => Stream(Event("ADDED", "late", "31")),
            list: () => ++lists == 1 ? Nodes("10", null, "stays", "goes") : Nodes("30", null, "stays", "comes"));

        Assert.Equal(["Added stays", "Added goes", "Modified stays", "Added comes", "Deleted goes", "Added late"], told);
    }

    [Fact]
    public async Task A_stream_that_neither_speaks_nor_ends_is_given_up()
    {
        int streams = 0;
        var clock = new ManualClock();
        using var server = new ScriptedHandler(sent => IsWatch(sent)
            ? ++streams == 1 ? Silent() : Stream(Event("ADDED", "late", "12"))
            : Nodes("10", null)) { Clock = clock };
        using Cluster cluster = HandledCluster.Connect(server, new RecordingActivity());
        var watch = cluster.Watch(cluster.Nodes, n => n.Meta);
        await using IAsyncEnumerator<WatchEvent<Objects.Node>> changes = watch.RunAsync(Stop).GetAsyncEnumerator(Stop);
        Task<bool> next = changes.MoveNextAsync().AsTask();

        while (!next.IsCompleted)
        {
            clock.Advance(TimeSpan.FromSeconds(10));
            await Task.Yield();
        }

        Assert.True(await next);
        Assert.Equal("late", changes.Current.Meta.Name);
        Assert.True(clock.GetUtcNow() - new ManualClock().GetUtcNow() >= watch.StreamDuration, "it was given up too early");
    }

    /// <summary>Follows nodes through a first and a second stream, until the server refuses us for good.</summary>
    private static async Task<string[]> FollowAsync(
        List<Sent> sent, Func<HttpResponseMessage> first, Func<HttpResponseMessage> second, Func<HttpResponseMessage> list)
    {
        int streams = 0;
        var clock = new ManualClock { AutoAdvance = true, AutoAdvanceUpTo = TimeSpan.FromSeconds(31) };
        using var server = new ScriptedHandler(s =>
        {
            sent.Add(s);
            return !IsWatch(s) ? list() : ++streams switch { 1 => first(), 2 => second(), _ => Status(401) };
        }) { Clock = clock };
        using Cluster cluster = HandledCluster.Connect(server, new RecordingActivity());
        var told = new List<string>();
        await Assert.ThrowsAsync<ServiceException>(async () =>
        {
            await foreach (WatchEvent<Objects.Node> change in cluster.Watch(cluster.Nodes, n => n.Meta).RunAsync(Stop))
            {
                told.Add($"{change.Change} {change.Meta.Name}");
            }
        });
        return [.. told];
    }

    private static bool IsWatch(Sent sent) => sent.Uri.Query.Contains("watch=true", StringComparison.Ordinal);

    private static HttpResponseMessage Silent()
    {
        HttpResponseMessage answer = Stream();
        answer.Content = new StreamContent(new SilentStream());
        return answer;
    }

    private sealed class SilentStream : MemoryStream
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await Task.Delay(Timeout.Infinite, cancellationToken);
            return 0;
        }
    }
}
