using System.Globalization;
using System.Text;

namespace Hotstack.Sandbox.Http;

/// <summary>The way of every call: read, recorded, perhaps spoilt, answered under the cloud's lock, sent.</summary>
internal sealed class Pipeline(SandboxCloud cloud, CallLog log, FaultPlan faults)
{
    public async Task RunAsync(HttpContext http, Service service, Handler handler, bool open)
    {
        var stop = http.RequestAborted;
        var call = await ApiCall.ReadAsync(http.Request, service.Name, stop);
        var entry = log.Open(new Call
        {
            Number = 0,
            Time = cloud.Options.Clock.GetUtcNow(),
            Service = service.Name,
            Method = call.Method,
            Path = call.Path,
            Query = call.QueryText,
            Body = cloud.Options.RecordBodies ? Secrets.Mask(call) : "",
            HasToken = call.Header("X-Auth-Token") is not null || call.Header("Authorization") is not null,
            HasContentLength = call.HasContentLength,
        });

        var fault = faults.Take(call);
        Reply? reply = null;
        try
        {
            await cloud.Gate.PassAsync(entry, CallMoment.Received);
            reply = await AnswerAsync(service, call, handler, open, fault, stop);
            if (reply is UploadReply upload)
            {
                reply = await upload.ReceiveAsync(http.Request, fault, stop);
                reply = reply is null ? null : await SpoiltAsync(Dated(Finished(service, call, reply)), fault, stop);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The client has gone; there is nobody to answer.
        }
        catch (ConnectionCutException)
        {
            // What should answer does not run.
        }

        // Before the answer leaves, so that whoever has it finds the call in the log.
        log.Close(entry, reply?.Status ?? 0, fault?.Kind);
        await cloud.Gate.PassAsync(entry, CallMoment.Done);
        if (reply is null || (fault?.Kind == FaultKind.Truncate && reply is { Body.Length: 0 } and not StreamReply))
        {
            http.Abort();
        }
        else if (reply is StreamReply stream)
        {
            stream.Fault = fault?.Kind;
            await stream.RunAsync(http, fault?.Kind == FaultKind.Truncate);
        }
        else
        {
            await SendAsync(http, call, reply, half: fault?.Kind == FaultKind.Truncate);
        }
    }

    /// <summary>The answer, or null if the connection is to be cut.</summary>
    private async Task<Reply?> AnswerAsync(
        Service service, ApiCall call, Handler handler, bool open, Fault? fault, CancellationToken stop)
    {
        if (fault is { Delay.Ticks: > 0, IsLag: false })
        {
            await Task.Delay(fault.Delay, cloud.Options.Clock, stop);
        }

        switch (fault?.Kind)
        {
            case FaultKind.Reset:
                return null;
            case FaultKind.Hang:
                await UntilGivenUpAsync(stop);
                return null;
            case FaultKind.Status:
                return Spoilt(service, call, fault, "The sandbox was asked to fail this call.");
            case FaultKind.Echo:
                return Spoilt(service, call, fault, Secrets.Quote(call));
            case FaultKind.ExpireTokens:
                cloud.ExpireTokens();
                break;
            case FaultKind.RevokeTokens:
                cloud.RevokeTokens();
                break;
            default:
                break;
        }

        var reply = cloud.Do(() =>
        {
            if (fault is { IsLag: true })
            {
                faults.BeginLag(fault, cloud.Now);
            }

            return Dated(service.Answer(call, handler, open));
        });
        return reply is UploadReply ? reply : await SpoiltAsync(reply, fault, stop);
    }

    /// <summary>What becomes of the answer once the work is done; null if the connection is to be cut.</summary>
    private static async Task<Reply?> SpoiltAsync(Reply reply, Fault? fault, CancellationToken stop)
    {
        switch (fault?.Kind)
        {
            case FaultKind.LostAnswer:
                return null;
            case FaultKind.HangAfterWork:
                await UntilGivenUpAsync(stop);
                return null;
            case FaultKind.HalfBody when reply is not StreamReply:
                return Copy(reply, reply.Body[..(reply.Body.Length / 2)], reply.ContentType);
            case FaultKind.Garbage when reply is not { Status: 204 }:
                return Copy(reply, Encoding.UTF8.GetBytes("{\"\u0007 }{ this is not what was asked for"), reply.ContentType);
            case FaultKind.WrongContentType when reply.ContentType is not null:
                reply.ContentType = "text/plain";
                return reply;
            default:
                return reply;
        }
    }

    private static Task UntilGivenUpAsync(CancellationToken stop) => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop);

    private static Reply Finished(Service service, ApiCall call, Reply reply)
    {
        service.Finish(call, reply);
        return reply;
    }

    /// <summary>By the cloud's clock, unless the service has one of its own.</summary>
    private Reply Dated(Reply reply)
    {
        if (reply.Headers.All(h => h.Key != "Date"))
        {
            reply.With("Date", cloud.Now.ToString("R", CultureInfo.InvariantCulture));
        }

        return reply;
    }

    private static Reply Spoilt(Service service, ApiCall call, Fault fault, string message)
    {
        var usual = service.Error(new ApiException(fault.Status, message), call);
        var reply = fault.Body is null ? usual : Reply.Text(fault.Status, fault.Body, usual.ContentType ?? "application/json");
        service.Finish(call, reply);
        foreach (var (name, value) in fault.Headers ?? [])
        {
            reply.With(name, value);
        }

        return reply;
    }

    private static Reply Copy(Reply reply, byte[] body, string? contentType)
    {
        var copy = new Reply(reply.Status, body, contentType);
        foreach (var (name, value) in reply.Headers)
        {
            copy.With(name, value);
        }

        return copy;
    }

    private static async Task SendAsync(HttpContext http, ApiCall call, Reply reply, bool half)
    {
        var response = http.Response;
        response.StatusCode = reply.Status;
        foreach (var (name, value) in reply.Headers)
        {
            response.Headers[name] = value;
        }

        if (reply.ContentType is not null)
        {
            response.ContentType = reply.ContentType;
        }

        if (reply.Status is not (204 or 304))
        {
            response.ContentLength = reply.Body.Length;
        }

        if (reply.Body.Length > 0 && call.Method != "HEAD")
        {
            await response.Body.WriteAsync(half ? reply.Body.AsMemory(0, reply.Body.Length / 2) : reply.Body, http.RequestAborted);
        }

        if (half)
        {
            await response.Body.FlushAsync(http.RequestAborted);
            http.Abort();
        }
    }
}
