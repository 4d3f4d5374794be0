using System.Net;
using System.Text.Json;
using Xunit;

namespace Hotstack.Sandbox;

public class FaultTests : SandboxTest
{
    private const string Servers = "/compute/v2.1/servers";

    [Fact]
    public async Task The_nth_matching_call_and_so_many_after_it_are_hit()
    {
        Server.Faults.Add(new Fault
        {
            Kind = FaultKind.Status, Service = "compute", Method = "GET", Path = "/servers$", Nth = 2, Times = 2, Status = 503,
            Headers = new() { ["Retry-After"] = "7" },
        });
        List<int> statuses = [];
        for (var i = 0; i < 4; i++)
        {
            using var answer = await SendAsync("GET", Servers);
            statuses.Add((int)answer.StatusCode);
            Assert.Equal(i is 1 or 2, answer.Headers.RetryAfter is not null);
        }

        Assert.Equal([200, 503, 503, 200], statuses);
        Assert.Equal(2, Server.Faults.Faults.Single().Hits);
    }

    [Fact]
    public async Task An_action_is_known_by_its_key()
    {
        Server.Faults.Add(new Fault { Kind = FaultKind.Status, Action = "createImage", Status = 500, Body = "HTTPOverLimit" });
        Assert.Equal(202, (await ActAsync("master0", """{"os-stop": null}""")).Status);
        using var answer = await SendAsync("POST", $"{Servers}/{Cloud.Server("worker0").Id}/action", """{"createImage": {"name": "x"}}""");
        Assert.Equal("HTTPOverLimit", await TextOf(answer));
        Assert.Empty(Cloud.ImagesNamed("x"));
    }

    [Theory]
    [InlineData(FaultKind.Reset, 0)]
    [InlineData(FaultKind.LostAnswer, 1)]
    public async Task A_cut_connection_may_come_before_or_after_the_work(FaultKind kind, int made)
    {
        Server.Faults.Add(new Fault { Kind = kind, Action = "createImage" });
        await Assert.ThrowsAsync<HttpRequestException>(() => ActAsync("master0", """{"createImage": {"name": "x"}}"""));
        Assert.Equal(made, Cloud.ImagesNamed("x").Count);
        Assert.Equal((0, kind), Server.Calls.Snapshot()[^1] is var call ? (call.Status, call.Fault) : default);
    }

    [Fact]
    public async Task A_body_may_end_early_or_mean_nothing()
    {
        Server.Faults.AddJson("""[{"kind": "Truncate"}, {"kind": "Garbage"}, {"kind": "WrongContentType"}]""");
        await Assert.ThrowsAsync<HttpRequestException>(() => GetAsync(Servers));
        using (var garbage = await SendAsync("GET", Servers))
        {
            await Assert.ThrowsAnyAsync<JsonException>(() => JsonOf(garbage));
        }
    }

    [Fact]
    public async Task Half_a_body_may_look_whole()
    {
        Server.Faults.Add(new Fault { Kind = FaultKind.HalfBody });
        using var half = await SendAsync("GET", Servers);
        await Assert.ThrowsAnyAsync<JsonException>(() => JsonOf(half));
    }

    [Theory]
    [InlineData(FaultKind.Hang, 0)]
    [InlineData(FaultKind.HangAfterWork, 1)]
    public async Task A_call_may_hang_before_or_after_the_work_until_the_client_gives_up(FaultKind kind, int made)
    {
        Server.Faults.Add(new Fault { Kind = kind, Action = "createImage" });
        Task answer = ActAsync("master0", """{"createImage": {"name": "x"}}""");

        Assert.NotEqual(answer, await Task.WhenAny(answer,
            Task.Delay(TimeSpan.FromMilliseconds(150), TestContext.Current.CancellationToken)));
        Assert.Equal(made, Cloud.ImagesNamed("x").Count);
    }

