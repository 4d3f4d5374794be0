using System.Net.Sockets;

namespace Hotstack.Trials.Faults;

/// <summary>Refuses connections: what the transport throws when nobody listens at the port.</summary>
internal sealed class RefusingHandler(HttpMessageHandler inner, Refusal refusal) : DelegatingHandler(inner)
{
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        refusal.Hits(request)
            ? throw new HttpRequestException(
                HttpRequestError.ConnectionError, "Connection refused", new SocketException((int)SocketError.ConnectionRefused))
            : base.SendAsync(request, cancellationToken);
}

/// <summary>Which calls are refused, however many connections there are.</summary>
internal sealed class Refusal(Step step, bool lasts)
{
    private int _seen;
    private int _hits;

    public int Count => _hits;

    public bool Hits(HttpRequestMessage request)
    {
        if (CallShape.Of(request.Method.Method, request.RequestUri!.AbsolutePath) != step.Shape)
        {
            return false;
        }

        int nth = Interlocked.Increment(ref _seen);
        bool isHit = lasts ? nth >= step.Nth : nth == step.Nth;
        if (isHit)
        {
            Interlocked.Increment(ref _hits);
        }

        return isHit;
    }
}
