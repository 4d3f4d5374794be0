using System.Globalization;
using System.Management.Automation;

namespace Hotstack.Hosting;

/// <summary>Writes the messages of a use case to PowerShell's streams, on PowerShell's thread.</summary>
internal sealed class CmdletActivity : IActivity
{
    private readonly PSCmdlet _cmdlet;
    private readonly LiveProgress _progress;
    private readonly Dictionary<string, int> _ids = [];
    private readonly HashSet<string> _warnings = new(StringComparer.Ordinal);
    private volatile Pump? _pump;

    public CmdletActivity(PSCmdlet cmdlet)
    {
        _cmdlet = cmdlet;
        _progress = new LiveProgress(report => Post(() => _cmdlet.WriteProgress(ToRecord(report))), line => Verbose(line), TimeProvider.System);
    }

    /// <summary>Sets the pump of the thread to write on.</summary>
    public void PostTo(Pump pump) => _pump = pump;

    public void Post(Action action) => _pump?.Post(action);

    /// <summary>With the time, for logs: the streams of PowerShell have none.</summary>
    public void Verbose(DisplayText message)
    {
        string at = TimeProvider.System.GetUtcNow().UtcDateTime.ToString("HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        Post(() => _cmdlet.WriteVerbose($"{at} {message}"));
    }

    public void Debug(DisplayText message) => Post(() => _cmdlet.WriteDebug(message));

    /// <summary>Each once: every connection of one command reads the same files and settings.</summary>
    public void Warning(DisplayText message) => Post(() =>
    {
        if (!_warnings.Add(message))
        {
            return;
        }

        try
        {
            _cmdlet.WriteWarning(message);
        }
        catch (PipelineStoppedException)
        {
            // After Ctrl+C the stream is closed, but the user must still learn what was left behind.
            _cmdlet.Host.UI.WriteWarningLine(message);
        }
    });

    public void Progress(ProgressReport report) => _progress.Report(report);

    /// <summary>The work has ended, however it did.</summary>
    public void EndProgress() => _progress.End();

    private ProgressRecord ToRecord(ProgressReport report)
    {
        string status = report.Status.Length > 0 ? report.Status : " "; // PowerShell refuses an empty one
        return new ProgressRecord(ActivityId(report.Work), report.Work, status)
        {
            ParentActivityId = report.PartOf is { } whole ? ActivityId(whole) : -1,
            PercentComplete = report.Percent is { } percent ? Math.Clamp(percent, 0, 100) : -1,
            SecondsRemaining = report.Remaining is { } remaining ? (int)Math.Min(remaining.TotalSeconds, int.MaxValue) : -1,
            RecordType = report.Completed ? ProgressRecordType.Completed : ProgressRecordType.Processing,
        };
    }

    /// <summary>One number for each work. Random, because cmdlets that run in parallel may share a host. Only PowerShell's thread
    /// calls this.</summary>
    private int ActivityId(string work)
    {
        if (!_ids.TryGetValue(work, out int id))
        {
            do
            {
                id = Random.Shared.Next(1, int.MaxValue);
            }
            while (_ids.ContainsValue(id));
            _ids.Add(work, id);
        }

        return id;
    }
}
