using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text.Json;
using Flurl;
using Flurl.Http;

namespace Hotstack.Http;

/// <summary>
/// Sends requests: repeats them where that is safe, follows redirects on the same origin, and turns each failure into an exception
/// by cause. The only file that uses Flurl.
/// </summary>
public sealed class Api(HttpClient http, RetryPolicy retries, IActivity activity) : IDisposable
{
    private const int MaxRedirects = 5;

    /// <summary>Flurl would follow redirects by itself, to other origins too, and without the token.</summary>
    private readonly FlurlClient _client = new FlurlClient(http).WithAutoRedirect(false);

    private readonly ConcurrentDictionary<string, bool> _withoutExpect = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>A trial's interceptor; null for none.</summary>
    internal Interceptor? Interceptor { get; init; }

    /// <summary>Closes the connections.</summary>
    public void Dispose() => _client.Dispose();

    /// <summary>Sends a request and reads its answer whole.</summary>
    /// <exception cref="ServiceException">The service refused or failed it, even after the safe retries.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/> was cancelled.</exception>
    public async Task<ApiResponse> SendAsync(ApiRequest request, CancellationToken stop)
    {
        for (int redirects = 0; ; redirects++)
        {
            ApiResponse response = await SendWithRetriesAsync(request, stop);
            if (response.IsSuccess || request.AlsoExpected.Contains(response.Status))
            {
                return response;
            }

            if (response.Status is not (301 or 302 or 303 or 307 or 308) || request.Method != HttpMethod.Get)
            {
                throw ServiceErrors.From(response);
            }

            request = Follow(response, redirects);
        }
    }

    /// <summary>Sends a request once and returns its answer as a stream.</summary>
    /// <remarks><see cref="ApiRequest.Timeout"/> applies until the answer begins, then to each piece of it.</remarks>
    /// <exception cref="ServiceException">The service refused or failed it.</exception>
    internal async Task<ApiStream> DownloadAsync(ApiRequest request, CancellationToken stop)
    {
        HttpResponseMessage answer = await GuardAsync(request, () => OpenAsync(request, stop), stop);
        try
        {
            return new ApiStream(request, Limit(request.Timeout), answer, await answer.Content.ReadAsStreamAsync(stop), stop);
        }
        catch
        {
            answer.Dispose();
            throw;
        }
    }

    /// <summary>Sends a request once, with a body that is not held in memory.</summary>
    /// <remarks>
    /// <see cref="ApiRequest.Timeout"/> applies to each piece of the body; the answer may take longer, while the service stores the
    /// data. With <c>Expect: 100-continue</c> the service can refuse before the bytes are sent. A service that refuses that header
    /// (417) gets this body and all later ones without it (RFC 9110, 10.1.1).
    /// </remarks>
    /// <exception cref="ServiceException">The service refused or failed it, or the connection broke off.</exception>
    internal async Task<ApiResponse> UploadAsync(ApiRequest request, IUploadSource source, CancellationToken stop)
    {
        bool asks = !_withoutExpect.ContainsKey(request.Uri.Authority);
        ApiResponse response = await UploadAsync(request, source, asks, stop);
        if (asks && response.Status == 417)
        {
            _withoutExpect.TryAdd(request.Uri.Authority, true);
            response = await UploadAsync(request, source, false, stop);
        }

        return response.IsSuccess ? response : throw ServiceErrors.From(response);
    }

