using System.Text.Json.Nodes;
using Hotstack.Http;
using Hotstack.OpenShift;
using Hotstack.Sandbox;
using Xunit;

namespace Hotstack.Clusters.Wait;

public sealed class WaitClusterTests : ClusterFixture
{
    [Fact]
    public async Task Its_API_is_waited_for()
    {
        Behind.Outage(TimeSpan.FromMinutes(7));
        DateTimeOffset start = Clock.GetUtcNow();

        await WaitAsync(new() { Goal = ClusterGoal.Api });

        Assert.InRange(Clock.GetUtcNow() - start, TimeSpan.FromMinutes(7), TimeSpan.FromMinutes(9));
    }

    [Fact]
    public async Task An_API_that_does_not_come_is_an_error_that_says_what_was_met()
    {
        Behind.Outage(TimeSpan.FromHours(1));

        var failure = await Assert.ThrowsAnyAsync<HotstackException>(() => WaitAsync(new() { Goal = ClusterGoal.Api }));

        Assert.Equal("ApiNotReady", failure.Id);
        Assert.Equal(ErrorCause.TimedOut, failure.Cause);
        Golden.Message(failure);
    }

    [Fact]
    public async Task Stable_operators_are_waited_for_as_long_as_asked()
    {
        DateTimeOffset start = Clock.GetUtcNow();

        await WaitAsync(new() { StableFor = [TimeSpan.FromMinutes(5)] });

        Assert.InRange(Clock.GetUtcNow() - start, TimeSpan.Zero, TimeSpan.FromMinutes(6));
    }

    /// <summary>A first round that is shorter is the beginning of the second, as in a revival. The trouble begins after its second and is
    /// over one minute later.</summary>
    [Theory]
    [InlineData(0, 120, 130, 5, 60, 60)]
    [InlineData(0, 60, 65, 60)]
    [InlineData(80, 200, 215, 5, 60, 60)]
    [InlineData(30, 210, 225, 60, 60)]
    public async Task Rounds_follow_each_other_and_a_change_restarts_only_its_own(int trouble, int least, int most, params int[] rounds)
    {
        DateTimeOffset start = Clock.GetUtcNow();
        Activity.Listener = (_, _) =>
        {
            double second = (Clock.GetUtcNow() - start).TotalSeconds;
            if (trouble > 0 && second >= trouble)
            {
                Behind.SetOperator("insights", "Degraded", second < trouble + 60 ? "True" : null);
            }
        };

        await WaitAsync(new() { StableFor = [.. rounds.Select(round => TimeSpan.FromSeconds(round))] });

        Assert.InRange((Clock.GetUtcNow() - start).TotalSeconds, least, most);
    }

