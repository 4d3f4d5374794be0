using Hotstack.Http;

namespace Hotstack;

/// <summary>Counts what is under way by the real clock, for a <see cref="ManualClock"/> that must not run ahead of it.</summary>
public sealed class RealWork
{
    /// <summary>A timer waits no longer than this: an answer may itself wait for the clock.</summary>
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    private readonly Lock _gate = new();
    private readonly AsyncLocal<bool> _isCounted = new();
    private int _count;

    /// <summary>Something is under way.</summary>
    public bool IsUnderWay => IsUnderWayBesides(0);

    /// <summary>How much of what is counted is the caller itself: 1 within <see cref="RunAsync"/>, otherwise 0.</summary>
    public int CountHere => _isCounted.Value ? 1 : 0;

    /// <summary>More is under way than so much.</summary>
    public bool IsUnderWayBesides(int count)
    {
        lock (_gate)
        {
            return _count > count;
        }
    }

    /// <summary>Counts work until it has ended. Work within it counts no more.</summary>
    public async Task<T> RunAsync<T>(Func<Task<T>> work)
    {
        if (_isCounted.Value)
        {
            return await work();
        }

        _isCounted.Value = true;
        Add(1);
        try
        {
            return await work();
        }
        finally
        {
            Add(-1);
        }
    }

    /// <summary>Does not count one that is under way until a task has ended: it is held up on purpose.</summary>
    public async Task ExceptWhileAsync(Task held)
    {
        Add(-1);
        try
        {
            await held;
        }
        finally
        {
            Add(1);
        }
    }

    /// <summary>Counts the calls of a connection, until the head of the answer is there; <paramref name="inner"/> comes between.</summary>
    internal Interceptor Watch(Interceptor? inner = null)
    {
        Interceptor wire = inner ?? new Interceptor(handler => handler);
        return wire with { Wrap = handler => new WatchedHandler(wire.Wrap(handler), this) };
    }

    private void Add(int change)
    {
        lock (_gate)
        {
            _count += change;
        }
    }

    private sealed class WatchedHandler(HttpMessageHandler inner, RealWork work) : DelegatingHandler(inner)
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            work.RunAsync(() => base.SendAsync(request, cancellationToken));
    }
}
