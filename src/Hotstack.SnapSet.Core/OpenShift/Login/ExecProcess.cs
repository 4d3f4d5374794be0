using System.ComponentModel;
using System.Diagnostics;

namespace Hotstack.OpenShift.Login;

/// <summary>A program that runs: what it writes, its end, and that of its children where it has to be stopped.</summary>
internal sealed class ExecProcess : IDisposable
{
    /// <summary>A child that a program leaves behind may hold its pipes open for ever.</summary>
    private static readonly TimeSpan PipeGrace = TimeSpan.FromSeconds(2);

    private readonly Process _process;
    private readonly Task _reading;

    private ExecProcess(Process process)
    {
        _process = process;
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
        var process = new Process { StartInfo = start };
        try
        {
            process.Start();
            if (start.RedirectStandardInput)
            {
                process.StandardInput.Close();
            }

            return new ExecProcess(process);
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
            await _process.WaitForExitAsync(stop).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            Kill();
            throw;
        }

        await Task.WhenAny(_reading, Task.Delay(PipeGrace, CancellationToken.None)).ConfigureAwait(false);
    }

    public void Dispose() => _process.Dispose();

    private static async Task UntilClosed(Task reading)
    {
        try
        {
            await reading.ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // What came before counts.
        }
    }

    private void Kill()
    {
        try
        {
            _process.Kill(entireProcessTree: true);
        }
        catch (Exception e) when (e is InvalidOperationException or Win32Exception or AggregateException or NotSupportedException)
        {
            // It has ended, or is not ours to stop (sudo).
        }
    }
}
