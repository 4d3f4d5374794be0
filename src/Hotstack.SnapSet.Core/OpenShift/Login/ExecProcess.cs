using System.Buffers;
using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using Hotstack.Processes;

namespace Hotstack.OpenShift.Login;

/// <summary>A running program: its output, its end, and how to stop it with its children.</summary>
internal sealed class ExecProcess : IDisposable
{
    /// <summary>A child process that stays behind may hold the pipes open for ever.</summary>
    private static readonly TimeSpan PipeGrace = TimeSpan.FromSeconds(2);

    /// <summary>On Unix a larger exit code means that a signal ended the program.</summary>
    private const int EndedBySignal = 128;

    private readonly Process _process;
    private readonly ProcessFamily _family;
    private readonly Task _reading;

    private ExecProcess(Process process, ProcessFamily family)
    {
        (_process, _family) = (process, family);
        _reading = Task.WhenAll(
            UntilClosed(Output.ReadAsync(process.StandardOutput.BaseStream, Kill)),
                UntilClosed(Errors.ReadAsync(process.StandardError.BaseStream)));
    }

    public StandardOutput Output { get; } = new();

    public ErrorOutput Errors { get; } = new();

    public int ExitCode => _process.ExitCode;

    /// <summary>Starts a program.</summary>
    /// <exception cref="Win32Exception">It cannot be started.</exception>
    public static ExecProcess Start(ProcessStartInfo start)
    {
        var family = new ProcessFamily();
        family.Mark(start);
        var process = new Process { StartInfo = start };
        try
        {
            process.Start();
            if (start.RedirectStandardInput)
            {
                process.StandardInput.Close();
            }

            return new ExecProcess(process, family);
        }
        catch
        {
            process.Dispose();
            throw;
        }
    }

    /// <summary>Waits until it has ended and all output is read.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled; the program and its children were stopped.</exception>
    public async Task WaitAsync(CancellationToken stop)
    {
        try
        {
            await _process.WaitForExitAsync(stop);
            await Poll.EndOfAsync(_reading, PipeGrace, stop);
            stop.ThrowIfCancellationRequested();
        }
        catch (OperationCanceledException)
        {
            Kill();
            throw;
        }

        if (ExitCode > EndedBySignal)
        {
            // Ctrl+C of a terminal reaches it before us.
            Kill();
        }
    }

    public void Dispose() => _process.Dispose();

    private static async Task UntilClosed(Task reading)
    {
        try
        {
            await reading;
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // The output before counts.
        }
    }

    private void Kill() => _family.Kill(_process);

    /// <summary>A plugin's standard output, up to a limit.</summary>
    internal sealed class StandardOutput
    {
        /// <summary>A credential with certificates has about 10 KB.</summary>
        private const int MaxBytes = 1 << 20;

        private readonly object _gate = new();
        private readonly ArrayBufferWriter<byte> _bytes = new();

        public bool IsTooLong { get; private set; }

        /// <summary>The output so far.</summary>
        public byte[] Bytes
        {
            get
            {
                lock (_gate)
                {
                    return _bytes.WrittenSpan.ToArray();
                }
            }
        }

        /// <summary>Reads to the end, or to the limit.</summary>
        /// <param name="stream">The output.</param>
        /// <param name="stopProgram">Called at the limit: the rest is not read.</param>
        public async Task ReadAsync(Stream stream, Action stopProgram)
        {
            byte[] buffer = new byte[16 * 1024];
            for (int length; (length = await stream.ReadAsync(buffer)) > 0;)
            {
                lock (_gate)
                {
                    _bytes.Write(buffer.AsSpan(0, length));
                    IsTooLong = _bytes.WrittenCount > MaxBytes;
                }

                if (IsTooLong)
                {
                    stopProgram();
                    return;
                }
            }
        }
    }

    /// <summary>A plugin's error output: prompts while it runs, and its end for a message.</summary>
    internal sealed class ErrorOutput
    {
        private const int MaxSigns = 8 * 1024;
        private const int MaxShown = 600;

        private readonly object _gate = new();
        private readonly StringBuilder _last = new();
        private readonly StringBuilder _untold = new();
        private string _seen = "";

        /// <summary>Reads to the end; keeps the last part of a long text.</summary>
        public async Task ReadAsync(Stream stream)
        {
            using var reader = new StreamReader(stream, Encoding.UTF8);
            char[] buffer = new char[4096];
            for (int length; (length = await reader.ReadAsync(buffer)) > 0;)
            {
                lock (_gate)
                {
                    Append(_last, buffer.AsSpan(0, length));
                    Append(_untold, buffer.AsSpan(0, length));
                }
            }
        }

        /// <summary>The last part.</summary>
        public string Last(Func<string, string> hide)
        {
            lock (_gate)
            {
                // Hidden before it is cut: no half of a secret may remain.
                string text = hide(_last.ToString()).Trim();
                return text.Length <= MaxShown ? text : "…" + text[^(char.IsLowSurrogate(text[^MaxShown]) ? MaxShown - 1 : MaxShown)..];
            }
        }

        /// <summary>The lines since the last call. An incomplete line waits for the next call; if it does not change until then, it is a
        /// prompt.</summary>
        /// <param name="hide">Hides secrets, which may span lines.</param>
        /// <param name="isAll">The output is complete.</param>
        public IReadOnlyList<string> TakeLines(Func<string, string> hide, bool isAll)
        {
            lock (_gate)
            {
                string text = _untold.ToString();
                int end = isAll || text == _seen ? text.Length : text.LastIndexOf('\n') + 1;
                _untold.Remove(0, end);
                _seen = text[end..];
                return hide(text[..end]).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            }
        }

        private static void Append(StringBuilder text, ReadOnlySpan<char> more)
        {
            text.Append(more);
            if (text.Length > MaxSigns)
            {
                // Up to the end of a line: no half of a secret may remain.
                string last = text.ToString(text.Length - MaxSigns, MaxSigns);
                text.Clear().Append(last.AsSpan(last.IndexOf('\n') + 1));
            }
        }
    }
}
