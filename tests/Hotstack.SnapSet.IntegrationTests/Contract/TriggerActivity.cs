using System.Text.RegularExpressions;

namespace Hotstack.Contract;

/// <summary>Does something once when a use case tells a certain thing: to get in its way at the right moment.</summary>
internal sealed class TriggerActivity(string pattern, Func<Match, Task> action) : IActivity
{
    private int _isDone;

    /// <summary>Ends with the action; await it, so that its failure is seen.</summary>
    public Task Action { get; private set; } = Task.FromException(new InvalidOperationException($"nothing told of {pattern}"));

    public void Verbose(DisplayText message)
    {
        if (Regex.Match(message, pattern) is { Success: true } match && Interlocked.Exchange(ref _isDone, 1) == 0)
        {
            Action = Task.Run(() => action(match));
        }
    }

    public void Debug(DisplayText message)
    {
    }

    public void Warning(DisplayText message)
    {
    }

    public void Progress(ProgressReport report)
    {
    }
}
