using Xunit;

namespace Hotstack;

public class RealWorkTests
{
    private readonly ManualClock _clock = new() { AutoAdvance = true };

    [Fact]
    public async Task A_clock_that_moves_on_its_own_waits_for_work_by_the_real_clock()
    {
        var answer = new TaskCompletionSource<int>();
        Task<int> call = _clock.Work.RunAsync(() => answer.Task);
        Task delay = Task.Delay(TimeSpan.FromMinutes(5), _clock, TestContext.Current.CancellationToken);
        for (int i = 0; i < 50; i++)
        {
            await Task.Yield();
        }

        Assert.False(delay.IsCompleted);
        answer.SetResult(1);
        await call;
        await delay;
        Assert.False(_clock.Work.IsUnderWay);
    }

    [Fact]
    public async Task It_does_not_wait_for_a_call_that_is_held_up_on_purpose_also_inside_other_work()
    {
        var answer = new TaskCompletionSource<int>();
        var release = new TaskCompletionSource();
        Task<int> call = _clock.Work.RunAsync(() => _clock.Work.RunAsync(() => answer.Task));
        Task held = _clock.Work.ExceptWhileAsync(release.Task);
        Assert.False(_clock.Work.IsUnderWay);
        await Task.Delay(TimeSpan.FromMinutes(5), _clock, TestContext.Current.CancellationToken);
        release.SetResult();
        await held;
        Assert.True(_clock.Work.IsUnderWay);
        answer.SetResult(1);
        await call;
        Assert.False(_clock.Work.IsUnderWay);
    }

    [Fact]
    public async Task Work_that_fails_has_ended()
    {
        await Assert.ThrowsAsync<TimeoutException>(() => _clock.Work.RunAsync<int>(() => throw new TimeoutException()));
        Assert.False(_clock.Work.IsUnderWay);
    }

    [Fact]
    public async Task Work_that_waits_for_the_clock_itself_does_not_hold_it_up()
    {
        long begun = _clock.GetTimestamp();
        await _clock.Work.RunAsync(async () =>
        {
            await Task.Delay(TimeSpan.FromMinutes(5), _clock, TestContext.Current.CancellationToken);
            return 1;
        });
        Assert.Equal(TimeSpan.FromMinutes(5), _clock.GetElapsedTime(begun));
    }
}
