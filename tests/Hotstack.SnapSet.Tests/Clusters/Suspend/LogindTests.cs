using Xunit;

namespace Hotstack.Clusters.Suspend;

public sealed class LogindTests
{
    /// <summary>As systemd 252 writes it for <c>ScheduleShutdown</c>.</summary>
    [Fact]
    public void The_schedule_is_read_to_the_microsecond()
    {
        DateTimeOffset? at = Logind.ReadSchedule("USEC=1795981466123456\nWARN_WALL=1\nMODE=poweroff\nUID=0\n");

        Assert.Equal(new DateTimeOffset(2026, 11, 29, 19, 44, 26, TimeSpan.Zero).AddMicroseconds(123456), at);
    }

    [Fact]
    public void The_script_asks_logind_for_the_instant()
    {
        Assert.Equal(
            "busctl call org.freedesktop.login1 /org/freedesktop/login1 org.freedesktop.login1.Manager ScheduleShutdown st poweroff "
            + "1795981466123000",
            Logind.ScheduleScript(new DateTimeOffset(2026, 11, 29, 19, 44, 26, 123, TimeSpan.Zero)));
    }
}
