using System.Text.Json.Nodes;
using Hotstack.Http;
using Hotstack.OpenShift;
using Xunit;

namespace Hotstack.Clusters.Stability;

public sealed class WaitForStabilityTests
{
    private static readonly string[] Types = ["Available", "Progressing", "Degraded"];
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    /// <summary>Timeouts of calls do not fire by themselves.</summary>
    private readonly ManualClock _clock = new() { AutoAdvance = true, AutoAdvanceUpTo = TimeSpan.FromSeconds(12) };
    private readonly RecordingActivity _activity = new();
    private readonly DateTimeOffset _start;

    public WaitForStabilityTests() => _start = _clock.GetUtcNow();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Looks_every_interval_until_it_was_stable_for_long_enough()
    {
        using var handler = Script(second => second < 25 ? [("etcd", "Progressing")] : [("etcd", "")]);
        StabilityResult result = await RunAsync(handler);
        Assert.Equal([0, 10, 20, 30, 40, 50, 60, 70, 80, 90], Seconds(handler));
        Assert.Equal((90, 60), (result.Waited.TotalSeconds, result.StableFor.TotalSeconds));
        Assert.Equal(["etcd is Progressing (Why)", "etcd became stable"], result.History.Select(e => $"{e}"));
        Assert.Equal(["etcd"], result.Operators.Select(o => o.Name));
    }

    [Fact]
    public async Task The_last_look_comes_when_it_is_enough()
    {
        using var handler = Script(_ => [("etcd", "")]);
        await RunAsync(handler, stableFor: TimeSpan.FromSeconds(5));
        Assert.Equal([0, 5], Seconds(handler));
    }

    [Fact]
    public async Task Does_not_wait_for_operators_that_are_ignored()
    {
        using var handler = Script(_ => [("etcd", ""), ("insights", "Degraded"), ("image-registry", "Progressing")]);
        StabilityResult result = await RunAsync(handler, ignore: ["insights", "image-*"]);
        Assert.Equal(["etcd"], result.Operators.Select(o => o.Name));
    }

    [Fact]
    public async Task In_the_end_each_culprit_is_named()
    {
        using var handler = Script(_ => [("etcd", "Degraded"), ("dns", ""), ("console", "Progressing")]);
        HotstackException failure = await Assert.ThrowsAnyAsync<HotstackException>(() => RunAsync(handler));
        Assert.Equal((ErrorCause.TimedOut, "ClusterNotStable"), (failure.Cause, failure.Id));
        Assert.Equal("console", failure.Target);
        Assert.Equal(
            "The cluster was not stable for 60 s within 5 min: 2 of 3 operators are not stable: console: Progressing for 6 min "
            + "(Why: Something is on); etcd: Degraded for 6 min (Why: Something is on).", failure.Message);
        Assert.Equal(300, Seconds(handler)[^1]);
    }

    [Fact]
    public async Task A_cluster_that_is_never_quiet_for_long_has_no_culprit_but_a_history()
    {
        using var handler = Script(second => second % 50 == 0 ? [("etcd", "Progressing")] : [("etcd", "")],
            transition: second => second / 50 * 50);
        HotstackException failure = await Assert.ThrowsAnyAsync<HotstackException>(
            () => RunAsync(handler, timeout: TimeSpan.FromSeconds(240)));
        Golden.Message(failure);
    }

