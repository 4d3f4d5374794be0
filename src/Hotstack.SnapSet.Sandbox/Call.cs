namespace Hotstack.Sandbox;

#pragma warning disable CA1716 // A keyword of Visual Basic only.
/// <summary>One request the sandbox was asked.</summary>
public sealed record Call
#pragma warning restore CA1716
{
    /// <summary>1 for the first call, in order of arrival.</summary>
    public required int Number { get; init; }

    /// <summary>When it arrived, by the cloud's clock.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary><c>identity</c>, <c>compute</c>, <c>image</c>, <c>orchestration</c>, <c>network</c>, <c>volume</c> or <c>kubernetes</c>.</summary>
    public required string Service { get; init; }

    public required string Method { get; init; }

    /// <summary>The path as sent, with the service's prefix, without the query.</summary>
    public required string Path { get; init; }

    /// <summary>The query as sent, without the question mark.</summary>
    public required string Query { get; init; }

    /// <summary>The status answered; 0 if the connection was cut instead, null while it is under way.</summary>
    public int? Status { get; init; }

    /// <summary>The request's body as text, secrets masked; empty if none or not kept.</summary>
    public string Body { get; init; } = "";

    /// <summary>Whether an <c>X-Auth-Token</c> came with it.</summary>
    public bool HasToken { get; init; }

    /// <summary>Whether a <c>Content-Length</c> came with it.</summary>
    public bool HasContentLength { get; init; }

    /// <summary>The kind of the fault that was played on it, if any.</summary>
    public FaultKind? Fault { get; init; }

    public override string ToString() =>
        $"{Number} {Service} {Method} {Path}{(Query.Length > 0 ? "?" + Query : "")} {Status}";
}

/// <summary>Every call the sandbox was asked, but for its own <c>/sandbox</c>.</summary>
public sealed class CallLog
{
    private readonly Lock _gate = new();
    private readonly List<Call> _calls = [];
    private int _numbered;

    /// <summary>Told of each call as it arrives, before anything is done about it.</summary>
    internal Action<Call>? Arrived { get; set; }

    /// <summary>The calls so far, in order of arrival.</summary>
    public IReadOnlyList<Call> Snapshot()
    {
        lock (_gate)
        {
            return [.. _calls];
        }
    }

    /// <summary>Forgets all calls; numbers go on.</summary>
    public void Clear()
    {
        lock (_gate)
        {
            _calls.Clear();
        }
    }

    internal Call Open(Call call)
    {
        lock (_gate)
        {
            call = call with { Number = ++_numbered };
            _calls.Add(call);
        }

        Arrived?.Invoke(call);
        return call;
    }

    internal void Close(Call opened, int status, FaultKind? fault)
    {
        lock (_gate)
        {
            // Numbers have no gaps; a call from before the log was cleared is before the first.
            var at = _calls.Count == 0 ? -1 : opened.Number - _calls[0].Number;
            if (at >= 0)
            {
                _calls[at] = opened with { Status = status, Fault = fault };
            }
        }
    }
}
