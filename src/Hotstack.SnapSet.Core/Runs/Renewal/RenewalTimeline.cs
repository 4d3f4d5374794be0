using Hotstack.Clusters;

namespace Hotstack.Runs.Renewal;

/// <summary>The stages of a renewal that are complete, with their times.</summary>
internal sealed class RenewalTimeline(TimeProvider time)
{
    private readonly List<TimelineEntry> _entries = [];

    /// <summary>In their order.</summary>
    public IReadOnlyList<TimelineEntry> Entries => _entries;

    /// <summary>Adds stages of a part.</summary>
    public void Add(IEnumerable<TimelineEntry> entries) => _entries.AddRange(entries);

    /// <summary>Does a stage, and notes it when it is complete.</summary>
    public async Task<T> StepAsync<T>(string step, Func<Task<T>> work, Func<T, string> describe)
    {
        DateTimeOffset at = time.GetUtcNow();
        long began = time.GetTimestamp();
        T done = await work();
        _entries.Add(new TimelineEntry(at, step, describe(done), time.GetElapsedTime(began)));
        return done;
    }
}
