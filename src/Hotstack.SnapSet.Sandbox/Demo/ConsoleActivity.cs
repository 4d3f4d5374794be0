namespace Hotstack.Sandbox.Demo;

/// <summary>Writes progress as lines, each state once.</summary>
internal sealed class ConsoleActivity(TextWriter output) : IActivity
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, string> _shown = [];

    public void Verbose(DisplayText message)
    {
    }

    public void Debug(DisplayText message)
    {
    }

    public void Warning(DisplayText message)
    {
        lock (_gate)
        {
            output.WriteLine($"  WARNING: {message}");
        }
    }

    public void Progress(ProgressReport report)
    {
        lock (_gate)
        {
            var status = report.Completed && report.Status.Length == 0 ? "" : report.Status;
            if (status.Length == 0 || (_shown.TryGetValue(report.Work, out var last) && last == status))
            {
                return;
            }

            _shown[report.Work] = status;
            output.WriteLine($"  {(report.PartOf is null ? "" : "  ")}{report.Work}: {status}");
        }
    }
}