    [Fact]
    public async Task The_time_of_a_later_round_is_told_with_that_of_all()
    {
        DateTimeOffset start = Clock.GetUtcNow();
        Activity.Listener = (_, _) =>
        {
            if ((Clock.GetUtcNow() - start).TotalSeconds > 70)
            {
                Behind.SetOperator("insights", "Degraded", "True");
            }
        };

        var failure = await Assert.ThrowsAnyAsync<HotstackException>(() => WaitAsync(
            new() { StableFor = [TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(30)], Timeout = TimeSpan.FromMinutes(5) }));

        Assert.Equal("ClusterNotStable", failure.Id);
        Assert.StartsWith("The cluster was not stable for 30 s within the 4 min that remained of 5 min: ", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_timeout_that_cannot_suffice_is_refused_at_once()
    {
        var failure = await Assert.ThrowsAnyAsync<HotstackException>(() => WaitAsync(
            new() { StableFor = [TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(30)], Timeout = TimeSpan.FromSeconds(59) }));

        Assert.Equal((ErrorCause.InputInvalid, "TimeoutTooShort"), (failure.Cause, failure.Id));
        Assert.DoesNotContain(Calls, c => c.Service == "kubernetes");
    }

    [Fact]
    public async Task Certificates_are_waited_for_until_they_let_the_cluster_be_shut_down()
    {
        DateTimeOffset start = Clock.GetUtcNow();

        await WaitAsync(
            new() { Goal = ClusterGoal.CertificateRotation, PollInterval = TimeSpan.FromMinutes(30) }, age: TimeSpan.FromHours(12));

        // Upstream sleeps 25 h from the installation.
        Assert.InRange(Clock.GetUtcNow() - start, TimeSpan.FromHours(7), TimeSpan.FromHours(13));
        Assert.True((await TestAsync()).IsSafe);
        Assert.Contains(Activity.Reports, r => r.Work.StartsWith("Waiting for cluster", StringComparison.Ordinal)
            && r.Remaining > TimeSpan.FromHours(6));
    }

    [Fact]
    public async Task In_a_fast_sandbox_they_come_long_before_the_time_that_was_announced()
    {
        _speed = 720;
        DateTimeOffset start = Clock.GetUtcNow();

        await WaitAsync(
            new() { Goal = ClusterGoal.CertificateRotation, PollInterval = TimeSpan.FromSeconds(5) }, age: TimeSpan.FromHours(12));

        Assert.InRange(Clock.GetUtcNow() - start, TimeSpan.FromSeconds(36), TimeSpan.FromSeconds(62));
        Assert.Contains(Activity.Reports, r => r.Remaining > TimeSpan.FromHours(6));
        ClusterReport report = await TestAsync();
        Assert.True(report.IsSafe);
        Assert.True(report.UnattendedUntil > Clock.GetUtcNow().AddDays(25));
    }

    [Fact]
    public async Task Certificates_that_do_not_come_in_time_are_named()
    {
        await WithAllNodesAsync();
        var failure = await Assert.ThrowsAnyAsync<HotstackException>(() => WaitAsync(
            new() { Goal = ClusterGoal.CertificateRotation, Timeout = TimeSpan.FromHours(2), PollInterval = TimeSpan.FromMinutes(10) }, age: TimeSpan.FromHours(6)));

        Assert.Equal("ClusterNotSafe", failure.Id);
        Golden.Message(failure);
    }

    [Fact]
    public async Task What_will_never_be_known_is_not_waited_for()
    {
        using Cluster restricted = ConnectToCluster("restricted");

        var failure = await Assert.ThrowsAnyAsync<HotstackException>(() => new WaitCluster(restricted).RunAsync(
            new() { Goal = ClusterGoal.CertificateRotation }, Activity, Stop));

        Assert.Equal("ClusterUnknown", failure.Id);
        Golden.Message(failure);
    }

    [Theory]
    [InlineData("clock behind", ClusterGoal.CertificateRotation, "ClusterNotSafe", "clock is 14 h behind that of this machine")]
    [InlineData("clock ahead", ClusterGoal.CertificateRotation, "ClusterNotSafe", "clock is 14 h ahead of that of this machine")]
    [InlineData("validity", ClusterGoal.CertificateRotation, "ClusterNotSafe", "give a shorter minimum validity")]
    [InlineData("kubeconfig", ClusterGoal.CertificateRotation, "ClusterNotSafe", "use the one that the installer wrote")]
    [InlineData("paused", ClusterGoal.Ready, "ClusterNotReady", "machine config pool worker is paused while its nodes lack changes")]
    [InlineData("contested", ClusterGoal.Ready, "ClusterNotReady", "node worker0 is claimed by several custom machine config pools (gpu, infra)")]
    public async Task What_no_waiting_mends_ends_it_at_once(string what, ClusterGoal goal, string id, string part)
    {
        await WithAllNodesAsync();
        DateTimeOffset start = Clock.GetUtcNow();
        ClusterConfiguration configuration = ClusterConfiguration();
        switch (what)
        {
            case "clock behind": Behind.SetClockSkew(TimeSpan.FromHours(-14)); break;
            case "clock ahead": Behind.SetClockSkew(TimeSpan.FromHours(14)); break;
            case "kubeconfig": configuration = configuration with { ClientCertificateNotAfter = Clock.GetUtcNow().AddDays(3) }; break;
            case "paused":
                Behind.Change("machineconfigpools", "worker", p =>
                {
                    p["spec"]!["configuration"]!["name"] = "rendered-worker-1";
                    p["spec"]!["paused"] = true;
                });
                break;
            case "contested":
                AddPool("infra");
                AddPool("gpu");
                break;
        }

        using Cluster cluster = Cluster.Connect(configuration, Activity, Clock);
        var failure = await Assert.ThrowsAsync<ViolationsException>(() => new WaitCluster(cluster).RunAsync(
            new() { Goal = goal, MinimumValidity = TimeSpan.FromDays(what == "validity" ? 365 : 7) }, Activity, Stop));

        Assert.Equal((id, ErrorCause.Conflict), (failure.Id, failure.Cause));
        Assert.Contains(part, failure.Message, StringComparison.Ordinal);
        Golden.Message(failure);
        Assert.InRange(Clock.GetUtcNow() - start, TimeSpan.Zero, TimeSpan.FromMinutes(1));

        void AddPool(string name)
        {
            Behind.Add("machineconfigpools", JsonNode.Parse($$"""
                {"metadata": {"name": "{{name}}"}, "spec": {"configuration": {"name": "rendered-{{name}}-0"},
                  "nodeSelector": {"matchLabels": {"node-role.kubernetes.io/{{name}}": ""} } } }
                """)!.AsObject());
            Behind.Change("nodes", "worker0", n => n["metadata"]!["labels"]![$"node-role.kubernetes.io/{name}"] = "");
        }
    }

    [Fact]
    public async Task Operators_that_are_all_ignored_are_not_waited_for()
    {
        DateTimeOffset start = Clock.GetUtcNow();

        var failure = await Assert.ThrowsAnyAsync<HotstackException>(() => WaitAsync(new() { IgnoreOperators = ["*"] }));

        Assert.Equal("ClusterNotStable", failure.Id);
        Golden.Message(failure);
        Assert.InRange(Clock.GetUtcNow() - start, TimeSpan.Zero, TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task A_healthy_cluster_is_waited_for()
    {
        Behind.SetOperator("insights", "Degraded", "True");
        DateTimeOffset start = Clock.GetUtcNow();
        Activity.Listener = (_, _) =>
        {
            if (Clock.GetUtcNow() - start > TimeSpan.FromMinutes(10))
            {
                Behind.SetOperator("insights", "Degraded", null);
            }
        };

        await WaitAsync(new() { Goal = ClusterGoal.Ready });

        Assert.InRange(Clock.GetUtcNow() - start, TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(15));
    }

    [Fact]
    public async Task A_cluster_that_does_not_get_healthy_is_an_error_that_says_why()
    {
        Behind.SetOperator("insights", "Degraded", "True", "UploadFailed");

        var failure = await Assert.ThrowsAnyAsync<HotstackException>(
            () => WaitAsync(new() { Goal = ClusterGoal.Ready, Timeout = TimeSpan.FromMinutes(5) }));

        Assert.Equal("ClusterNotReady", failure.Id);
        Golden.Message(failure);
    }

    [Theory]
    [InlineData(ClusterGoal.Stable)]
    [InlineData(ClusterGoal.CertificateRotation)]
    [InlineData(ClusterGoal.Ready)]
    [InlineData(ClusterGoal.Api)]
    public async Task An_unknown_login_is_no_reason_to_wait_for_the_whole_time(ClusterGoal goal)
    {
        using Cluster stranger = Cluster.Connect(
            ClusterConfiguration("operator") with { Token = "nonsense" }, Activity, Clock);
        DateTimeOffset start = Clock.GetUtcNow();

        var failure = await Assert.ThrowsAsync<ServiceException>(
            () => new WaitCluster(stranger).RunAsync(new() { Goal = goal }, Activity, Stop));

        Assert.Equal(ErrorCause.AuthenticationFailed, failure.Cause);
        Assert.InRange(Clock.GetUtcNow() - start, TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(15));
    }

    private async Task WaitAsync(WaitClusterRequest request, TimeSpan? age = null)
    {
        if (age is { } installed)
        {
            _age = installed;
            await RestartAsync();
        }

        await new WaitCluster(Cluster).RunAsync(request, Activity, Stop);
    }

    private TimeSpan? _age;
    private double _speed = 1;

    protected override SandboxOptions Options =>
        _age is { } age ? base.Options with { ClusterAge = age, Speed = _speed } : base.Options;
}
