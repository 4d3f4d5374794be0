namespace Hotstack.Hosting;

/// <summary>
/// Lets at most five reports a second pass for each piece of work. The last of those that come faster follows after a pause, so that
/// the screen is right; a completed report passes at once.
/// </summary>
internal sealed class ProgressThrottle(Action<ProgressReport> show, TimeProvider time)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    private readonly Dictionary<string, Work> _works = [];

    public void Report(ProgressReport report)
    {
        lock (_works)
        {
            if (report.Completed)
            {
                _works.Remove(report.Work);
                show(report);
            }
            else if (!_works.TryGetValue(report.Work, out Work? work))
            {
                _works[report.Work] = new Work { ShownAt = time.GetTimestamp() };
                show(report);
            }
            else if (work.Held is not null)
            {
                work.Held = report;
            }
            else if (time.GetElapsedTime(work.ShownAt) is var elapsed && elapsed < Pause)
            {
                work.Held = report;
                _ = ShowHeldAsync(report.Work, work, Pause - elapsed);
            }
            else
            {
                work.ShownAt = time.GetTimestamp();
                show(report);
            }
        }
    }

    private async Task ShowHeldAsync(string name, Work work, TimeSpan wait)
    {
        await Task.Delay(wait, time);
        lock (_works)
        {
            if (_works.TryGetValue(name, out Work? current) && current == work && work.Held is { } held)
            {
                work.Held = null;
                work.ShownAt = time.GetTimestamp();
                show(held);
            }
        }
    }

    private sealed class Work
    {
        public long ShownAt { get; set; }

        public ProgressReport? Held { get; set; }
    }
}
