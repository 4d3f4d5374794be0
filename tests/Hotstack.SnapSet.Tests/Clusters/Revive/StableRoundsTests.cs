using System.Text.Json.Nodes;
using Hotstack.Clusters.Assess;
using Hotstack.Http;
using Hotstack.OpenShift;
using Hotstack.OpenStack;
using Xunit;

namespace Hotstack.Clusters.Revive;

/// <summary>The rounds of 5 s, 60 s and 60 s on a scripted cluster, to the second.</summary>
public sealed class StableRoundsTests : IDisposable
{
    private static readonly string[] Types = ["Available", "Progressing", "Degraded"];

    /// <summary>Timeouts of calls do not fire by themselves.</summary>
    private readonly ManualClock _clock = new() { AutoAdvance = true, AutoAdvanceUpTo = TimeSpan.FromSeconds(12) };
    private readonly RecordingActivity _activity = new();
    private readonly DateTimeOffset _start;
    private readonly Cloud _cloud;

    public StableRoundsTests()
    {
        _start = _clock.GetUtcNow();
        _cloud = Cloud.Connect(KeystoneScript.Configuration("https://cloud.test/v3"), _activity, _clock);
    }

    /// <summary>The seconds in which the operator is not stable.</summary>
    private List<(int From, int Until)> Trouble { get; } = [];

    /// <summary>The seconds in which an API is missing.</summary>
    private (int From, int Until) Missing { get; set; }

    /// <summary>Since when the operators' status can be trusted, in seconds.</summary>
    private int SettledAt { get; set; }

    public void Dispose() => _cloud.Dispose();

    [Fact]
    public async Task A_cluster_that_becomes_whole_in_the_first_round_has_passed_all_two_minutes_later()
    {
        Trouble.Add((-500, 40));

        Assert.Equal("45 100 160", await RunAsync());
    }

    [Fact]
    public async Task Without_a_change_the_rounds_end_after_two_minutes() => Assert.Equal("5 60 120", await RunAsync());

    [Fact]
    public async Task A_change_in_the_second_round_restarts_it()
    {
        Trouble.Add((30, 31));

        Assert.Equal("5 91 151", await RunAsync());
    }

    [Fact]
    public async Task A_change_in_the_last_round_restarts_it_alone()
    {
        Trouble.Add((110, 111));

        Assert.Equal("5 60 171", await RunAsync());
    }

    [Fact]
    public async Task Of_a_cluster_that_has_been_quiet_for_long_only_the_last_round_is_waited_for()
    {
        SettledAt = -3600;

        Assert.Equal("0 0 60", await RunAsync());
    }

    [Fact]
    public async Task What_was_before_the_operators_had_settled_does_not_count()
    {
        SettledAt = -40;

        Assert.Equal("0 20 80", await RunAsync());
    }

    [Fact]
    public async Task What_was_before_the_last_change_does_not_count()
    {
        SettledAt = -3600;
        Trouble.Add((-50, -21));

        Assert.Equal("0 40 100", await RunAsync());
    }

    [Fact]
    public async Task APIs_that_are_missing_for_long_before_a_round_restart_it()
    {
        Missing = (55, 90);

        Assert.Equal("5 60 150", await RunAsync());
    }

    [Fact]
    public async Task APIs_that_are_missing_for_a_moment_restart_nothing()
    {
        Missing = (55, 65);

        Assert.Equal("5 60 120", await RunAsync());
    }

    [Theory]
    [InlineData("60", 60)]
    [InlineData("60 120", 60, 60)]
    [InlineData("30 35", 30, 5)]
    [InlineData("5 30 90", 5, 30, 60)]
    public async Task Only_a_first_round_that_is_shorter_is_the_beginning_of_the_second(string expected, params int[] rounds) =>
        Assert.Equal(expected, await RunAsync(rounds));

    /// <returns>When each round had passed, in seconds.</returns>
    private async Task<string> RunAsync(params int[] rounds)
    {
        using var handler = new ScriptedHandler(sent => Answer(sent, (int)(sent.At - _start).TotalSeconds)) { Clock = _clock };
        using Cluster cluster = HandledCluster.Connect(handler, _activity);
        var request = new ReviveClusterRequest { Source = new() { StackName = "hs" } };
        request = rounds.Length == 0 ? request : request with { StableFor = [.. rounds.Select(r => TimeSpan.FromSeconds(r))] };
        var stable = new StableRounds(
            new Revival(_cloud, cluster, new([], null), request, _activity), new ClusterExemptions([], [], null),
            _start + TimeSpan.FromSeconds(SettledAt));
        var passed = new List<int>();
        for (int i = 0; i < request.StableFor.Count; i++)
        {
            await stable.AwaitAsync(i, TestContext.Current.CancellationToken);
            passed.Add((int)Math.Round((_clock.GetUtcNow() - _start).TotalSeconds));
        }

        return string.Join(' ', passed);
    }

    private HttpResponseMessage Answer(Sent sent, int second) => ScriptedHandler.Answer(200, new JsonObject
    {
        ["items"] = new JsonArray(sent.Uri.AbsolutePath.EndsWith("/clusteroperators", StringComparison.Ordinal)
            ? Operator(second) : ApiService(second >= Missing.From && second < Missing.Until)),
    }.ToJsonString());

    private JsonObject Operator(int second)
    {
        bool isBad = Trouble.Any(t => t.From <= second && second < t.Until);
        int changed = Trouble.SelectMany(t => new[] { t.From, t.Until }).Where(t => t <= second).DefaultIfEmpty(-9000).Max();
        return Item("etcd", [.. Types.Select(type => (type, (type == "Available") != (isBad && type == "Degraded"), changed))]);
    }

    private JsonObject ApiService(bool isMissing) => Item("v1.route.openshift.io", ("Available", !isMissing, 0));

    private JsonObject Item(string name, params (string Type, bool IsTrue, int Changed)[] conditions) => new()
    {
        ["metadata"] = new JsonObject { ["name"] = name, ["uid"] = "1" },
        ["spec"] = new JsonObject(),
        ["status"] = new JsonObject
        {
            ["conditions"] = new JsonArray([.. conditions.Select(c => new JsonObject
            {
                ["type"] = c.Type,
                ["status"] = c.IsTrue ? "True" : "False",
                ["lastTransitionTime"] = $"{_start + TimeSpan.FromSeconds(c.Changed):yyyy-MM-ddTHH:mm:ssZ}",
            })]),
        },
    };
}
