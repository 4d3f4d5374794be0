using System.Net;
using System.Net.Sockets;
using System.Text;
using Hotstack.Http;
using Xunit;

namespace Hotstack.Ssh;

/// <summary>Connections through ssh's SOCKS server: what is sent, and how a refusal is told.</summary>
public sealed class TunnelStreamTests
{
    private static readonly byte[] Success = [5, 0, 0, 1, 0, 0, 0, 0, 0, 0];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("api.ocp.example", 6443)]
    [InlineData("192.168.32.10", 443)]
    [InlineData("2001:db8::1", 1)]
    public async Task The_name_goes_to_the_other_machine(string host, int port)
    {
        var (ours, theirs) = await PairAsync();
        Task connecting = Socks5.ConnectAsync(ours, new DnsEndPoint(host, port), Stop);

        Assert.Equal([5, 1, 0], await ReadAsync(theirs, 3));
        await theirs.WriteAsync((byte[])[5, 0], Stop);
        byte[] request = await ReadAsync(theirs, 4 + 1 + host.Length + 2);
        await theirs.WriteAsync(Success, Stop);
        await connecting;

        Assert.Equal([5, 1, 0, 3, (byte)host.Length, .. Encoding.ASCII.GetBytes(host), (byte)(port >> 8), (byte)port], request);
    }

    [Theory]
    [InlineData(new byte[] { 5, 255 })]
    [InlineData(new byte[] { 5, 0, 5, 1, 0, 1, 0, 0, 0, 0, 0, 0 })]
    [InlineData(new byte[] { 5, 0, 5, 0, 0, 1 })]
    [InlineData(new byte[] { 5 })]
    public async Task A_server_that_refuses_or_goes_away(byte[] answer)
    {
        var (ours, theirs) = await PairAsync();
        await theirs.WriteAsync(answer, Stop);
        theirs.Socket.Shutdown(SocketShutdown.Send);

        await Assert.ThrowsAnyAsync<IOException>(() => Socks5.ConnectAsync(ours, new DnsEndPoint("api", 1), Stop));
    }

    [Fact]
    public async Task A_name_that_has_no_place_in_the_request_is_not_sent() =>
        await Assert.ThrowsAnyAsync<IOException>(() =>
            Socks5.ConnectAsync(new MemoryStream(), new DnsEndPoint(new string('a', 256), 1), Stop));

    [Fact]
    public async Task A_connection_that_ends_before_an_answer_has_the_reason()
    {
        var (ours, theirs) = await PairAsync();
        await using var tunnel = new TunnelStream(ours, () => Task.FromResult(new DialException("refused")));
        await tunnel.WriteAsync("hello"u8.ToArray(), Stop);
        theirs.Dispose();

        Assert.Equal("refused", (await Assert.ThrowsAsync<DialException>(async () => await tunnel.ReadExactlyAsync(new byte[1], Stop))).Message);
    }

    [Fact]
    public async Task A_connection_that_ends_later_ends()
    {
        var (ours, theirs) = await PairAsync();
        await using var tunnel = new TunnelStream(ours, () => throw new InvalidOperationException("not asked for"));
        await theirs.WriteAsync("hello"u8.ToArray(), Stop);
        theirs.Dispose();

        Assert.Equal(5, await tunnel.ReadAtLeastAsync(new byte[5], 5, cancellationToken: Stop));
        Assert.Equal(0, await tunnel.ReadAsync(new byte[1], Stop));
        Assert.Equal(0, await tunnel.ReadAsync(Memory<byte>.Empty, Stop));
    }

    [Fact]
    public async Task A_read_of_nothing_is_no_end()
    {
        var (ours, theirs) = await PairAsync();
        await using var tunnel = new TunnelStream(ours, () => throw new InvalidOperationException("not asked for"));
        await theirs.WriteAsync("x"u8.ToArray(), Stop);

        Assert.Equal(0, await tunnel.ReadAsync(Memory<byte>.Empty, Stop));
        Assert.Equal(1, await tunnel.ReadAsync(new byte[1], Stop));
    }

    [Fact]
    public async Task A_cancelled_read_is_cancelled()
    {
        var (ours, _) = await PairAsync();
        await using var tunnel = new TunnelStream(ours, () => throw new InvalidOperationException("not asked for"));
        using var stop = new CancellationTokenSource();
        ValueTask<int> reading = tunnel.ReadAsync(new byte[1], stop.Token);

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await reading);
    }

    private static async Task<(NetworkStream Ours, NetworkStream Theirs)> PairAsync()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var ours = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await ours.ConnectAsync(listener.LocalEndpoint, Stop);
        return (new NetworkStream(ours, true), new NetworkStream(await listener.AcceptSocketAsync(Stop), true));
    }

    private static async Task<byte[]> ReadAsync(Stream stream, int length)
    {
        byte[] bytes = new byte[length];
        await stream.ReadExactlyAsync(bytes, Stop);
        return bytes;
    }
}
