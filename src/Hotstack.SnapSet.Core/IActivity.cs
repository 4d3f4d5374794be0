namespace Hotstack;

/// <summary>
/// Where a use case reports what it does. The cmdlets write PowerShell's streams, the sandbox's demo a terminal, tests a list.
/// Calls may come from any thread. All reports can be shown: <see cref="DisplayText"/> writes out hidden characters.
/// </summary>
public interface IActivity
{
    /// <summary>One step of the story, for <c>-Verbose</c>. Never holds a secret.</summary>
    void Verbose(DisplayText message);

    /// <summary>One HTTP call, for <c>-Debug</c>. Never holds a secret.</summary>
    void Debug(DisplayText message);

    /// <summary>The result stands, but the user should know this.</summary>
    void Warning(DisplayText message);

    /// <summary>The state of a piece of work that takes time.</summary>
    void Progress(ProgressReport report);

    /// <summary>The same activity; work that is not yet part of other work becomes part of <paramref name="whole"/>.</summary>
    internal IActivity Within(string whole) => new PartActivity(this, whole);

    /// <summary>The same activity; the work reported to it ends at the latest after a time from now, by a timeout.</summary>
    internal IActivity AtMost(TimeSpan timeout, TimeProvider time) => new LimitedActivity(this, new Deadline(timeout, time));

    /// <summary>The same activity for work that is repeated: a step that was reported before is reported with <c>-Debug</c> only.</summary>
    internal IActivity Once() => new OnceActivity(this);

    private sealed class OnceActivity(IActivity activity) : IActivity
    {
        private readonly HashSet<string> _told = new(StringComparer.Ordinal);

        public void Verbose(DisplayText message)
        {
            bool isNew;
            lock (_told)
            {
                isNew = _told.Add(message);
            }

            (isNew ? (Action<DisplayText>)activity.Verbose : activity.Debug)(message);
        }

        public void Debug(DisplayText message) => activity.Debug(message);

        public void Warning(DisplayText message) => activity.Warning(message);

        public void Progress(ProgressReport report) => activity.Progress(report);
    }

    private sealed class LimitedActivity(IActivity activity, Deadline deadline) : IActivity
    {
        public void Verbose(DisplayText message) => activity.Verbose(message);

        public void Debug(DisplayText message) => activity.Debug(message);

        public void Warning(DisplayText message) => activity.Warning(message);

        public void Progress(ProgressReport report) =>
            activity.Progress(report.Completed || report.Limit is not null ? report : report with { Limit = deadline.Left });
    }

    private sealed class PartActivity(IActivity activity, DisplayText whole) : IActivity
    {
        public void Verbose(DisplayText message) => activity.Verbose(message);

        public void Debug(DisplayText message) => activity.Debug(message);

        public void Warning(DisplayText message) => activity.Warning(message);

        public void Progress(ProgressReport report) =>
            activity.Progress(report.PartOf is null && report.Work != whole ? report with { PartOf = whole } : report);
    }
}

/// <summary>The state of a piece of work that takes time.</summary>
/// <param name="Work">The work as a title: <c>Creating SnapSet k3v9x2m1</c>. The same text names the same work.</param>
/// <param name="Status">The progress in words: <c>2 of 4 images active</c>.</param>
public sealed record ProgressReport(string Work, string Status)
{
    private readonly DisplayText _work = Work;
    private readonly DisplayText _status = Status;
    private readonly DisplayText? _partOf;

    /// <summary>The work as a title.</summary>
    public string Work { get => _work; init => _work = value; }

    /// <summary>The progress in words.</summary>
    public string Status { get => _status; init => _status = value; }

    /// <summary>The work that this is a part of, by its <see cref="Work"/>; null for the whole.</summary>
    public string? PartOf { get => _partOf?.ToString(); init => _partOf = value is null ? null : DisplayText.Of(value); }

    /// <summary>0 to 100; null if unknown.</summary>
    public int? Percent { get; init; }

    /// <summary>The time still needed; null if unknown.</summary>
    public TimeSpan? Remaining { get; init; }

    /// <summary>The time after which a timeout ends the work, if nothing else does; null if unknown.</summary>
    public TimeSpan? Limit { get; init; }

    /// <summary>The work has ended or failed: remove it from the screen.</summary>
    public bool Completed { get; init; }
}

/// <summary>So many of a whole: <c>12 of 18 resources</c>.</summary>
/// <param name="Done">How many.</param>
/// <param name="Total">Of how many.</param>
/// <param name="Things">Of what, with what is true of them: <c>images active</c>.</param>
internal readonly record struct Tally(int Done, int Total, string Things)
{
    /// <summary>0 to 100; null of nothing.</summary>
    public int? Percent => Total > 0 ? (int)Math.Clamp(100L * Done / Total, 0, 100) : null;

    /// <summary>The progress of work by this count.</summary>
    /// <param name="work">The title of the work.</param>
    /// <param name="more">What else its status tells; empty for nothing.</param>
    public ProgressReport Of(string work, string more = "") => new(work, more.Length == 0 ? $"{this}" : $"{this}: {more}") { Percent = Percent };

    public override string ToString() => $"{Done} of {Total} {Things}";
}

/// <summary>Asks for permission right before the first change.</summary>
/// <param name="target">What will be changed.</param>
/// <param name="action">What will be done with it.</param>
/// <returns>False to change nothing, which is no error (<c>-WhatIf</c>, or the user declined).</returns>
public delegate Task<bool> Confirmation(DisplayText target, DisplayText action);
