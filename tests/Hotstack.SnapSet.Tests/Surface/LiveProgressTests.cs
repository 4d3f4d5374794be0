using Hotstack.Hosting;
using Xunit;

namespace Hotstack.Surface;

public sealed class LiveProgressTests
{
    private readonly ManualClock _clock = new(new DateTimeOffset(2026, 3, 14, 9, 0, 0, TimeSpan.Zero));
    private readonly List<string> _shown = [];
    private readonly List<string> _told = [];
    private readonly LiveProgress _progress;

    public LiveProgressTests() => _progress = new(
        report => _shown.Add($"{report.Work}:{report.Status}{(report.Remaining is { } left ? $" {left.TotalSeconds:0} s left" : "")}"), _told.Add, _clock);

    [Fact]
    public void What_lasts_is_shown_each_second_with_its_age_and_what_remains()
    {
        _progress.Report(new("a", "2 of 6 images") { Remaining = TimeSpan.FromSeconds(5) });
        Pass(7);
        Assert.Equal(
            ["a:2 of 6 images 5 s left", "a:2 of 6 images 4 s left", "a:2 of 6 images 3 s left", "a:2 of 6 images (0:03) 2 s left",
                "a:2 of 6 images (0:04) 1 s left", "a:2 of 6 images (0:05) 0 s left", "a:2 of 6 images (0:06) 0 s left",
                "a:2 of 6 images (0:07) 0 s left"],
            _shown);
    }

    [Fact]
    public void The_age_is_that_of_the_status_however_often_it_is_reported()
    {
        for (int i = 0; i < 60; i++)
        {
            _progress.Report(new("a", "waits"));
            Pass(1);
        }

        Assert.Equal("a:waits (1:00)", _shown[^1]);
        _progress.Report(new("a", "works"));
        Pass(2);
        Assert.Equal("a:works", _shown[^1]);
    }

    [Theory]
    [InlineData(59, "0:59")]
    [InlineData(754, "12:34")]
    [InlineData(42060, "11:41:00")]
    [InlineData(360000, "100:00:00")]
    public void Ages_are_shown_as_a_clock_does(int seconds, string expected)
    {
        _progress.Report(new("a", "waits"));
        Pass(seconds);
        Assert.Equal($"a:waits ({expected})", _shown[^1]);
    }

    [Fact]
    public void Nothing_is_shown_and_no_timer_runs_when_all_works_have_completed()
    {
        _progress.Report(new("a", "1"));
        _progress.Report(new("b", "1") { PartOf = "a" });
        _progress.Report(new("b", "") { Completed = true });
        _progress.Report(new("a", "") { Completed = true });
        _shown.Clear();
        Pass(120);
        Assert.Empty(_shown);
        Assert.Empty(_told);
        Assert.Equal(0, _clock.PendingTimers);
    }

    [Fact]
    public void A_run_that_ended_early_leaves_no_timer()
    {
        _progress.Report(new("a", "1"));
        _progress.End();
        Pass(60);
        Assert.Equal(["a:1"], _shown);
        Assert.Equal(0, _clock.PendingTimers);
    }

    [Fact]
    public void A_log_gets_a_line_a_minute_of_what_is_done()
    {
        _progress.Report(new("Updating", "2 of 8 stages"));
        _progress.Report(new("Waiting", "6 certificates to go") { PartOf = "Updating", Remaining = TimeSpan.FromMinutes(11) });
        Pass(150);
        Assert.Equal(
            ["Waiting: by 09:11Z, in 10 min: 6 certificates to go (1:00)", "Waiting: by 09:11Z, in 9 min: 6 certificates to go (2:00)"], _told);
    }

    [Theory]
    [InlineData(299, "a:waits 299 s left")]
    [InlineData(300, "a:by 09:05Z, in 5 min: waits 300 s left")]
    [InlineData(42060, "a:by 20:41Z, in 11 h 41 min: waits 42060 s left")]
    [InlineData(90000, "a:by 2026-03-15 10:00Z, in 25 h 0 min: waits 90000 s left")]
    public void A_long_wait_is_shown_with_the_time_of_day_at_which_it_ends(int seconds, string expected)
    {
        _progress.Report(new("a", "waits") { Remaining = TimeSpan.FromSeconds(seconds) });
        Assert.Equal([expected], _shown);
    }

    [Fact]
    public void Where_nobody_knows_how_long_it_takes_the_timeout_is_shown()
    {
        _progress.Report(new("a", "no answer") { Limit = TimeSpan.FromMinutes(20) });
        Assert.Equal("a:no answer", _shown[^1]);
        Pass(42);
        Assert.Equal("a:no answer (0:42, at most 19:18 more)", _shown[^1]);
        _progress.Report(new("a", "no answer") { Limit = TimeSpan.FromMinutes(20), Remaining = TimeSpan.FromSeconds(30) });
        Pass(1);
        Assert.Equal("a:no answer (0:43) 29 s left", _shown[^1]);
        _progress.Report(new("a", "late") { Limit = TimeSpan.FromSeconds(2) });
        Pass(4);
        Assert.Equal("a:late (0:04, at most 0:00 more)", _shown[^1]);
    }

    [Fact]
    public void A_log_gets_what_is_left_of_a_short_wait()
    {
        _progress.Report(new("a", "waits") { Remaining = TimeSpan.FromSeconds(200) });
        Pass(60);
        Assert.Equal(["a: waits (1:00), 2:20 left"], _told);
    }

    private void Pass(int seconds) => _clock.Advance(TimeSpan.FromSeconds(seconds));
}
