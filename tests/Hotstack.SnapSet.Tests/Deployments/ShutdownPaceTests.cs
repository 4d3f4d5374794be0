using Xunit;

namespace Hotstack.Deployments;

public sealed class ShutdownPaceTests
{
    /// <summary>In seconds.</summary>
    [Theory]
    [InlineData(0, 5, 0, 1)]
    [InlineData(0, 5, 29, 1)]
    [InlineData(0, 5, 60, 2)]
    [InlineData(0, 5, 150, 5)]
    [InlineData(0, 5, 3600, 5)]
    [InlineData(15, 5, 0, 5)]
    [InlineData(15, 5, 12, 3)]
    [InlineData(15, 5, 14.9, 1)]
    [InlineData(15, 5, 15, 1)]
    [InlineData(15, 5, 75, 2)]
    [InlineData(480, 5, 10, 5)]
    [InlineData(480, 5, 481, 1)]
    [InlineData(-20, 5, 0, 1)]
    [InlineData(-20, 5, 90, 3)]
    [InlineData(0, 0.2, 0, 0.2)]
    [InlineData(0, 0.2, 600, 0.2)]
    public void Pauses_grow_with_the_time_that_servers_take(double delay, double longest, double elapsed, double pause) => Assert.Equal(
        TimeSpan.FromSeconds(pause),
        new ShutdownPace(TimeSpan.FromSeconds(delay), TimeSpan.FromSeconds(longest)).PauseAfter(TimeSpan.FromSeconds(elapsed)));

    /// <summary>However long they take, they are seen soon after.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(15)]
    [InlineData(480)]
    public void No_shutdown_is_noticed_later_than_a_thirtieth_of_its_duration(int delay)
    {
        var pace = new ShutdownPace(TimeSpan.FromSeconds(delay), TimeSpan.FromMinutes(1));
        TimeSpan at = TimeSpan.Zero;
        while (at < TimeSpan.FromHours(2))
        {
            TimeSpan next = at + pace.PauseAfter(at);
            TimeSpan took = at - TimeSpan.FromSeconds(delay);
            Assert.True(
                next <= TimeSpan.FromSeconds(delay) || (next - at).TotalSeconds <= Math.Max(1, (took / 30).TotalSeconds) + 0.001, $"{at} {next}");
            at = next;
        }
    }
}
