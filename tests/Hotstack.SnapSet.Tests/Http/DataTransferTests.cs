using System.Text;
using Xunit;

namespace Hotstack.Http;

/// <summary>Bodies that are not held in memory, on the wire.</summary>
public sealed class DataTransferTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Bytes_are_asked_for_as_they_are()
    {
        await using var server = new WireServer(
            _ => WireServer.Reply(206, "lo", "application/octet-stream", "Content-Range: bytes 3-4/5\r\n"));
        using Api api = Create();

        using ApiStream stream = await api.DownloadAsync(Request(server, HttpMethod.Get) with { Headers = [new("Range", "bytes=3-")] },
            Stop);

        Assert.Equal((206, 3L), (stream.Status, stream.From));
        Assert.Equal("lo", await TextOf(stream));
        Assert.Contains("Range: bytes=3-", server.Requests[0], StringComparison.Ordinal);
        Assert.DoesNotContain("Accept-Encoding", server.Requests[0], StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task An_answer_that_breaks_off_is_told_as_such()
    {
        await using var server = new WireServer(_ => "HTTP/1.1 200 X\r\nContent-Length: 100\r\nConnection: close\r\n\r\nhalf of it");
        using Api api = Create();
        using ApiStream stream = await api.DownloadAsync(Request(server, HttpMethod.Get), Stop);

        var e = await Assert.ThrowsAsync<ServiceException>(() => TextOf(stream));

        Assert.Equal((ErrorCause.ServiceUnavailable, "ServiceUnreachable"), (e.Cause, e.Id));
    }

    [Fact]
    public async Task A_refused_download_is_an_error_with_its_reason()
    {
        await using var server = new WireServer(_ => WireServer.Reply(403, "<html><body>deactivated</body></html>", "text/html"));
        using Api api = Create();

        var e = await Assert.ThrowsAsync<ServiceException>(() => api.DownloadAsync(Request(server, HttpMethod.Get), Stop));

        Assert.Equal(("Forbidden", "403 Forbidden: deactivated"), (e.Id, e.Reason));
    }

    [Fact]
    public async Task What_does_not_know_the_question_gets_the_bytes_without_it_and_is_not_asked_again()
    {
        await using var server = new WireServer(request => request.Contains("Expect:", StringComparison.OrdinalIgnoreCase)
            ? WireServer.Reply(417, "", "text/plain")
            : WireServer.Reply(204, ""));
        using Api api = Create();
        var source = new Letters(1000);

        await api.UploadAsync(Request(server, HttpMethod.Put), source, Stop);
        await api.UploadAsync(Request(server, HttpMethod.Put), source, Stop);

        Assert.Equal([true, false, false], server.Requests.Select(r => r.Contains("Expect:", StringComparison.OrdinalIgnoreCase)));
    }

    [Fact]
    public async Task A_417_to_a_call_without_the_question_is_an_error()
    {
        await using var server = new WireServer(_ => WireServer.Reply(417, "no", "text/plain"));
        using Api api = Create();

        var e = await Assert.ThrowsAsync<ServiceException>(() => api.UploadAsync(Request(server, HttpMethod.Put), new Letters(1000), Stop));

        Assert.Equal(417, e.Status);
        Assert.Equal(2, server.Requests.Count);
    }

    [Fact]
    public async Task A_refused_upload_is_refused_before_its_bytes_go()
    {
        await using var server = new WireServer(_ => WireServer.Reply(413, "The quota is exceeded.", "text/plain"));
        using Api api = Create();
        var source = new Letters(1 << 20);

        var e = await Assert.ThrowsAsync<ServiceException>(() => api.UploadAsync(Request(server, HttpMethod.Put), source, Stop));

        Assert.Equal("QuotaExceeded", e.Id);
        Assert.Contains("Expect: 100-continue", server.Requests[0], StringComparison.Ordinal);
        Assert.Contains($"Content-Length: {1 << 20}", server.Requests[0], StringComparison.Ordinal);
        Assert.Equal(0, source.Given);
    }

    [Fact]
    public async Task What_is_wrong_with_the_source_is_told_and_not_the_connection_that_it_breaks()
    {
        await using var server = new WireServer(_ => WireServer.Silence);
        using Api api = Create();

        var e = await Assert.ThrowsAsync<HotstackException>(
            () => api.UploadAsync(Request(server, HttpMethod.Put), new Letters(1 << 20) { BreaksAt = 1000 }, Stop));

        Assert.Equal("SourceBroken", e.Id);
    }

    [Fact]
    public async Task A_service_that_takes_no_more_is_given_up()
    {
        await using var server = new WireServer(_ => WireServer.Silence);
        using Api api = Create();

        var e = await Assert.ThrowsAsync<ServiceException>(() => api.UploadAsync(
            Request(server, HttpMethod.Put) with { Timeout = TimeSpan.FromMilliseconds(1500) }, new Letters(1L << 32), Stop));

        Assert.Equal((ErrorCause.TimedOut, "ServiceTimeout"), (e.Cause, e.Id));
    }

    private static Api Create()
    {
        var activity = new RecordingActivity();
        return new Api(HttpTransport.Create(new(), forData: true), new RetryPolicy(TimeProvider.System, activity), activity);
    }

    private static ApiRequest Request(WireServer server, HttpMethod method) =>
        new("image", method, new Uri(server.Address, "v2/images/x/file")) { ContentType = "application/octet-stream" };

    private static async Task<string> TextOf(ApiStream stream)
    {
        var text = new StringBuilder();
        byte[] piece = new byte[3];
        while (await stream.ReadAsync(piece) is > 0 and int read)
        {
            text.Append(Encoding.ASCII.GetString(piece, 0, read));
        }

        return text.ToString();
    }

    private sealed class Letters(long length) : IUploadSource
    {
        public long Length => length;

        public long Given { get; private set; }

        public long? BreaksAt { get; init; }

        public void Rewind() => Given = 0;

        public ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken stop)
        {
            int count = (int)Math.Min(Math.Min(buffer.Length, 500), length - Given);
            buffer.Span[..count].Fill((byte)'x');
            Given += count;
            return Given > BreaksAt
                ? throw new HotstackException(ErrorCause.InputInvalid, "SourceBroken", "The file was altered.")
                : ValueTask.FromResult(count);
        }
    }
}
