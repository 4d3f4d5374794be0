using System.Net;
using System.Text;

namespace Hotstack.Http;

/// <summary>What a test saw of one request.</summary>
internal sealed record Sent(string Method, Uri Uri, string Headers, string Body, DateTimeOffset At)
{
    public bool Has(string header) => Headers.Contains(header, StringComparison.OrdinalIgnoreCase);
}

/// <summary>Answers by script, one step for each request; the last step stands for all that follow.</summary>
internal sealed class ScriptedHandler(params Func<Sent, HttpResponseMessage>[] steps) : HttpMessageHandler
{
    private readonly List<Sent> _sent = [];

    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Nothing is answered before this is done.</summary>
    public Task Opened { get; init; } = Task.CompletedTask;

    public IReadOnlyList<Sent> Requests
    {
        get
        {
            lock (_sent)
            {
                return [.. _sent];
            }
        }
    }

    public bool IsDisposed { get; private set; }

    /// <summary>An answer of some status, with headers as <c>Name: value</c>.</summary>
    public static HttpResponseMessage Answer(int status, string body = "", string type = "application/json", params string[] headers)
    {
        var answer = new HttpResponseMessage((HttpStatusCode)status) { Content = new StringContent(body, Encoding.UTF8) };
        answer.Content.Headers.Remove("Content-Type");
        answer.Content.Headers.TryAddWithoutValidation("Content-Type", type);
        foreach (string header in headers)
        {
            string[] parts = header.Split(": ", 2);
            answer.Headers.TryAddWithoutValidation(parts[0], parts[1]);
        }

        return answer;
    }

    /// <summary>An Api over this, whose pauses pass on the clock at once.</summary>
    public Api Api(IActivity? activity = null)
    {
        TimeProvider clock = Clock == TimeProvider.System ? new ManualClock { AutoAdvance = true } : Clock;
        activity ??= new RecordingActivity();
        return new Api(new HttpClient(this) { Timeout = Timeout.InfiniteTimeSpan }, new RetryPolicy(clock, activity), activity);
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        string body = request.Content is null ? "" : await request.Content.ReadAsStringAsync(cancellationToken);
        var sent = new Sent(
            request.Method.Method, request.RequestUri!, $"{request.Headers}{request.Content?.Headers}", body, Clock.GetUtcNow());
        int number;
        lock (_sent)
        {
            number = _sent.Count;
            _sent.Add(sent);
        }

        await Opened.WaitAsync(cancellationToken);
        HttpResponseMessage answer = steps[Math.Min(number, steps.Length - 1)](sent);
        answer.RequestMessage = request;
        return answer;
    }

    protected override void Dispose(bool disposing)
    {
        IsDisposed = true;
        base.Dispose(disposing);
    }
}
