using System.Net.Sockets;
using System.Security.Authentication;

namespace Hotstack.Http;

/// <summary>One attempt ended without an answer. Stays inside this folder: after the last attempt it becomes a
/// <see cref="ServiceException"/>.</summary>
internal sealed class TransportException(string id, string message, Exception inner) : Exception(message, inner)
{
    public const string Unreachable = "ServiceUnreachable";
    public const string Slow = "ServiceTimeout";
    private const string TooLarge = "ResponseInvalid";

    public string Id { get; } = id;

    /// <summary>The service cannot have seen the request.</summary>
    public bool NothingWasSent { get; private init; }

    /// <summary>Another attempt may succeed.</summary>
    public bool IsPassing { get; private init; } = true;

    /// <summary>What to advise; null for what holds where there is no connection.</summary>
    private string? Hint { get; init; }

    public static TransportException From(ApiRequest request, Exception failure)
    {
        string call = ServiceException.Describe(request);
        var proxied = failure as ProxiedCallException;
        string through = proxied is null ? "" : $" (through the proxy {proxied.Proxy})";
        for (Exception? inner = failure; inner is not null; inner = inner.InnerException)
        {
            switch (inner)
            {
                case AuthenticationException tls:
                    return OfTls(request, tls, failure);
                case SocketException { SocketErrorCode: SocketError.HostNotFound }:
                    return new(Unreachable, $"{call}: no such host: {proxied?.ProxyHost ?? request.Uri.Host}", failure)
                    {
                        NothingWasSent = true,
                        IsPassing = false,
                    };
                case SocketException { SocketErrorCode: SocketError.ConnectionRefused or SocketError.HostUnreachable
                    or SocketError.NetworkUnreachable or SocketError.TryAgain } socket:
                    return new(Unreachable, $"{call}: {socket.Message}{through}", failure) { NothingWasSent = true };
                case HttpRequestException { HttpRequestError: HttpRequestError.ConfigurationLimitExceeded }:
                    return new(TooLarge, $"{call}: the answer is larger than any that it should give", failure)
                    {
                        IsPassing = false,
                    };
            }
        }

        return new(Unreachable, $"{call}: the connection broke off: {failure.GetBaseException().Message}{through}", failure)
        {
            NothingWasSent = failure is HttpRequestException
            {
                HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.ProxyTunnelError,
            },
        };
    }

    /// <summary>A time limit passed: the request's own, or the one for making a connection.</summary>
    public static TransportException OfTimeout(ApiRequest request, Exception failure)
    {
        string call = ServiceException.Describe(request);
        // Only the transport's limit, for connecting, says so by this; ours shows as a mere cancellation.
        return failure is TimeoutException || failure.InnerException is TimeoutException
            ? new(Unreachable, $"{call}: no connection to {request.Uri.Authority} came about in time", failure) { NothingWasSent = true }
            : new(Slow, $"{call}: no answer within {request.Timeout.TotalSeconds:0.###} s", failure);
    }

    public ServiceException AfterLastAttempt(ApiRequest request) => new(Cause, Id, request, Reason(request), this)
    {
        IsOutcomeUnknown = !NothingWasSent && !request.IsRepeatSafe,
        WasReached = !NothingWasSent,
        Hint = Hint ?? request.Hints.Address,
    };

    private ErrorCause Cause => Id switch
    {
        Slow => ErrorCause.TimedOut,
        TooLarge => ErrorCause.ResponseInvalid,
        _ => ErrorCause.ServiceUnavailable,
    };

    private static TransportException OfTls(ApiRequest request, AuthenticationException tls, Exception failure)
    {
        string call = ServiceException.Describe(request);
        string message = tls.GetBaseException().Message;
        bool isTrust = message.Contains("certificate is invalid", StringComparison.Ordinal);
        return new(isTrust ? "CertificateNotTrusted" : "TlsFailed", $"{call}: the TLS handshake failed: {message}", failure)
        {
            NothingWasSent = true,
            IsPassing = false,
            Hint = tls is CertificateRefusedException { MissingIssuer: { } issuer } ? request.Hints.MissingIssuer(issuer)
                : !isTrust ? "Perhaps that port does not speak TLS: compare http:// and https:// in the address."
                : message.Contains("NameMismatch", StringComparison.Ordinal)
                    ? request.Hints.Name
                : message.Contains("NotTimeValid", StringComparison.Ordinal)
                    ? request.Hints.Expiry
                : request.Hints.Trust,
        };
    }

    private string Reason(ApiRequest request) => Message[(ServiceException.Describe(request).Length + 2)..];
}
