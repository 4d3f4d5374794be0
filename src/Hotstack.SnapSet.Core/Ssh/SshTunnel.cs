using System.Net;
using Hotstack.Http;
using Hotstack.Processes;

namespace Hotstack.Ssh;

/// <summary>The way through one machine, by one ssh process for all connections. A lost process is started again by the next connection.
/// Safe to use from several threads.</summary>
/// <param name="target">The machine.</param>
/// <param name="activity">Gets a report of each start.</param>
/// <param name="program">The file of ssh; null for the one on the PATH.</param>
internal sealed class SshTunnel(SshTarget target, IActivity activity, string? program = null) : IDisposable
{
    private readonly object _gate = new();
    private readonly CancellationTokenSource _end = new();
    private Task<SshProcess>? _process;
    private bool _onSocket = !OperatingSystem.IsWindows();

    /// <summary>Starts ssh and reads a file of the machine in the same session. It may be called again after a failure.</summary>
    /// <param name="path">The file: absolute, or from the home directory of the user there.</param>
    /// <param name="stop">Ends it.</param>
    /// <param name="confirm">Called with the keys of a server that had no known key, before they become known; it may refuse them.</param>
    /// <exception cref="HotstackException">There is no ssh (<c>SshClientMissing</c>), or as <see cref="SshFailure.Of"/>.</exception>
    public async Task<RemoteFile> OpenAsync(string path, CancellationToken stop, Action<IReadOnlyList<HostKey>>? confirm = null)
    {
        (SshProcess process, RemoteFile? file) = await StartAsync(RemoteCommand.Of(path), stop);
        Keep(process, confirm);
        Task<SshProcess>? old;
        lock (_gate)
        {
            (old, _process) = (_process, Task.FromResult(process));
        }

        await DisposeAsync(old);
        return file!;
    }

    /// <summary>Runs a script on the machine, in a session of its own, after <see cref="OpenAsync"/>.</summary>
    /// <exception cref="HotstackException">As <see cref="SshFailure.Of"/>; a host key that is not known yet is refused.</exception>
    public async Task<RemoteFile> RunAsync(string script, CancellationToken stop)
    {
        (SshProcess process, RemoteFile? output) = await StartAsync(RemoteCommand.OfScript(script), stop);
        using (process)
        {
            return process.NewKeys is { Count: > 0 } keys ? throw SshFailure.OfOtherKey(target, keys) : output!;
        }
    }

    /// <summary>The file of ssh.</summary>
    /// <exception cref="HotstackException"><c>SshClientMissing</c>.</exception>
    public static string RequireClient(SshTarget target) =>
        ProgramFinder.OfThisProcess.Find("ssh") ?? throw SshFailure.NoClient(target);

    /// <exception cref="HotstackException">This machine has no ssh (<c>SshClientMissing</c>).</exception>
    public static void RequireClientForControllers() =>
        _ = ProgramFinder.OfThisProcess.Find("ssh") ?? throw SshFailure.NoClient("A controller");

    /// <summary>Opens a connection to a server that the machine reaches.</summary>
    /// <exception cref="DialException">No connection came about.</exception>
    public async Task<Stream> DialAsync(DnsEndPoint server, CancellationToken stop)
    {
        SshProcess process;
        try
        {
            process = await RunningAsync().WaitAsync(stop);
        }
        catch (HotstackException e)
        {
            throw new DialException(e.Message.TrimEnd('.'), e)
            {
                Id = e.Cause.IsTransient ? null : e.Id, Cause = e.Cause, Hint = e.Hint, IsTransient = e.Cause.IsTransient,
            };
        }

        return await process.ConnectAsync(server, stop);
    }

    /// <summary>Ends ssh.</summary>
    public void Dispose()
    {
        _end.Cancel();
        Task<SshProcess>? process;
        lock (_gate)
        {
            (process, _process) = (_process, null);
        }

        DisposeAsync(process).GetAwaiter().GetResult();
    }

    /// <summary>The running process. Connections that find none share one start, which none of them cancels.</summary>
    private Task<SshProcess> RunningAsync()
    {
        lock (_gate)
        {
            if (_process is { IsCompleted: false } or { IsCompletedSuccessfully: true, Result.IsRunning: true })
            {
                return _process;
            }

            Task<SshProcess>? old = _process;
            return _process = StartAgainAsync(old);
        }
    }

    private async Task<SshProcess> StartAgainAsync(Task<SshProcess>? old)
    {
        await Task.Yield();
        await DisposeAsync(old);
        activity.Verbose($"The connection to the controller {target} was lost; starting ssh again.");
        SshProcess process = (await StartAsync(RemoteCommand.Of(null), _end.Token)).Process;
        Keep(process, keys => throw SshFailure.OfOtherKey(target, keys));
        return process;
    }

    /// <summary>Makes new keys known, if they are confirmed; otherwise ends ssh.</summary>
    private void Keep(SshProcess process, Action<IReadOnlyList<HostKey>>? confirm)
    {
        try
        {
            if (process.NewKeys is { Count: > 0 } keys)
            {
                confirm?.Invoke(keys);
                target.Pinned!.Keys.Add(target.Pinned.Alias, keys);
            }
        }
        catch
        {
            process.Dispose();
            throw;
        }
    }

    private async Task<(SshProcess Process, RemoteFile? File)> StartAsync(RemoteCommand command, CancellationToken stop)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, _end.Token);
        either.Token.ThrowIfCancellationRequested();
        string ssh = program ?? RequireClient(target);
        try
        {
            return await SshProcess.StartAsync(ssh, target, command, _onSocket, either.Token);
        }
        catch (HotstackException e) when (e.Id == SshFailure.SocketId && _onSocket)
        {
            activity.Verbose("This ssh cannot listen on a socket, so it listens on a port of 127.0.0.1.");
            _onSocket = false;
            return await SshProcess.StartAsync(ssh, target, command, onSocket: false, either.Token);
        }
    }

    private static async Task DisposeAsync(Task<SshProcess>? started)
    {
        if (started is null)
        {
            return;
        }

        try
        {
            (await started).Dispose();
        }
        catch (Exception e) when (e is HotstackException or OperationCanceledException)
        {
            // It never ran.
        }
    }
}
