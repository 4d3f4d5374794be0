namespace Hotstack.Clusters;

/// <summary>The steps of a run that are complete, with their times. A line of <c>-Verbose</c> tells each.</summary>
/// <param name="run">The run as a title: <c>Suspending cluster hs-multi</c>.</param>
/// <param name="activity">Receives the lines.</param>
/// <param name="time">The clock.</param>
internal sealed class StepLog(string run, IActivity activity, TimeProvider time)
{
    private readonly List<TimelineEntry> _entries = [];

    /// <summary>In the order in which they were completed.</summary>
    public IReadOnlyList<TimelineEntry> Entries => _entries;

    /// <summary>Adds the steps of a part, which has reported them itself.</summary>
    public void Add(IEnumerable<TimelineEntry> entries) => _entries.AddRange(entries);

    /// <summary>Notes a step in which nothing was left to do.</summary>
    public void Note(string step, string result) => Tell(new(time.GetUtcNow(), step, result, TimeSpan.Zero));

    /// <summary>Does a step, and notes it when it is complete.</summary>
    /// <param name="step">Its name.</param>
    /// <param name="work">Does it. A step that fails is not noted.</param>
    /// <param name="describe">Gives its result, in a sentence without a full stop.</param>
    public async Task<T> StepAsync<T>(string step, Func<Task<T>> work, Func<T, string> describe)
    {
        DateTimeOffset at = time.GetUtcNow();
        long began = time.GetTimestamp();
        T done = await work();
        Tell(new(at, step, describe(done), time.GetElapsedTime(began)));
        return done;
    }

    private void Tell(TimelineEntry entry)
    {
        _entries.Add(entry);
        activity.Verbose($"{run}: {entry}, after {entry.DurationText}.");
    }
}
