using Xunit;
using k8s.Models;

namespace Hotstack.Clusters.Suspend;

public sealed class ShutdownTimesTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 14, 9, 0, 20, TimeSpan.Zero);

    [Fact]
    public void Workers_go_when_the_lead_is_over_and_masters_later_all_at_one_instant()
    {
        var times = ShutdownTimes.After(Now, TimeSpan.FromSeconds(255), haveWorkers: true);

        Assert.Equal(new DateTimeOffset(2026, 3, 14, 9, 4, 36, TimeSpan.Zero), times.Workers);
        Assert.Equal(times.Workers + TimeSpan.FromMinutes(4), times.Masters);
        Assert.Equal(times.Masters, times.Of(NodeSamples.Master("m0")));
        Assert.Equal(times.Workers, times.Of(NodeSamples.Worker("w0")));
    }

    [Fact]
    public void Without_workers_nobody_is_waited_for()
    {
        var times = ShutdownTimes.After(Now, TimeSpan.FromMinutes(3), haveWorkers: false);

        Assert.Equal(times.Workers, times.Masters);
    }

    [Fact]
    public void Each_node_gets_its_own_instant_and_none_that_is_too_near()
    {
        var times = ShutdownTimes.After(Now, TimeSpan.FromMinutes(3), haveWorkers: true);

        string script = times.ScriptFor(NodeSamples.Worker("w0"));

        Assert.StartsWith($"test $(date +%s) -lt {times.Workers.ToUnixTimeSeconds() - 10}\n", script, StringComparison.Ordinal);
        Assert.Contains($" poweroff {times.Workers.ToUnixTimeSeconds()}000000\n", script, StringComparison.Ordinal);
        Assert.Contains($" poweroff {times.Masters.ToUnixTimeSeconds()}000000\n", times.ScriptFor(NodeSamples.Master("m0")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, null)]
    [InlineData(1, null)]
    [InlineData(-1, null)]
    [InlineData(2, "its shutdown is scheduled for")]
    [InlineData(60, "its shutdown is scheduled for")]
    [InlineData(-60, "its shutdown is scheduled for")]
    [InlineData(86_400, "its shutdown is scheduled for")]
    public void A_node_is_armed_if_systemd_shows_the_right_instant(int secondsOff, string? reason)
    {
        var times = ShutdownTimes.After(Now, TimeSpan.FromMinutes(3), haveWorkers: true);
        V1Node node = NodeSamples.Master("m0");
        long micros = (times.Masters.ToUnixTimeSeconds() + secondsOff) * 1_000_000;

        string? why = times.WhyNotArmed(node, $"USEC={micros}\nWARN_WALL=1\nMODE=poweroff\nUID=0\n");

        Assert.StartsWith(reason ?? "", why ?? "", StringComparison.Ordinal);
        Assert.Equal(reason is null, why is null);
    }

    [Theory]
    [InlineData("")]
    [InlineData("MODE=poweroff")]
    [InlineData("USEC=soon")]
    [InlineData("USEC=999999999999999999")]
    [InlineData("USEC=99999999999999999999999")]
    [InlineData("Failed to connect to bus: No such file or directory")]
    public void A_node_that_shows_no_schedule_is_not_armed(string log)
    {
        var times = ShutdownTimes.After(Now, TimeSpan.FromMinutes(3), haveWorkers: true);

        Assert.NotNull(times.WhyNotArmed(NodeSamples.Master("m0"), log));
    }
}
