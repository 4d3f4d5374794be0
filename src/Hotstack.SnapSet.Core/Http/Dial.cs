using System.Net;

namespace Hotstack.Http;

/// <summary>Opens a connection in place of the platform's sockets: through a tunnel.</summary>
/// <param name="target">The host, by the name that the request has, and the port.</param>
/// <param name="stop">Ends it.</param>
/// <exception cref="DialException">No connection came about.</exception>
internal delegate Task<Stream> Dial(DnsEndPoint target, CancellationToken stop);

/// <summary>A connection through a tunnel failed before the server answered.</summary>
/// <param name="message">The reason, without a period at the end.</param>
/// <param name="inner">The failure behind it.</param>
internal sealed class DialException(string message, Exception? inner = null) : IOException(message, inner)
{
    /// <summary>The exact case; null for an unreachable service.</summary>
    public string? Id { get; init; }

    /// <summary>The kind of failure.</summary>
    public ErrorCause Cause { get; init; } = ErrorCause.ServiceUnavailable;

    /// <summary>What the user can do; null for the usual hint about connections.</summary>
    public string? Hint { get; init; }

    /// <summary>The server cannot have received anything. Over TLS it has received no request in any case.</summary>
    public bool NothingWasSent { get; init; } = true;

    /// <summary>Another attempt may succeed.</summary>
    public bool IsTransient { get; init; } = true;
}
