using System.ComponentModel;
using System.Diagnostics;

namespace Hotstack.OpenShift.Login;

/// <summary>A program that runs: what it writes, its end, and that of its children where it has to be stopped.</summary>
internal sealed class ExecProcess : IDisposable
{
    /// <summary>A child that a program leaves behind may hold its pipes open for ever.</summary>
    private static readonly TimeSpan PipeGrace = TimeSpan.FromSeconds(2);

    /// <summary>On Unix a larger exit code tells the signal by which a program ended.</summary>
    private const int EndedBySignal = 128;

    private readonly Process _process;
    private readonly ExecFamily _family;
    private readonly Task _reading;

    private ExecProcess(Process process, ExecFamily family)
    {
        (_process, _family) = (process, family);
        _reading = Task.WhenAll(
            UntilClosed(Output.ReadAsync(process.StandardOutput.BaseStream, Kill)), UntilClosed(Errors.ReadAsync(process.StandardError.BaseStream)));
    }

    public ExecOutput Output { get; } = new();

    public ExecErrorOutput Errors { get; } = new();

    public int ExitCode => _process.ExitCode;

    /// <summary>Starts a program.</summary>
    /// <exception cref="Win32Exception">It cannot be started.</exception>
    public static ExecProcess Start(ProcessStartInfo start)
    {
        var family = new ExecFamily();
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

    /// <summary>Waits until it has ended and all is read.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled; the program and its children were stopped.</exception>
    public async Task WaitAsync(CancellationToken stop)
    {
        try
        {
            await _process.WaitForExitAsync(stop);
            await Task.WhenAny(_reading, Task.Delay(PipeGrace, stop));
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
            // What came before counts.
        }
    }

    private void Kill() => _family.Kill(_process);
}
