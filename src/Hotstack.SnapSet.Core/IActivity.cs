namespace Hotstack;

/// <summary>
/// Where a use case tells what it is doing. The caller decides what becomes of it: the cmdlets write PowerShell's
/// streams, the sandbox's demo writes a terminal, tests keep a list. Calls may come from any thread.
/// </summary>
public interface IActivity
{
    /// <summary>One step of the story, for <c>-Verbose</c>. Never holds a secret.</summary>
    void Verbose(string message);

    /// <summary>One exchange on the wire, for <c>-Debug</c>. Never holds a secret.</summary>
    void Debug(string message);

    /// <summary>The result stands, but the user should know this.</summary>
    void Warning(string message);

    /// <summary>The state of a piece of work that takes time.</summary>
    void Progress(ProgressReport report);
}

/// <summary>The state of a piece of work that takes time.</summary>
/// <param name="Work">What is going on, as a title: <c>Creating SnapSet k3v9x2m1</c>. The same text names the same work.</param>
/// <param name="Status">How far it is, in words: <c>2 of 4 images active</c>.</param>
public sealed record ProgressReport(string Work, string Status)
{
    /// <summary>The work that this is a part of, by its <see cref="Work"/>; null for the whole.</summary>
    public string? PartOf { get; init; }

    /// <summary>0 to 100; null where it is not known.</summary>
    public int? Percent { get; init; }

    /// <summary>The time still needed; null where it is not known.</summary>
    public TimeSpan? Remaining { get; init; }

    /// <summary>The work has ended, well or badly: take it off the screen.</summary>
    public bool Completed { get; init; }
}
