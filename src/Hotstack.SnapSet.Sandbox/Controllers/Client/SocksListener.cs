using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json.Nodes;

namespace Hotstack.Sandbox.Controllers.Client;

/// <summary>The dynamic forward (<c>-D</c>): SOCKS5 without authentication (RFC 1928), names resolved at the other end.</summary>
internal sealed class SocksListener(IPEndPoint door, string session, CancellationToken lost)
{
    /// <summary>ssh's first two channels are the listener and the command.</summary>
    private const int FirstChannel = 2;

    private readonly HashSet<int> _channels = [];
    private TaskCompletionSource _allClosed = Completed();

    /// <summary>Listens at a path, or a port.</summary>
    /// <returns>Whether it does; if not, it has said why.</returns>
    public bool Listen(string where, string mask)
    {
        var isPath = where.Contains('/', StringComparison.Ordinal);
        var socket = isPath ? new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified)
            : new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (isPath)
            {
                // As OpenSSH does it: the socket has its mode from the beginning.
                var before = NativeMethods.SetMask(Convert.ToUInt32(mask, 8));
                try
                {
                    socket.Bind(new UnixDomainSocketEndPoint(where));
                }
                finally
                {
                    _ = NativeMethods.SetMask(before);
                }
            }
            else
            {
                var colon = where.LastIndexOf(':');
                socket.Bind(new IPEndPoint(IPAddress.Loopback, int.Parse(where[(colon + 1)..], CultureInfo.InvariantCulture)));
            }

            socket.Listen();
        }
        catch (Exception error) when (error is SocketException or ArgumentException or FormatException)
        {
            SshClientCommand.Say(isPath ? $"unix_listener: cannot bind to path {where}: Address already in use"
                : $"bind [127.0.0.1]:{where}: Address already in use");
            SshClientCommand.Say("Could not request local forwarding.");
            socket.Dispose();
            return false;
        }

        _ = AcceptAsync(socket);
        return true;
    }

    /// <summary>Once no connection is forwarded any more.</summary>
    public Task AllClosedAsync()
    {
        lock (_channels)
        {
            return _allClosed.Task;
        }
    }

    private static TaskCompletionSource Completed()
    {
        var done = new TaskCompletionSource();
        done.SetResult();
        return done;
    }

    private async Task AcceptAsync(Socket listener)
    {
        while (true)
        {
            var client = await listener.AcceptAsync(lost);
            _ = ServeAsync(client);
        }
    }

    private async Task ServeAsync(Socket client)
    {
        var channel = Take();
        try
        {
            using var stream = new NetworkStream(client, ownsSocket: true);
            using var far = new TcpClient { NoDelay = true };
            if (await RequestAsync(stream) is not { } target)
            {
                return;
            }

            await far.ConnectAsync(door, lost);
            await DoorLines.WriteAsync(far.GetStream(), new JsonObject
            {
                ["session"] = session, ["host"] = target.Host, ["port"] = target.Port,
            }, lost);
            var answer = await DoorLines.ReadAsync(far.GetStream(), lost);
            if ((string?)answer?["state"] != "ok")
            {
                // Nothing is answered: OpenSSH 9.2 keeps the answer until the other end has opened the channel.
                var why = (string?)answer?["why"] ?? "administratively prohibited: open failed";
                SshClientCommand.Say($"channel {channel}: open failed: {why}");
                return;
            }

            await stream.WriteAsync(new byte[] { 5, 0, 0, 1, 0, 0, 0, 0, 0, 0 }, lost);
            await Relay.RunAsync(RelayEnd.Of(stream), RelayEnd.Of(far.GetStream()), lost);
        }
        catch (Exception error) when (error is IOException or OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // One of the two has gone.
        }
        finally
        {
            Free(channel);
        }
    }

    private async Task<(string Host, int Port)?> RequestAsync(NetworkStream stream)
    {
        var head = await BytesAsync(stream, 2);
        var methods = await BytesAsync(stream, head[1]);
        if (head[0] != 5 || !methods.Contains((byte)0))
        {
            return null;
        }

        await stream.WriteAsync(new byte[] { 5, 0 }, lost);
        var request = await BytesAsync(stream, 4);
        if (request is not [5, 1, _, 1 or 3 or 4])
        {
            return null;
        }

        var host = request[3] == 3 ? Encoding.UTF8.GetString(await BytesAsync(stream, (await BytesAsync(stream, 1))[0]))
            : new IPAddress(await BytesAsync(stream, request[3] == 1 ? 4 : 16)).ToString();
        var port = await BytesAsync(stream, 2);
        return (host, (port[0] << 8) | port[1]);
    }

    private async Task<byte[]> BytesAsync(NetworkStream stream, int count)
    {
        var bytes = new byte[count];
        await stream.ReadExactlyAsync(bytes, lost);
        return bytes;
    }

    private int Take()
    {
        lock (_channels)
        {
            var channel = Enumerable.Range(FirstChannel, int.MaxValue - FirstChannel).First(c => !_channels.Contains(c));
            _channels.Add(channel);
            _allClosed = _channels.Count == 1 ? new TaskCompletionSource() : _allClosed;
            return channel;
        }
    }

    private void Free(int channel)
    {
        lock (_channels)
        {
            _channels.Remove(channel);
            if (_channels.Count == 0)
            {
                _allClosed.TrySetResult();
            }
        }
    }

    private static class NativeMethods
    {
        [DllImport("libc", EntryPoint = "umask"), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static extern uint SetMask(uint mask);
    }
}