    [Fact]
    public async Task A_delay_is_by_the_clouds_clock()
    {
        Server.Faults.Add(new Fault { Kind = FaultKind.Delay, Delay = TimeSpan.FromMinutes(2) });
        Clock.AutoAdvance = true;
        await GetAsync(Servers);
        Assert.Equal(new DateTimeOffset(2026, 3, 14, 9, 2, 0, TimeSpan.Zero), Clock.GetUtcNow());
    }

    [Fact]
    public async Task Tokens_may_expire_in_the_middle()
    {
        Server.Faults.Add(new Fault { Kind = FaultKind.ExpireTokens, Service = "image" });
        Assert.Equal(200, (await CallAsync("GET", Servers)).Status);
        Assert.Equal(401, (await CallAsync("GET", "/image/v2/images")).Status);
        await BecomeAsync("hotstack");
        Assert.Equal(200, (await CallAsync("GET", "/image/v2/images")).Status);
    }

    [Theory]
    [InlineData(FaultKind.KillSnapshot, 404)]
    [InlineData(FaultKind.SnapshotQuota, 404)]
    [InlineData(FaultKind.StuckSnapshot, 200)]
    public async Task A_snapshot_may_fail_on_the_host(FaultKind kind, int status)
    {
        Server.Faults.Add(new Fault { Kind = kind, Server = "worker0" });
        var (good, bad) = (await SnapshotAsync("master0"), await SnapshotAsync("worker0"));
        Clock.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal("active", (string?)(await ImageAsync(good))["status"]);
        var (seen, image) = await CallAsync("GET", "/image/v2/images/" + bad);
        Assert.Equal(status, seen);
        Assert.Equal(status == 200 ? "queued" : null, (string?)image?["status"]);
        Assert.Null(await TaskStateAsync("worker0"));
    }

    [Fact]
    public async Task A_quota_on_volume_snapshots_is_refused_at_once()
    {
        Cloud.MakeVolumeBacked("master0");
        Server.Faults.Add(new Fault { Kind = FaultKind.SnapshotQuota });
        Assert.Equal(403, (await ActAsync("master0", """{"createImage": {"name": "x"}}""")).Status);
    }

    [Fact]
    public async Task The_admin_endpoint_plays_with_all_of_it()
    {
        Assert.Equal(200, (await CallAsync("POST", "/sandbox/faults",
            """{"kind": "Status", "status": 418, "service": "network"}""")).Status);
        Assert.Equal(400, (await CallAsync("POST", "/sandbox/faults", """{"kind": "Nonsense"}""")).Status);
        Assert.Equal(400, (await CallAsync("POST", "/sandbox/faults", """{"knid": "Status"}""")).Status);
        Assert.Equal(418, (await CallAsync("GET", "/networking/v2.0/ports")).Status);
        Assert.Equal(1, (int?)(await GetAsync("/sandbox/faults"))[0]!["hits"]);
        Assert.Equal("Status", (string?)(await GetAsync("/sandbox/calls?service=network"))[0]!["fault"]);
        Assert.Equal(200, (await CallAsync("POST", "/sandbox/servers/master0", """{"vmState": "stopped"}""")).Status);
        Assert.Equal("SHUTOFF", Cloud.Server("master0").Status);
        Assert.Equal(404, (await CallAsync("POST", "/sandbox/servers/nope", "{}")).Status);
        var id = await SnapshotAsync("master0");
        Assert.Equal(200, (await CallAsync("POST", "/sandbox/clock", """{"advance": 300}""")).Status);
        Assert.Equal("active", (string?)(await ImageAsync(id))["status"]);
        Assert.Equal(200, (await CallAsync("POST", "/sandbox/reset")).Status);
        Assert.Empty(Cloud.ImagesNamed("snap"));
        Assert.Equal(HttpStatusCode.Unauthorized, (HttpStatusCode)(await CallAsync("GET", Servers)).Status);
    }
}
