using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;

namespace Hotstack.Sandbox.Controllers;

/// <summary>Where the sandbox's own <c>ssh</c> asks: it plays all controllers' sshd.</summary>
internal sealed class StubDoor : IAsyncDisposable
{
    private const int SshPort = 22;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentDictionary<string, Session> _sessions = [];
    private readonly CancellationTokenSource _end = new();
    private readonly ControllerState _state;
    private readonly ClusterNetwork _network;
    private readonly string _keyHash;
    private readonly Task _accepting;

    public StubDoor(ControllerState state, ClusterNetwork network, string keyHash)
    {
        (_state, _network, _keyHash) = (state, network, keyHash);
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _accepting = AcceptAsync();
    }

    public int Port { get; }

    public int Connections => _sessions.Count;

    /// <summary>Ends the connections to servers whose sshd is gone.</summary>
    public void Update(IReadOnlyList<ControllerServer> servers) => Drop(session => !servers.Any(s => s.Id == session.Server && s.IsUp));

    public void Drop() => Drop(_ => true);

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Stop();
        await _accepting;
        _end.Dispose();
    }

    private void Drop(Func<Session, bool> which)
    {
        foreach (var session in _sessions.Values.Where(which))
        {
            session.Stop.Cancel();
        }
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
            var stream = client.GetStream();
            if (await DoorLines.ReadAsync(stream, _end.Token) is not { } hello)
            {
                return;
            }

            if ((string?)hello["session"] is { } id)
            {
                await OpenAsync(stream, hello, id);
            }
            else
            {
                await ConnectAsync(stream, (string?)hello["connect"] ?? "", (int?)hello["port"] ?? SshPort);
            }
        }
        catch (Exception error) when (error is IOException or OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // One of the two has gone.
        }
    }

    private async Task ConnectAsync(NetworkStream stream, string host, int port)
    {
        var (address, isAlias) = _state.Resolve(host);
        var server = _state.Servers.FirstOrDefault(s => s.Addresses.Contains(address));
        if (server is not { IsUp: true } || port != SshPort)
        {
            await DoorLines.WriteAsync(stream, new JsonObject
            {
                ["state"] = server is not null || _state.IsOutside(address) ? "refused"
                    : IPAddress.TryParse(address, out _) ? "unreachable" : "unknown",
            }, _end.Token);
            return;
        }

        if (_state.IsSilent)
        {
            await GoneAsync(stream, _end.Token);
            return;
        }

        using var session = new Session(server.Id, CancellationTokenSource.CreateLinkedTokenSource(_end.Token));
        var id = Guid.NewGuid().ToString();
        await DoorLines.WriteAsync(stream, new JsonObject
        {
            ["state"] = "ok", ["session"] = id, ["user"] = isAlias ? SandboxController.User : null,
            ["keys"] = new JsonArray([.. server.Keys.Keys.Select(k => (JsonNode)k.Line)]),
        }, _end.Token);
        if (await DoorLines.ReadAsync(stream, _end.Token) is not { } login)
        {
            return;
        }

        var isIn = (string?)login["user"] == SandboxController.User && !_state.RefusesKeys
            && login["identities"] is JsonArray shown && shown.Any(hash => (string?)hash == _keyHash);
        _sessions[id] = session;
        try
        {
            await DoorLines.WriteAsync(stream, new JsonObject { ["state"] = isIn ? "ok" : "denied" }, _end.Token);
            if (isIn)
            {
                await GoneAsync(stream, session.Stop.Token);
            }
        }
        finally
        {
            _sessions.TryRemove(id, out var _);
            await session.Stop.CancelAsync();
        }
    }

    /// <summary>Until the client has gone. It says nothing any more.</summary>
    private static async Task GoneAsync(NetworkStream stream, CancellationToken stop)
    {
        var nothing = new byte[1];
        while (await stream.ReadAsync(nothing, stop) > 0)
        {
            // It only has to stay.
        }
    }

    /// <summary>A forwarded connection, with the reasons that sshd and the resolver give.</summary>
    private async Task OpenAsync(NetworkStream stream, JsonObject hello, string id)
    {
        if (!_sessions.TryGetValue(id, out var session))
        {
            return;
        }

        TcpClient? target = null;
        var why = _state.ForbidsForwarding ? "administratively prohibited: open failed" : null;
        if (why is null)
        {
            try
            {
                target = await _network.ConnectAsync(
                    (string?)hello["host"] ?? "", (int?)hello["port"] ?? 0, _state.WayFrom(session.Server), session.Stop.Token);
            }
            catch (SocketException error)
            {
                why = "connect failed: " + (error.SocketErrorCode is SocketError.HostNotFound or SocketError.TryAgain or SocketError.NoData
                    ? "Name or service not known" : "Connection refused");
            }
        }

        using var _ = target;
        await DoorLines.WriteAsync(stream, new JsonObject { ["state"] = why is null ? "ok" : "failed", ["why"] = why }, session.Stop.Token);
        if (target is not null)
        {
            await Relay.RunAsync(RelayEnd.Of(stream), RelayEnd.Of(target.GetStream()), session.Stop.Token);
        }
    }

    private sealed record Session(string Server, CancellationTokenSource Stop) : IDisposable
    {
        public void Dispose() => Stop.Dispose();
    }
}
