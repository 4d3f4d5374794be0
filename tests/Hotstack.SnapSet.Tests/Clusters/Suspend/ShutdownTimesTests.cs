using Xunit;
using k8s.Models;

namespace Hotstack.Clusters.Suspend;

public sealed class ShutdownTimesTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 14, 9, 0, 20, TimeSpan.Zero);

    [Fact]
    public void Workers_go_at_a_full_minute_and_masters_later_all_at_one_instant()
    {
        var times = ShutdownTimes.After(Now, TimeSpan.FromMinutes(3), haveWorkers: true);

        Assert.Equal(new DateTimeOffset(2026, 3, 14, 9, 4, 0, TimeSpan.Zero), times.Workers);
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
    public void A_full_minute_is_not_rounded_up()
    {
        DateTimeOffset full = new(2026, 3, 14, 23, 57, 0, TimeSpan.Zero);

        var times = ShutdownTimes.After(full, TimeSpan.FromMinutes(3), haveWorkers: true);

        Assert.Equal(new DateTimeOffset(2026, 3, 15, 0, 0, 0, TimeSpan.Zero), times.Workers);
        Assert.Contains("shutdown -h 00:00", times.ScriptFor(NodeSamples.Worker("w0")), StringComparison.Ordinal);
        Assert.Contains("shutdown -h 00:04", times.ScriptFor(NodeSamples.Master("m0")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, null)]
    [InlineData(29, null)]
    [InlineData(-29, null)]
    [InlineData(60, "its shutdown is scheduled for")]
    [InlineData(-60, "its shutdown is scheduled for")]
    [InlineData(86_400, "its shutdown is scheduled for")]
    public void A_node_is_armed_if_systemd_shows_the_right_instant(int secondsOff, string? reason)
    {
        var times = ShutdownTimes.After(Now, TimeSpan.FromMinutes(3), haveWorkers: true);
        V1Node node = NodeSamples.Master("m0");
        long micros = (times.Masters.ToUnixTimeSeconds() + secondsOff) * 1_000_000;

        string? why = times.WhyNotArmed(node, $"USEC={micros}\nWARN_WALL=1\nMODE=poweroff\n");

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
