using Xunit;

namespace Hotstack.SnapSets.Move;

public sealed class TransferTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task All_are_moved_within_the_limit_of_concurrent_transfers()
    {
        int now = 0, most = 0, done = 0;

        await Transfers.RunAsync(Enumerable.Range(0, 20), 3, i => $"{i}", async (_, _) =>
        {
            most = Math.Max(most, Interlocked.Increment(ref now));
            await Task.Yield();
            Interlocked.Decrement(ref now);
            Interlocked.Increment(ref done);
        }, Stop);

        Assert.Equal(20, done);
        Assert.InRange(most, 1, 3);
    }

    [Fact]
    public async Task After_a_failure_running_transfers_finish_and_no_other_starts()
    {
        var began = new List<int>();
        var gate = new TaskCompletionSource();

        var e = await Assert.ThrowsAsync<HotstackException>(
            () => Transfers.RunAsync(Enumerable.Range(0, 9), 2, i => $"image{i}", async (i, _) =>
        {
            lock (began)
            {
                began.Add(i);
            }

            if (i == 0)
            {
                await gate.Task;
                return;
            }

            gate.SetResult();
            throw new HotstackException(ErrorCause.QuotaExceeded, "QuotaExceeded", "It is full.");
        }, Stop));

        Assert.Equal(("QuotaExceeded", "image1: It is full."), (e.Id, e.Message));
        Assert.Equal([0, 1], began);
    }

    [Fact]
    public void Progress_reports_bytes_rate_and_remaining_time()
    {
        var clock = new ManualClock();
        var activity = new RecordingActivity();
        var meter = new TransferMeter("Exporting", 100 << 20, activity, clock);
        TransferPart part = meter.Part("master0", 100 << 20);

        part.Skip(20 << 20);
        for (int second = 0; second < 4; second++)
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            part.Move(10 << 20);
        }

        ProgressReport last = activity.Reports.Last(r => r.Work == "Exporting");
        Assert.Equal(("60.0 MiB of 100.0 MiB, 10.0 MiB/s", 60, TimeSpan.FromSeconds(4)), (last.Status, last.Percent, last.Remaining));
        ProgressReport image = activity.Reports.Last(r => r.Work == "master0");
        Assert.Equal(("Exporting", "60.0 MiB of 100.0 MiB", 60), (image.PartOf, image.Status, image.Percent));
        meter.Complete();
        Assert.All(activity.Reports.TakeLast(2), r => Assert.True(r.Completed));
    }

    [Fact]
    public void Progress_is_not_reported_for_every_piece()
    {
        var activity = new RecordingActivity();
        TransferPart part = new TransferMeter("Exporting", 1000, activity, new ManualClock()).Part("master0", 1000);

        for (int i = 0; i < 1000; i++)
        {
            part.Move(1);
        }

        Assert.Equal(4, activity.Reports.Count);
        Assert.Equal(100, activity.Reports[^1].Percent);
    }
}
