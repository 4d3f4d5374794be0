namespace Hotstack;

/// <summary>
/// Where a use case tells what it is doing. The caller decides what becomes of it: the cmdlets write PowerShell's
/// streams, the sandbox's demo writes a terminal, tests keep a list. Calls may come from any thread. All that it is told may be
/// shown: names of others are written out in it (<see cref="DisplayText"/>).
/// </summary>
public interface IActivity
{
    /// <summary>One step of the story, for <c>-Verbose</c>. Never holds a secret.</summary>
    void Verbose(DisplayText message);

    /// <summary>One exchange on the wire, for <c>-Debug</c>. Never holds a secret.</summary>
    void Debug(DisplayText message);

    /// <summary>The result stands, but the user should know this.</summary>
    void Warning(DisplayText message);

    /// <summary>The state of a piece of work that takes time.</summary>
    void Progress(ProgressReport report);
}

/// <summary>The state of a piece of work that takes time.</summary>
/// <param name="Work">What is going on, as a title: <c>Creating SnapSet k3v9x2m1</c>. The same text names the same work.</param>
/// <param name="Status">How far it is, in words: <c>2 of 4 images active</c>.</param>
public sealed record ProgressReport(string Work, string Status)
{
    private readonly DisplayText _work = Work;
    private readonly DisplayText _status = Status;
    private readonly DisplayText? _partOf;

    /// <summary>What is going on, as a title.</summary>
    public string Work { get => _work; init => _work = value; }

    /// <summary>How far it is, in words.</summary>
    public string Status { get => _status; init => _status = value; }

    /// <summary>The work that this is a part of, by its <see cref="Work"/>; null for the whole.</summary>
    public string? PartOf { get => _partOf?.ToString(); init => _partOf = value is null ? null : DisplayText.Of(value); }

    /// <summary>0 to 100; null where it is not known.</summary>
    public int? Percent { get; init; }

    /// <summary>The time still needed; null where it is not known.</summary>
    public TimeSpan? Remaining { get; init; }

    /// <summary>The work has ended, well or badly: take it off the screen.</summary>
    public bool Completed { get; init; }
}
