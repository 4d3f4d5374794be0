using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;

namespace Hotstack.Sandbox.Controllers;

/// <summary>Where the sandbox's own <c>ssh</c> asks: it plays all controllers' sshd.</summary>
internal sealed class StubDoor : TcpDoor
{
    private const int SshPort = 22;

    private readonly ConcurrentDictionary<string, Session> _sessions = [];
    private readonly ControllerState _state;
    private readonly ClusterNetwork _network;
    private readonly string _keyHash;

    public StubDoor(ControllerState state, ClusterNetwork network, string keyHash)
        : base(new IPEndPoint(IPAddress.Loopback, 0))
    {
        (_state, _network, _keyHash) = (state, network, keyHash);
        Open();
    }

    public int Port => At.Port;

    public int Connections => _sessions.Count;

    /// <summary>Ends the connections to servers whose sshd is gone.</summary>
    public void Update(IReadOnlyList<ControllerServer> servers) => Drop(session => !servers.Any(s => s.Id == session.Server && s.IsUp));

    public void Drop() => Drop(_ => true);

    private void Drop(Func<Session, bool> which)
    {
        foreach (var session in _sessions.Values.Where(which))
        {
            session.Stop.Cancel();
        }
    }

    protected override async Task ServeAsync(TcpClient client)
    {
        var stream = client.GetStream();
        if (await DoorLines.ReadAsync(stream, End) is not { } hello)
        {
            return;
        }

        await ((string?)hello["session"] is { } id ? OpenAsync(stream, hello, id)
            : ConnectAsync(stream, (string?)hello["connect"] ?? "", (int?)hello["port"] ?? SshPort));
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
            }, End);
            return;
        }

        if (_state.IsSilent)
        {
            await GoneAsync(stream, End);
            return;
        }

        using var session = new Session(server.Id, CancellationTokenSource.CreateLinkedTokenSource(End));
        var id = Guid.NewGuid().ToString();
        await DoorLines.WriteAsync(stream, new JsonObject
        {
            ["state"] = "ok", ["session"] = id, ["user"] = isAlias ? SandboxController.User : null,
            ["keys"] = new JsonArray([.. server.Keys.Keys.Select(k => (JsonNode)k.Line)]),
        }, End);
        if (await DoorLines.ReadAsync(stream, End) is not { } login)
        {
            return;
        }

        var isIn = (string?)login["user"] == SandboxController.User && !_state.RefusesKeys
            && login["identities"] is JsonArray shown && shown.Any(hash => (string?)hash == _keyHash);
        _sessions[id] = session;
        try
        {
            await DoorLines.WriteAsync(stream, new JsonObject { ["state"] = isIn ? "ok" : "denied" }, End);
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
