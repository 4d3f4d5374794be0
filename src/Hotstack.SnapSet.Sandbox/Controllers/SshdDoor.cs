using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Hotstack.Sandbox.Controllers;

/// <summary>The port of one controller, behind which the real sshd is.</summary>
internal sealed class SshdDoor : IAsyncDisposable
{
    private static readonly TimeSpan Grace = TimeSpan.FromMilliseconds(300);

    private readonly Sshd _sshd;
    private readonly ControllerState _state;
    private readonly string _server;
    private readonly ConcurrentDictionary<int, (TcpClient Client, Process? Process)> _connections = [];
    private TcpListener? _listener;
    private Task _accepting = Task.CompletedTask;
    private int _count;

    public SshdDoor(Sshd sshd, ControllerState state, string server)
    {
        (_sshd, _state, _server) = (sshd, state, server);
        Open();
    }

    public int Port { get; private set; }

    public int Connections => _connections.Count;

    /// <summary>Listens, or does not and has no connections.</summary>
    public void Update(bool isUp)
    {
        if (isUp && _listener is null)
        {
            Open();
        }
        else if (!isUp && _listener is not null)
        {
            _listener.Dispose();
            _listener = null;
            Drop();
        }
    }

    /// <summary>Kills the processes of the connections there are.</summary>
    public void Drop()
    {
        foreach (var (client, process) in _connections.Values)
        {
            Kill(process);
            client.Dispose();
        }
    }

    public async ValueTask DisposeAsync()
    {
        Update(isUp: false);
        await _accepting;
    }

    private static void Kill(Process? process)
    {
        try
        {
            process?.Kill(entireProcessTree: true);
        }
        catch (Exception error) when (error is InvalidOperationException or System.ComponentModel.Win32Exception or AggregateException)
        {
            // It has ended meanwhile.
        }
    }

    private void Open()
    {
        _listener = new TcpListener(IPAddress.Loopback, Port);
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _accepting = Task.WhenAll(_accepting, AcceptAsync(_listener));
    }

    private async Task AcceptAsync(TcpListener listener)
    {
        var all = new ConcurrentDictionary<Task, bool>();
        try
        {
            while (true)
            {
                var client = await listener.AcceptTcpClientAsync();
                var task = ServeAsync(client);
                all[task] = true;
                _ = task.ContinueWith(t => all.TryRemove(t, out _), TaskScheduler.Default);
            }
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(all.Keys);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        var number = Interlocked.Increment(ref _count);
        using var _ = client;
        client.NoDelay = true;
        _connections[number] = (client, null);
        try
        {
            if (_state.IsSilent)
            {
                await client.GetStream().ReadExactlyAsync(new byte[1 << 20]);
                return;
            }

            using var process = _sshd.Start(_server);
            _connections[number] = (client, process);
            using var end = new CancellationTokenSource();
            var relay = Relay.RunAsync(RelayEnd.Of(client.GetStream()), RelayEnd.Of(process), end.Token);
            var ended = process.WaitForExitAsync(CancellationToken.None);

            // When one side has gone, what it said last is still to be carried to the other.
            await Task.WhenAny(relay, ended);
            await Task.WhenAny(Task.WhenAll(relay, ended), Task.Delay(Grace));
            await end.CancelAsync();
            Kill(process);
            client.Close();
            await Task.WhenAll(relay, ended);
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException or SocketException or InvalidOperationException)
        {
            // The client has gone.
        }
        finally
        {
            _connections.TryRemove(number, out var _);
        }
    }
}