    private async Task<ApiResponse> UploadAsync(ApiRequest request, IUploadSource source, bool asks, CancellationToken stop)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
        using var content = new UploadContent(source, Limit(request.Timeout), Limit(UploadContent.StoringTime), patience);
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(request.ContentType);
        try
        {
            IFlurlRequest message = Message(request with { Timeout = Timeout.InfiniteTimeSpan });
            using IFlurlResponse answer = await (asks ? message.WithHeader("Expect", "100-continue") : message)
                .SendAsync(request.Method, content, cancellationToken: patience.Token);
            ApiResponse response = await ReadAsync(request, answer.ResponseMessage, patience.Token);
            activity.Debug($"{ServiceException.Describe(request)} -> {response.Status}, {source.Length} bytes sent");
            ReportWrite(request, $"{response.Status}", response.RequestId);
            return response;
        }
        catch (Exception e) when (IsTransportFailure(e))
        {
            // The source's own failure shows as one of the connection.
            content.SourceFailure?.Throw();
            ServiceException failure = Lost(request, e, stop).AfterLastAttempt(request);
            ReportWrite(request, failure.Reason, null);
            throw failure;
        }
    }

    /// <summary>Begins a call whose answer is a stream.</summary>
    private async Task<HttpResponseMessage> OpenAsync(ApiRequest request, CancellationToken stop)
    {
        IFlurlResponse response = await Message(request)
            .SendAsync(request.Method, null, HttpCompletionOption.ResponseHeadersRead, stop);
        HttpResponseMessage answer = response.ResponseMessage;
        activity.Debug($"{ServiceException.Describe(request)} -> {(int)answer.StatusCode}, a stream");
        if (answer.IsSuccessStatusCode)
        {
            return answer;
        }

        using (answer)
        {
            throw ServiceErrors.From(await ReadAsync(request, answer, stop));
        }
    }

    private static async Task<ApiResponse> ReadAsync(ApiRequest request, HttpResponseMessage answer, CancellationToken stop)
    {
        byte[] body = await answer.Content.ReadAsByteArrayAsync(stop);
        return new ApiResponse(request, (int)answer.StatusCode, Fields(answer), body);
    }

    private static async Task<T> GuardAsync<T>(ApiRequest request, Func<Task<T>> step, CancellationToken stop)
    {
        try
        {
            return await step();
        }
        catch (Exception e) when (IsTransportFailure(e))
        {
            throw Lost(request, e, stop).AfterLastAttempt(request);
        }
    }

    private async Task<ApiResponse> SendWithRetriesAsync(ApiRequest request, CancellationToken stop)
    {
        try
        {
            ApiResponse response = await retries.ExecuteAsync(request, token => AttemptAsync(request, token), stop);
            ReportWrite(request, $"{response.Status}", response.RequestId);
            return response;
        }
        catch (TransportException lost)
        {
            ServiceException failure = lost.AfterLastAttempt(request);
            ReportWrite(request, failure.Reason, null);
            throw failure;
        }
    }

    /// <summary>Reports each call that changes something, with the id under which the service logged it; never bodies or header
    /// fields.</summary>
    private void ReportWrite(ApiRequest request, string outcome, string? requestId)
    {
        if (request.Method != HttpMethod.Get && !request.IsQuestion)
        {
            string action = request.Action is { } name ? $" ({name})" : "";
            string id = requestId is null ? "" : $" ({requestId})";
            activity.Verbose($"{request.Method} {request.Service} {request.Uri.AbsolutePath}{action} -> {outcome}{id}");
        }
    }

    private async Task<ApiResponse> AttemptAsync(ApiRequest request, CancellationToken stop)
    {
        var watch = Stopwatch.StartNew();
        try
        {
            using HttpContent? content = Content(request);
            using IFlurlResponse answer = await Message(request)
                .SendAsync(request.Method, content, cancellationToken: stop);
            ApiResponse response = await ReadAsync(request, answer.ResponseMessage, stop);
            activity.Debug(
                $"{ServiceException.Describe(request)} -> {response.Status}, {response.Body.Length} bytes, "
                + $"{watch.ElapsedMilliseconds} ms, {response.RequestId ?? "no request id"}");
            RefuseBrokenJson(response);
            return response;
        }
        catch (Exception e) when (IsTransportFailure(e))
        {
            TransportException failure = Lost(request, e, stop);
            activity.Debug($"{failure.Message} after {watch.ElapsedMilliseconds} ms");
            throw failure;
        }
    }

    private IFlurlRequest Message(ApiRequest request)
    {
        // _client.Request() escapes the host's name and then rejects https://bücher.example.
        IFlurlRequest message = new FlurlRequest(WithQuery(request)) { Client = _client }
            .WithTimeout(Limit(request.Timeout))
            .AllowAnyHttpStatus();
        foreach ((string name, string value) in request.Headers)
        {
            message = message.WithHeader(name, value);
        }

        return message;
    }

    private TimeSpan Limit(TimeSpan usual) => Interceptor?.Limit(usual) ?? usual;

    private static bool IsTransportFailure(Exception e) =>
        e is FlurlHttpException or HttpRequestException or IOException or OperationCanceledException;

    private static TransportException Lost(ApiRequest request, Exception e, CancellationToken stop)
    {
        // Flurl wraps our cancellation in an exception of its own.
        stop.ThrowIfCancellationRequested();
        // Flurl's exception stays here: it holds the request with its secrets.
        Exception reason = e is FlurlHttpException ? e.InnerException ?? new IOException("no answer") : e;
        if (reason is HotstackException ours)
        {
            // From ProxyGate: nothing was sent, and a retry does not help.
            throw ours;
        }

        return e is FlurlHttpTimeoutException || reason is OperationCanceledException
            ? TransportException.OfTimeout(request, reason)
            : TransportException.From(request, reason);
    }

    private static Url WithQuery(ApiRequest request)
    {
        var url = new Url(request.Uri.AbsoluteUri);
        foreach (IGrouping<string, KeyValuePair<string, string>> parameter in request.Query.GroupBy(p => p.Key))
        {
            url = url.SetQueryParam(parameter.Key, parameter.Select(p => p.Value).ToArray());
        }

        return url;
    }

    private static ByteArrayContent? Content(ApiRequest request)
    {
        if (request.Body is null)
        {
            // SocketsHttpHandler repeats a lost call without content, whatever its method.
            return request.IsRepeatSafe ? null : new ByteArrayContent([]);
        }

        var content = new ByteArrayContent(request.Body);
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(request.ContentType);
        return content;
    }

    private static Dictionary<string, string> Fields(HttpResponseMessage answer)
    {
        var fields = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach ((string name, IEnumerable<string> values) in answer.Headers.Concat(answer.Content.Headers))
        {
            fields[name] = string.Join(", ", values);
        }

        return fields;
    }

    /// <summary>Checked here and not by the reader: a damaged body is worth a retry.</summary>
    private static void RefuseBrokenJson(ApiResponse response)
    {
        bool saysJson = response.Header("Content-Type")?.Contains("json", StringComparison.OrdinalIgnoreCase) == true;
        if (!saysJson || !response.IsSuccess || response.Body.Length == 0)
        {
            return;
        }

        try
        {
            using var _ = JsonDocument.Parse(response.Body);
        }
        catch (JsonException)
        {
            throw ServiceException.OfInvalidResponse(response, "the body is not valid JSON");
        }
    }

    /// <summary>Only on the same origin: another one would receive the token.</summary>
    private static ApiRequest Follow(ApiResponse response, int redirects)
    {
        ApiRequest request = response.Request;
        if (redirects == MaxRedirects || !Uri.TryCreate(request.Uri, response.Header("Location"), out Uri? target))
        {
            throw ServiceException.OfInvalidResponse(response, "it redirects without end or without an address");
        }

        if (LostTls(request.Uri, target))
        {
            target = new UriBuilder(target) { Scheme = request.Uri.Scheme, Port = request.Uri.Port }.Uri;
        }

        if (target.Scheme != request.Uri.Scheme || target.Authority != request.Uri.Authority)
        {
            throw new ServiceException(
                ErrorCause.ResponseInvalid, "RedirectRefused", request,
                $"redirects to another origin, {target.Scheme}://{target.Authority}, to which no token is sent")
            {
                Status = response.Status,
                RequestId = response.RequestId,
                // Never advise to send a token unencrypted.
                Hint = target.Scheme == Uri.UriSchemeHttps || request.Uri.Scheme == Uri.UriSchemeHttp ? request.Hints.Redirect
                    : "Tell the cloud's operator that the service redirects to an address without TLS.",
            };
        }

        return request with { Uri = target, Query = [] };
    }

    /// <summary>A service behind a proxy that terminates TLS writes http into its links.</summary>
    private static bool LostTls(Uri ours, Uri target) =>
        ours.Scheme == Uri.UriSchemeHttps && target.Scheme == Uri.UriSchemeHttp && target.Host == ours.Host
        && (target.IsDefaultPort || target.Port == ours.Port);
}
