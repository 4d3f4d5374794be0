using System.Buffers.Binary;
using System.Net;
using System.Text;

namespace Hotstack.Ssh;

/// <summary>Asks a SOCKS 5 server without authentication for a connection (RFC 1928).</summary>
internal static class Socks5
{
    private const byte Version = 5;
    private const byte WithoutAuthentication = 0;
    private const byte Connect = 1;
    private const byte ByName = 3;

    private const int MaxName = 255;

    /// <summary>ssh answers with an IPv4 address of zeros when the server has accepted the connection. If the server refuses, ssh closes
    /// without an answer (channels.c: a channel that is opening writes nothing).</summary>
    private const int AnswerLength = 10;

    /// <exception cref="IOException">The server refused it or went away.</exception>
    public static async Task ConnectAsync(Stream stream, DnsEndPoint server, CancellationToken stop)
    {
        byte[] host = Encoding.ASCII.GetBytes(server.Host);
        if (host.Length is 0 or > MaxName)
        {
            throw new IOException("the name of the server is too long");
        }

        byte[] request = [Version, Connect, 0, ByName, (byte)host.Length, .. host, 0, 0];
        BinaryPrimitives.WriteUInt16BigEndian(request.AsSpan(request.Length - 2), (ushort)server.Port);
        byte[] answer = new byte[AnswerLength];

        await stream.WriteAsync((byte[])[Version, 1, WithoutAuthentication], stop);
        await stream.ReadExactlyAsync(answer.AsMemory(0, 2), stop);
        if (answer[1] != WithoutAuthentication)
        {
            throw new IOException("ssh asks for a login to its forward");
        }

        await stream.WriteAsync(request, stop);
        await stream.ReadExactlyAsync(answer, stop);
        if (answer[1] != 0)
        {
            throw new IOException($"ssh refused the forward ({answer[1]})");
        }
    }
}