    [Fact]
    public async Task An_API_server_that_is_away_is_waited_for()
    {
        using var handler = Script(second => second is 20 or 30 or 40 ? null : [("etcd", "")]);
        StabilityResult result = await RunAsync(handler);
        Assert.Equal(110, result.Waited.TotalSeconds);
        Assert.Single(result.History, e => e.What.StartsWith("the operators could not be read", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_API_server_that_stays_away_is_the_culprit()
    {
        using var handler = Script(_ => null);
        HotstackException failure = await Assert.ThrowsAnyAsync<HotstackException>(() => RunAsync(handler));
        Assert.Equal("ClusterNotStable", failure.Id);
        Golden.Message(failure);
    }

    [Fact]
    public async Task Credentials_that_are_refused_for_minutes_end_it()
    {
        using var handler = Script(_ => null, failure: 401);
        ServiceException failure = await Assert.ThrowsAsync<ServiceException>(() => RunAsync(handler, timeout: TimeSpan.FromHours(1)));
        Assert.Equal(ErrorCause.AuthenticationFailed, failure.Cause);
        Assert.Equal(300, Seconds(handler)[^1]);
    }

    [Fact]
    public async Task Shows_five_of_those_that_are_unstable_and_takes_them_off()
    {
        string[] names = ["a", "b", "c", "d", "e", "f", "g"];
        using var handler = Script(second => [.. names.Select((name, number) => (name, second < 10 * number ? "Progressing" : ""))]);
        await RunAsync(handler);
        Assert.All(names[1..], name => Assert.True(_activity.Reports.Last(r => r.Work == name).Completed));
        Assert.DoesNotContain(_activity.Reports, r => r.Work == "a");
        Assert.All(_activity.Reports.Where(r => names.Contains(r.Work)),
            r => Assert.Equal("Waiting for the cluster to be stable", r.PartOf));
        ProgressReport[] firstLook = [.. _activity.Reports.Skip(1).TakeWhile(r => r.PartOf is not null)];
        Assert.Equal(["b", "c", "d", "e", "f"], firstLook.Select(r => r.Work));
        Assert.Equal("6 of 7 operators are not stable", _activity.Reports[0].Status);
        Assert.Equal("", _activity.Reports[^1].Status);
        Assert.Contains(_activity.Reports, r => r is { Status: "stable for 30 s of 60 s", Percent: 50 });
    }

    [Theory]
    [InlineData(0, "1 of 2 operators are not stable: etcd: Degraded")]
    [InlineData(59, "1 of 2 operators are not stable: etcd: Degraded")]
    public async Task What_little_time_is_left_of_a_longer_run_tells_the_culprits_too(int seconds, string part)
    {
        using var handler = Script(_ => [("etcd", "Degraded"), ("dns", "")]);
        HotstackException failure = await Assert.ThrowsAnyAsync<HotstackException>(
            () => RunAsync(handler, timeout: TimeSpan.FromSeconds(seconds)));
        Assert.Equal((ErrorCause.TimedOut, "ClusterNotStable"), (failure.Cause, failure.Id));
        Assert.Contains(part, failure.Message, StringComparison.Ordinal);
    }

    /// <summary>Answers with the operators of a second and the problem of each; null for a failure.</summary>
    private ScriptedHandler Script(
        Func<int, (string Name, string Problem)[]?> operators, Func<int, int>? transition = null, int failure = 503) =>
        new(sent =>
        {
            var second = (int)(sent.At - _start).TotalSeconds;
            return operators(second) is { } list
                ? Answer(new JsonArray([.. list.Select(
                    o => Operator(o.Name, o.Problem, transition?.Invoke(second) ?? (o.Problem.Length > 0 ? -60 : second / 1000)))]))
                : ScriptedHandler.Answer(failure, """{"kind": "Status", "message": "away"}""");
        })
        { Clock = _clock };

    private static HttpResponseMessage Answer(JsonArray items) =>
        ScriptedHandler.Answer(200, new JsonObject { ["items"] = items }.ToJsonString());

    private JsonObject Operator(string name, string problem, int transition)
    {
        JsonArray conditions = [.. Types.Select(type => new JsonObject
        {
            ["type"] = type,
            ["status"] = (type == problem) != (type == "Available") ? "True" : "False",
            ["reason"] = "Why",
            ["message"] = "Something\nis on",
            ["lastTransitionTime"] = $"{_start + TimeSpan.FromSeconds(transition):O}",
        })];
        return new JsonObject { ["metadata"] = new JsonObject { ["name"] = name, ["uid"] = "1" },
            ["status"] = new JsonObject { ["conditions"] = conditions } };
    }

    private async Task<StabilityResult> RunAsync(
        ScriptedHandler handler, TimeSpan? stableFor = null, string[]? ignore = null, TimeSpan? timeout = null)
    {
        using Cluster cluster = HandledCluster.Connect(handler, _activity);
        return await new WaitForStability(cluster, _activity)
            .RunAsync(stableFor ?? Minute, new(ignore ?? [], [], null), TimeSpan.FromSeconds(10), timeout ?? 5 * Minute, Stop);
    }

    private int[] Seconds(ScriptedHandler handler) => [.. handler.Requests.Select(r => (int)(r.At - _start).TotalSeconds)];
}
