using Xunit;

namespace Hotstack;

public class ManualClockTests
{
    [Fact]
    public async Task A_delay_ends_when_the_clock_gets_there()
    {
        var clock = new ManualClock();
        var delay = Task.Delay(TimeSpan.FromSeconds(10), clock, TestContext.Current.CancellationToken);
        clock.Advance(TimeSpan.FromSeconds(9));
        Assert.False(delay.IsCompleted);
        clock.Advance(TimeSpan.FromSeconds(1));
        await delay;
    }

    [Fact]
    public void Timers_fire_in_order_each_at_its_time()
    {
        var clock = new ManualClock();
        var start = clock.GetUtcNow();
        List<double> fired = [];
        using var late = clock.CreateTimer(_ => fired.Add((clock.GetUtcNow() - start).TotalSeconds), null, TimeSpan.FromSeconds(5),
            Timeout.InfiniteTimeSpan);
        using var often = clock.CreateTimer(_ => fired.Add((clock.GetUtcNow() - start).TotalSeconds), null, TimeSpan.FromSeconds(2),
            TimeSpan.FromSeconds(2));
        clock.Advance(TimeSpan.FromSeconds(6.5));
        Assert.Equal([2, 4, 5, 6], fired);
        Assert.Equal(6.5, (clock.GetUtcNow() - start).TotalSeconds);
        Assert.Equal(1, clock.PendingTimers);
    }

    [Fact]
    public async Task On_its_own_it_moves_with_whoever_waits()
    {
        var clock = new ManualClock { AutoAdvance = true, AutoAdvanceUpTo = TimeSpan.FromHours(1) };
        var start = clock.GetTimestamp();
        using var timeout = new CancellationTokenSource(TimeSpan.FromHours(2), clock);
        await Task.Delay(TimeSpan.FromMinutes(5), clock, timeout.Token);
        await Task.Delay(TimeSpan.FromMinutes(5), clock, timeout.Token);
        Assert.Equal(TimeSpan.FromMinutes(10), clock.GetElapsedTime(start));
    }
}
