using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Hotstack.Sandbox.Cluster.Api;

namespace Hotstack.Sandbox.Controllers;

/// <summary>An address of loopback where the API of one cluster listens.</summary>
internal sealed class ApiDoor : IAsyncDisposable
{
    private readonly CancellationTokenSource _end = new();
    private readonly TcpListener _listener;
    private readonly Uri _api;
    private readonly ClusterWays _ways;
    private readonly ClusterWay _way;
    private readonly Task _accepting;

    /// <param name="at">The address, and the port or 0 for any.</param>
    /// <param name="api">Where all clusters listen in truth.</param>
    /// <param name="ways">How a connection says which cluster it is for.</param>
    /// <param name="way">Which one it is.</param>
    /// <exception cref="SocketException">Somebody else listens there.</exception>
    public ApiDoor(IPEndPoint at, Uri api, ClusterWays ways, ClusterWay way)
    {
        (_api, _ways, _way) = (api, ways, way);
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

        _accepting = AcceptAsync();
    }

    public IPEndPoint At => (IPEndPoint)_listener.LocalEndpoint;

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Stop();
        await _accepting;
        _end.Dispose();
    }

    private async Task AcceptAsync()
    {
        var all = new ConcurrentDictionary<Task, bool>();
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync(_end.Token);
                var task = ServeAsync(client);
                all[task] = true;
                _ = task.ContinueWith(t => all.TryRemove(t, out _), TaskScheduler.Default);
            }
        }
        catch (Exception error) when (error is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(all.Keys);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var _ = client;
        try
        {
            client.NoDelay = true;
            using var api = await _ways.ConnectAsync(_api, _way, _end.Token);
            await Relay.RunAsync(RelayEnd.Of(client.GetStream()), RelayEnd.Of(api.GetStream()), _end.Token);
        }
        catch (Exception error) when (error is IOException or OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // One of the two has gone.
        }
    }
}
