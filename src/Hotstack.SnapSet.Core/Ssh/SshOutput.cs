using System.Text;
using Hotstack.Configuration;

namespace Hotstack.Ssh;

/// <summary>What a running ssh writes: the frame of the remote file, and its messages.</summary>
/// <param name="command">The remote command.</param>
internal sealed class SshOutput(RemoteCommand command)
{
    /// <summary>A kubeconfig, and what a login shell may print before it.</summary>
    private const int MaxCharacters = InputFile.MaxBytes + (64 << 10);

    /// <summary>A blank, an exit code and the end of its line follow the last mark.</summary>
    private const int MaxEnd = 8;

    private const int MaxShellLines = 3;
    private const int MaxLines = 100;
    private const int MaxLine = 500;
    private const string Refused = ": open failed: ";

    private readonly object _gate = new();
    private readonly List<string> _messages = [];
    private readonly TaskCompletionSource<RemoteFile?> _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource _refusal = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private string? _lastRefusal;

    /// <summary>The session has begun, the forward stands, and the file is read; null without a file.</summary>
    public Task<RemoteFile?> Ready => _ready.Task;

    /// <summary>The messages so far, the oldest first.</summary>
    public IReadOnlyList<string> Messages
    {
        get
        {
            lock (_gate)
            {
                return [.. _messages];
            }
        }
    }

    /// <summary>The last message that is no warning, such as that of an accepted host key; null for none.</summary>
    public string? LastMessage => Messages.LastOrDefault(line => !line.StartsWith("Warning: ", StringComparison.Ordinal));

    /// <summary>Why the server refused the last connection that it was asked for; null if ssh reports none.</summary>
    public string? LastRefusal
    {
        get
        {
            lock (_gate)
            {
                return _lastRefusal;
            }
        }
    }

    /// <summary>Ends when a refusal is reported.</summary>
    public Task NextRefusal
    {
        get
        {
            lock (_gate)
            {
                return _refusal.Task;
            }
        }
    }

    /// <summary>Reads standard output to its end. What follows the frame is not kept; what a login shell says in its place becomes
    /// messages.</summary>
    public async Task ReadOutputAsync(TextReader output)
    {
        var text = new StringBuilder();
        char[] buffer = new char[16 * 1024];
        for (int length; (length = await output.ReadAsync(buffer)) > 0;)
        {
            if (!_ready.Task.IsCompleted)
            {
                text.Append(buffer, 0, length);
                Look(text, length);
            }
        }

        // A file may have begun after the mark.
        if (!_ready.Task.IsCompleted && text.ToString() is var rest && !rest.Contains(command.Mark, StringComparison.Ordinal))
        {
            foreach (string line in rest.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0).TakeLast(MaxShellLines))
            {
                Add(line);
            }
        }
    }

    /// <summary>Reads the messages to their end.</summary>
    public async Task ReadMessagesAsync(TextReader errors)
    {
        var line = new StringBuilder();
        char[] buffer = new char[4 * 1024];
        for (int length; (length = await errors.ReadAsync(buffer)) > 0;)
        {
            foreach (char sign in buffer.AsSpan(0, length))
            {
                if (sign is '\n')
                {
                    Add(line.ToString().Trim());
                    line.Clear();
                }
                else if (line.Length < MaxLine)
                {
                    line.Append(sign);
                }
            }
        }

        Add(line.ToString().Trim());
    }

    /// <summary>Looks at all only if a mark may have come to its end by the last read.</summary>
    private void Look(StringBuilder text, int length)
    {
        int start = Math.Max(0, text.Length - length - command.Mark.Length - MaxEnd);
        if (text.ToString(start, text.Length - start).Contains(command.Mark, StringComparison.Ordinal))
        {
            string so = text.ToString();
            if (!command.Reads && so.Contains(command.Mark + "\n", StringComparison.Ordinal))
            {
                _ready.TrySetResult(null);
            }
            else if (command.Reads && RemoteFile.OrNull(so, command.Mark) is { } file)
            {
                _ready.TrySetResult(file);
            }
        }

        if (!_ready.Task.IsCompleted && text.Length > MaxCharacters)
        {
            _ready.TrySetResult(new RemoteFile("cat: the file is too large", false));
        }

        if (_ready.Task.IsCompleted)
        {
            text.Clear();
        }
    }

    private void Add(string line)
    {
        if (line.Length == 0)
        {
            return;
        }

        lock (_gate)
        {
            _messages.Add(line.Length > MaxLine ? line[..MaxLine] : line);
            if (_messages.Count > MaxLines)
            {
                _messages.RemoveAt(0);
            }

            int at = line.StartsWith("channel ", StringComparison.Ordinal) ? line.IndexOf(Refused, StringComparison.Ordinal) : -1;
            if (at > 0)
            {
                _lastRefusal = line[(at + Refused.Length)..];
                _refusal.SetResult();
                _refusal = new(TaskCreationOptions.RunContinuationsAsynchronously);
            }
        }
    }
}
