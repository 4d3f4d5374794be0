using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Hotstack.Sandbox.Controllers;

/// <summary>Listens at an address, and serves each connection until it is disposed.</summary>
internal abstract class TcpDoor : IAsyncDisposable
{
    private readonly CancellationTokenSource _end = new();
    private readonly TcpListener _listener;
    private Task _accepting = Task.CompletedTask;

    /// <param name="at">The address, and the port or 0 for any.</param>
    /// <exception cref="SocketException">The address is in use.</exception>
    protected TcpDoor(IPEndPoint at)
    {
        _listener = new TcpListener(at);
        try
        {
            _listener.Start();
        }
        catch
        {
            _end.Dispose();
            throw;
        }
    }

    public IPEndPoint At => (IPEndPoint)_listener.LocalEndpoint;

    /// <summary>Cancelled when it is disposed.</summary>
    protected CancellationToken End => _end.Token;

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Stop();
        await _accepting;
        _end.Dispose();
    }

    /// <summary>Begins to accept connections, once all that serves them is there.</summary>
    protected void Open() => _accepting = AcceptAsync();

    /// <summary>Serves one connection. It may end with the exceptions of a connection that breaks.</summary>
    protected abstract Task ServeAsync(TcpClient client);

    private async Task AcceptAsync()
    {
        var all = new ConcurrentDictionary<Task, bool>();
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync(_end.Token);
                var task = ServeOneAsync(client);
                all[task] = true;
                _ = task.ContinueWith(t => all.TryRemove(t, out _), TaskScheduler.Default);
            }
        }
        catch (Exception error) when (error is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(all.Keys);
        }
    }

    private async Task ServeOneAsync(TcpClient client)
    {
        using var _ = client;
        try
        {
            client.NoDelay = true;
            await ServeAsync(client);
        }
        catch (Exception error) when (error is IOException or OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // One of the two has gone.
        }
    }
}
