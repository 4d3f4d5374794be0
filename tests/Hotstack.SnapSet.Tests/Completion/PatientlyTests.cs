using Xunit;

namespace Hotstack.Completion;

public sealed class PatientlyTests
{
    [Fact]
    public void An_answer_in_time_is_given() => Assert.Equal("here", Patiently.Get(_ => Task.FromResult("here"), TimeSpan.FromMinutes(1)));

    [Fact]
    public void A_failure_in_time_is_thrown() => Assert.Throws<InvalidDataException>(
        () => Patiently.Get<string>(_ => throw new InvalidDataException(), TimeSpan.FromMinutes(1)));

    [Fact]
    public async Task Work_that_never_answers_is_left_alone_and_told_to_end()
    {
        var told = new TaskCompletionSource();

        string? answer = Patiently.Get<string>(
            async stop =>
            {
                stop.Register(told.SetResult);
                await Task.Delay(Timeout.InfiniteTimeSpan, CancellationToken.None);
                return "never";
            },
            TimeSpan.FromMilliseconds(20));

        Assert.Null(answer);
        await told.Task.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
    }

    [Fact]
    public void Nor_does_work_hold_anybody_up_that_blocks_its_thread()
    {
        using var release = new ManualResetEventSlim();

        string? answer = Patiently.Get(
            _ =>
            {
                release.Wait(CancellationToken.None);
                return Task.FromResult("late");
            },
            TimeSpan.FromMilliseconds(20));

        Assert.Null(answer);
        release.Set();
    }
}
