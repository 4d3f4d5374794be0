using System.Globalization;
using Hotstack.Configuration;

namespace Hotstack.Playbooks;

/// <summary>The file that keeps Ansible's output; only its owner can read it.</summary>
internal sealed class PlaybookLog : IDisposable
{
    private readonly StreamWriter _writer;
    private readonly PlaybookSecrets _secrets;

    private readonly IActivity _activity;
    private bool _isBroken;

    /// <param name="path">The file.</param>
    /// <param name="file">It, open.</param>
    /// <param name="secrets">What it must not show.</param>
    /// <param name="activity">Is warned if the file cannot be written any more.</param>
    internal PlaybookLog(string path, Stream file, PlaybookSecrets secrets, IActivity activity)
    {
        (Path, _secrets, _activity) = (path, secrets, activity);
        // A line is there also if we are killed.
        _writer = new StreamWriter(file) { AutoFlush = true };
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>Makes the file, and its folder if that is missing.</summary>
    /// <exception cref="HotstackException">It cannot be written (<c>PlaybookLogNotWritten</c>).</exception>
    public static PlaybookLog Create(string folder, string stackName, DateTimeOffset now, PlaybookSecrets secrets, IActivity activity)
    {
        string time = now.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
        string path = System.IO.Path.Combine(folder, $"{stackName}-playbooks-{time}.log");
        try
        {
            Directory.CreateDirectory(folder);
            return new PlaybookLog(path, SecretFiles.Create(path, FileMode.Append, FileAccess.Write, FileShare.Read), secrets, activity);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new HotstackException(
                ErrorCause.InputInvalid, "PlaybookLogNotWritten", $"The log {path} cannot be written: {e.Message}", e)
            {
                Target = path,
                Hint = "Name a folder in which you may write with -LogPath.",
            };
        }
    }

    /// <summary>Writes a line, without secrets and without characters that a terminal obeys. If the disk is full, Ansible runs on without
    /// the log, and a warning says so once.</summary>
    public void Write(string line)
    {
        if (!_isBroken)
        {
            Try(() => _writer.WriteLine(DisplayText.WriteOut(_secrets.Hide(line))));
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Try(_writer.Dispose);

    private void Try(Action write)
    {
        try
        {
            write();
        }
        catch (IOException e)
        {
            if (!_isBroken)
            {
                _activity.Warning($"The log {Path} ends early; the playbooks still run: {e.Message}");
            }

            _isBroken = true;
        }
    }
}
