using System.Diagnostics;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hotstack.Sandbox.Cluster.Objects;
using Hotstack.Sandbox.Cluster.Requests;
using Hotstack.Sandbox.Http;

namespace Hotstack.Sandbox.Cluster.Api;

/// <summary>
/// A watch: a line of JSON for each change. It polls in real time: waiting on the sandbox's clock would let tests' clocks run on.
/// </summary>
internal sealed class WatchReply(
    SandboxCloud cloud, OpenShiftCluster cluster, ResourceType type, string ns, Func<JsonObject, bool> matches, ObjectForm form,
        long? since)
    : StreamReply("application/json")
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);
    private static readonly JsonSerializerOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly ObjectForms _forms = new(cluster.Store, cluster.Clock);
    private readonly long _startedAt = Stopwatch.GetTimestamp();
    private readonly DateTimeOffset _started = cluster.Clock.Now;
    private long _seen = since ?? 0;
    private bool _isOver;

    /// <summary>When the watch ends, by the sandbox's clock or real time, whichever is first.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(45);

    public bool WantsBookmarks { get; init; }

    public override async Task RunAsync(HttpContext http, bool half)
    {
        var stop = http.RequestAborted;
        var first = since is null ? cloud.Do(Initial) : [];
        foreach (var (name, value) in Headers)
        {
            http.Response.Headers[name] = value;
        }

        http.Response.ContentType = ContentType;
        try
        {
            await http.Response.StartAsync(stop);
            await http.Response.Body.FlushAsync(stop);
            for (var lines = first; ; lines = cloud.Do(Next))
            {
                if (lines is null)
                {
                    http.Abort();
                    return;
                }

                foreach (var line in lines)
                {
                    var bytes = JsonSerializer.SerializeToUtf8Bytes(line, Options);
                    await http.Response.Body.WriteAsync(half ? bytes.AsMemory(0, bytes.Length / 2) : bytes, stop);
                    await http.Response.Body.WriteAsync("\n"u8.ToArray(), stop);
                    if (half)
                    {
                        await http.Response.Body.FlushAsync(stop);
                        http.Abort();
                        return;
                    }
                }

                await http.Response.Body.FlushAsync(stop);
                if (_isOver)
                {
                    return;
                }

                await Task.Delay(Pause, TimeProvider.System, stop);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The client ended the watch.
        }
    }

    private List<JsonObject>? Initial()
    {
        _seen = cluster.Store.Revision;
        return [.. cluster.Store.List(type, ns).Where(matches).Select(o => Event("ADDED", _forms.Write(form, type, o)))];
    }

    /// <summary>The new events; null if the API is down.</summary>
    private List<JsonObject>? Next()
    {
        if (!cloud.Clusters.Contains(cluster) || !cluster.Control.IsReachable)
        {
            return null;
        }

        var lines = new List<JsonObject>();
        if (_seen < cluster.Store.Forgotten)
        {
            _isOver = true;
            lines.Add(Event("ERROR", KubeException.StatusOf(new KubeException(
                410, "Expired", $"too old resource version: {_seen} ({cluster.Store.Forgotten + 1})"))));
            return lines;
        }

        foreach (var change in cluster.Store.Since(_seen))
        {
            _seen = change.Revision;
            if (change.Type == type && (ns.Length == 0 || change.Object.Namespace() == ns) && Kind(change) is { } kind)
            {
                lines.Add(Event(kind, _forms.Write(form, type, change.Object)));
            }
        }

        _isOver = Stopwatch.GetElapsedTime(_startedAt) >= Timeout || cluster.Clock.Now - _started >= Timeout;
        if (_isOver && WantsBookmarks)
        {
            lines.Add(Event("BOOKMARK", new JsonObject
            {
                ["kind"] = type.Kind, ["apiVersion"] = type.ApiVersion,
                ["metadata"] = new JsonObject { ["resourceVersion"] = cluster.Store.Revision.ToString(
                    System.Globalization.CultureInfo.InvariantCulture) },
            }));
        }

        return lines;
    }

    /// <summary>The type of the event for a watch with a selector; null for none.</summary>
    private string? Kind(ObjectChange change)
    {
        var before = change.Before is not null && matches(change.Before);
        var after = change.Kind != ChangeKind.Deleted && matches(change.Object);
        return (before, after) switch
        {
            (false, true) => "ADDED",
            (true, true) => "MODIFIED",
            (true, false) => "DELETED",
            _ => null,
        };
    }

    private static JsonObject Event(string kind, JsonObject o) => new() { ["type"] = kind, ["object"] = o.DeepClone() };
}
