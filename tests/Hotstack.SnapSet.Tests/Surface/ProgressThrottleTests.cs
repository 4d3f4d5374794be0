using Hotstack.Hosting;
using Xunit;

namespace Hotstack.Surface;

public sealed class ProgressThrottleTests
{
    private readonly ManualClock _clock = new();
    private readonly List<string> _shown = [];
    private readonly ProgressThrottle _throttle;

    public ProgressThrottleTests() => _throttle = new(report => _shown.Add($"{report.Work}:{report.Status}"), _clock);

    [Fact]
    public void The_first_passes_at_once() => Expect(() => Report("a", "1"), "a:1");

    [Fact]
    public void Of_a_burst_the_first_passes_and_the_last_follows()
    {
        Expect(() => Burst("a", 50), "a:1");
        Expect(() => Pass(199), "a:1");
        Expect(() => Pass(1), "a:1", "a:50");
    }

    [Fact]
    public void A_second_of_reports_shows_at_most_five_after_the_first()
    {
        for (int i = 0; i < 100; i++)
        {
            Report("a", $"{i}");
            Pass(10);
        }

        Assert.InRange(_shown.Count, 5, 6);
    }

    [Fact]
    public void Each_work_has_its_own_pace() =>
        Expect(() => { Report("a", "1"); Report("b", "1"); Report("a", "2"); }, "a:1", "b:1");

    [Fact]
    public void An_end_passes_at_once_and_nothing_follows_it()
    {
        Burst("a", 3);
        _throttle.Report(new("a", "end") { Completed = true });
        Expect(() => Pass(1000), "a:1", "a:end");
    }

    [Fact]
    public void After_an_end_the_same_work_may_begin_again()
    {
        Report("a", "1");
        _throttle.Report(new("a", "end") { Completed = true });
        Expect(() => Report("a", "2"), "a:1", "a:end", "a:2");
    }

    private void Burst(string work, int count)
    {
        for (int i = 1; i <= count; i++)
        {
            Report(work, $"{i}");
        }
    }

    private void Report(string work, string status) => _throttle.Report(new(work, status));

    private void Pass(int milliseconds) => _clock.Advance(TimeSpan.FromMilliseconds(milliseconds));

    private void Expect(Action action, params string[] shown)
    {
        action();
        Assert.Equal(shown, _shown);
    }
}
