using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Hotstack.Http;

/// <summary>A web server of bytes: reads a request, writes what it was given, cuts the connection.</summary>
internal sealed class WireServer : IAsyncDisposable
{
    /// <summary>In place of an answer: the connection is reset.</summary>
    public const string Reset = "\u0001reset";

    /// <summary>In place of an answer, or of its rest: there is none, for as long as the client likes to wait.</summary>
    public const string Silence = "\u0001silence";

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly Func<string, string> _answer;
    private readonly List<string> _requests = [];
    private readonly Func<Stream, Task<Stream>> _dress;
    private readonly Task _accepting;

    /// <param name="answer">Makes the answer, from its status line on, of the request as it came.</param>
    /// <param name="dress">Puts TLS over the connection.</param>
    public WireServer(Func<string, string> answer, Func<Stream, Task<Stream>>? dress = null)
    {
        _answer = answer;
        _dress = dress ?? Task.FromResult;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public Uri Address => new($"http://127.0.0.1:{Port}/");

    /// <summary>How many connections were made, also those that came to nothing.</summary>
    public int Connections { get; private set; }

    public IReadOnlyList<string> Requests
    {
        get
        {
            lock (_requests)
            {
                return [.. _requests];
            }
        }
    }

    /// <summary>A whole answer of text.</summary>
    public static string Reply(int status, string body = "{}", string type = "application/json", string headers = "") =>
        $"HTTP/1.1 {status} X\r\nContent-Type: {type}\r\n{headers}Content-Length: {Encoding.UTF8.GetByteCount(body)}\r\nConnection: close\r\n\r\n{body}";

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Stop();
        await _accepting;
        _listener.Dispose();
        _end.Dispose();
    }

    private async Task AcceptAsync()
    {
        var open = new List<Task>();
        try
        {
            while (true)
            {
                TcpClient client = await _listener.AcceptTcpClientAsync(_end.Token);
                Connections++;
                open.Add(ServeAsync(client));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or InvalidOperationException)
        {
        }

        await Task.WhenAll(open);
    }

    private async Task ServeAsync(TcpClient client)
    {
        using TcpClient _ = client;
        try
        {
            await using Stream stream = await _dress(client.GetStream());
            string request = await ReadAsync(stream);
            lock (_requests)
            {
                _requests.Add(request);
            }

            string answer = _answer(request);
            if (answer == Reset)
            {
                client.LingerState = new LingerOption(true, 0);
                return;
            }

            await stream.WriteAsync(Encoding.UTF8.GetBytes(answer.Replace(Silence, "", StringComparison.Ordinal)), _end.Token);
            await stream.FlushAsync(_end.Token);
            if (answer.EndsWith(Silence, StringComparison.Ordinal))
            {
                await Task.Delay(Timeout.Infinite, _end.Token);
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or System.Security.Authentication.AuthenticationException)
        {
            // The client did not like us, which is what some tests are about.
        }
    }

    private async Task<string> ReadAsync(Stream stream)
    {
        var text = new StringBuilder();
        var buffer = new byte[64 * 1024];
        while (true)
        {
            int read = await stream.ReadAsync(buffer, _end.Token);
            text.Append(Encoding.Latin1.GetString(buffer, 0, read));
            string all = text.ToString();
            int head = all.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            // Who asks first whether to send a body is answered first.
            bool isAsking = all.Contains("Expect: 100-continue", StringComparison.Ordinal);
            if (read == 0 || (head >= 0 && (isAsking || all.Length - head - 4 >= Length(all))))
            {
                return all;
            }
        }
    }

    private static int Length(string request)
    {
        const string name = "Content-Length: ";
        int at = request.IndexOf(name, StringComparison.OrdinalIgnoreCase);
        return at < 0 ? 0 : int.Parse(request.AsSpan(at + name.Length, request.IndexOf('\r', at) - at - name.Length), null);
    }
}
