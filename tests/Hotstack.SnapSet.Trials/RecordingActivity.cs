namespace Hotstack;

/// <summary>Keeps what a use case told.</summary>
internal sealed class RecordingActivity : IActivity
{
    private readonly Lock _gate = new();
    private readonly List<(string Stream, string Text)> _lines = [];
    private readonly List<ProgressReport> _reports = [];

    /// <summary>Hears every line as it is told, with the stream's name.</summary>
    public Action<string, string>? Listener { get; set; }

    /// <summary>Hears every report as it is told.</summary>
    public Action<ProgressReport>? ProgressListener { get; set; }

    public IReadOnlyList<string> Steps => Of("verbose");

    public IReadOnlyList<string> Warnings => Of("warning");

    public IReadOnlyList<string> Everything => Of(null);

    public IReadOnlyList<ProgressReport> Reports
    {
        get
        {
            lock (_gate)
            {
                return [.. _reports];
            }
        }
    }

    /// <summary>Forgets what was told so far.</summary>
    public void Clear()
    {
        lock (_gate)
        {
            _lines.Clear();
            _reports.Clear();
        }
    }

    public void Verbose(DisplayText message) => Add("verbose", message);

    public void Debug(DisplayText message) => Add("debug", message);

    public void Warning(DisplayText message) => Add("warning", message);

    public void Progress(ProgressReport report)
    {
        lock (_gate)
        {
            _reports.Add(report);
        }

        ProgressListener?.Invoke(report);
    }

    private void Add(string stream, string text)
    {
        lock (_gate)
        {
            _lines.Add((stream, text));
        }

        Listener?.Invoke(stream, text);
    }

    private string[] Of(string? stream)
    {
        lock (_gate)
        {
            return [.. _lines.Where(line => stream is null || line.Stream == stream).Select(line => line.Text)];
        }
    }
}
