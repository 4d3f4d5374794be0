using Xunit;

namespace Hotstack;

public sealed class PumpTests
{
    [Fact]
    public void What_is_posted_runs_on_the_callers_thread_in_order()
    {
        int caller = Environment.CurrentManagedThreadId;
        var seen = new List<(int Number, int Thread)>();

        Pump.Run(
            async (pump, _) =>
            {
                for (int i = 0; i < 100; i++)
                {
                    int number = i;
                    pump.Post(() => seen.Add((number, Environment.CurrentManagedThreadId)));
                    await Task.Yield();
                }
            },
            TestContext.Current.CancellationToken);

        Assert.Equal(Enumerable.Range(0, 100).Select(i => (i, caller)), seen);
    }

    [Fact]
    public void The_work_runs_beside_the_caller()
    {
        int caller = Environment.CurrentManagedThreadId;
        int worker = caller;
        Pump.Run(
            (_, _) =>
            {
                worker = Environment.CurrentManagedThreadId;
                return Task.CompletedTask;
            },
            TestContext.Current.CancellationToken);
        Assert.NotEqual(caller, worker);
    }

    [Fact]
    public void The_works_exception_comes_out_as_it_was_after_all_that_was_posted()
    {
        var thrown = new InvalidOperationException("mine");
        bool ran = false;

        InvalidOperationException caught = Assert.Throws<InvalidOperationException>(() => Pump.Run(
            async (pump, _) =>
            {
                pump.Post(() => ran = true);
                await Task.Yield();
                throw thrown;
            },
            TestContext.Current.CancellationToken));

        Assert.Same(thrown, caught);
        Assert.True(ran);
    }

    [Fact]
    public void Work_that_fails_before_its_first_await_does_so_too() =>
        Assert.Throws<FormatException>(() => Pump.Run((_, _) => throw new FormatException(), TestContext.Current.CancellationToken));

    [Fact]
    public void A_failing_action_stops_the_work_and_waits_for_its_clean_up()
    {
        bool isCleanedUp = false;
        var told = new List<string>();

        Assert.Throws<FormatException>(() => Pump.Run(
            async (pump, stop) =>
            {
                pump.Post(() => throw new FormatException());
                try
                {
                    await Task.Delay(Timeout.Infinite, stop);
                }
                finally
                {
                    await Task.Delay(20, CancellationToken.None);
                    pump.Post(() => told.Add("what was left"));
                    isCleanedUp = true;
                }
            },
            TestContext.Current.CancellationToken));

        Assert.True(isCleanedUp);
        Assert.Equal(["what was left"], told);
    }

    [Fact]
    public void The_first_failure_of_an_action_wins_over_all_later_ones()
    {
        FormatException caught = Assert.Throws<FormatException>(() => Pump.Run(
            (pump, _) =>
            {
                pump.Post(() => throw new FormatException("first"));
                pump.Post(() => throw new FormatException("second"));
                throw new InvalidOperationException("the work's");
            },
            TestContext.Current.CancellationToken));
        Assert.Equal("first", caught.Message);
    }

    [Fact]
    public void Stop_reaches_the_work()
    {
        using var stop = new CancellationTokenSource();
        Assert.ThrowsAny<OperationCanceledException>(() => Pump.Run(
            async (pump, token) =>
            {
                pump.Post(stop.Cancel);
                await Task.Delay(Timeout.Infinite, token);
            },
            stop.Token));
    }

    [Fact]
    public async Task What_is_posted_after_the_end_is_refused()
    {
        Pump? kept = null;
        await Task.Run(
            () => Pump.Run(
                (pump, _) =>
                {
                    kept = pump;
                    return Task.CompletedTask;
                },
                TestContext.Current.CancellationToken),
            TestContext.Current.CancellationToken);
        Assert.False(kept!.Post(() => Assert.Fail("nobody runs it")));
    }
}
