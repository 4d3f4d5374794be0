using Xunit;

namespace Hotstack.Completion;

public sealed class HotstackCompleterTests
{
    [Fact]
    public void A_result_in_time_is_returned() =>
        Assert.Equal("here", HotstackCompleter.GetWithin(TimeSpan.FromMinutes(1), _ => Task.FromResult("here")));

    [Fact]
    public void A_failure_in_time_is_thrown() => Assert.Throws<InvalidDataException>(
        () => HotstackCompleter.GetWithin<string>(TimeSpan.FromMinutes(1), _ => throw new InvalidDataException()));

    [Fact]
    public async Task Work_that_never_ends_is_cancelled_and_not_waited_for()
    {
        var cancelled = new TaskCompletionSource();

        string? answer = HotstackCompleter.GetWithin<string>(
            TimeSpan.FromMilliseconds(20),
            async stop =>
            {
                stop.Register(cancelled.SetResult);
                await Task.Delay(Timeout.InfiniteTimeSpan, CancellationToken.None);
                return "never";
            });

        Assert.Null(answer);
        await cancelled.Task.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
    }

    [Fact]
    public void Work_that_blocks_its_thread_is_not_waited_for_either()
    {
        using var release = new ManualResetEventSlim();

        string? answer = HotstackCompleter.GetWithin(
            TimeSpan.FromMilliseconds(20),
            _ =>
            {
                release.Wait(CancellationToken.None);
                return Task.FromResult("late");
            });

        Assert.Null(answer);
        release.Set();
    }
}
