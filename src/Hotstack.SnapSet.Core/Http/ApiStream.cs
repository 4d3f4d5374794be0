namespace Hotstack.Http;

/// <summary>An answer whose body is read as a stream.</summary>
internal sealed class ApiStream : IDisposable
{
    private readonly ApiRequest _request;
    private readonly TimeSpan _timeout;
    private readonly HttpResponseMessage _answer;
    private readonly Stream _body;
    private readonly CancellationToken _stop;
    private readonly CancellationTokenSource _patience;

    public ApiStream(ApiRequest request, TimeSpan timeout, HttpResponseMessage answer, Stream body, CancellationToken stop)
    {
        (_request, _timeout, _answer, _body, _stop) = (request, timeout, answer, body, stop);
        _patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
    }

    /// <summary>The status code; 2xx.</summary>
    public int Status => (int)_answer.StatusCode;

    /// <summary>The offset of the first byte by <c>Content-Range</c>; null if the answer is no range.</summary>
    public long? From => _answer.Content.Headers.ContentRange?.From;

    /// <summary>Reads the next bytes; 0 at the end.</summary>
    /// <exception cref="ServiceException">The connection broke, or no data arrived within the request's timeout.</exception>
    /// <exception cref="OperationCanceledException">The call was cancelled.</exception>
    public async ValueTask<int> ReadAsync(Memory<byte> buffer)
    {
        _patience.CancelAfter(_timeout);
        try
        {
            int read = await _body.ReadAsync(buffer, _patience.Token);
            _patience.CancelAfter(Timeout.InfiniteTimeSpan);
            return read;
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException)
        {
            _stop.ThrowIfCancellationRequested();
            TransportException lost = e is OperationCanceledException
                ? TransportException.OfTimeout(_request, e)
                : TransportException.From(_request, e);
            throw lost.AfterLastAttempt(_request);
        }
    }

    public void Dispose()
    {
        _patience.Dispose();
        _body.Dispose();
        _answer.Dispose();
    }
}
