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

    private string Hint { get; init; } =
        "Check the address in clouds.yaml and the catalogue, the network, and any proxy (HTTPS_PROXY, NO_PROXY).";

    public static TransportException From(ApiRequest request, Exception failure)
    {
        string call = ServiceException.Describe(request);
        for (Exception? inner = failure; inner is not null; inner = inner.InnerException)
        {
            switch (inner)
            {
                case AuthenticationException tls:
                    return OfTls(call, tls, failure);
                case SocketException { SocketErrorCode: SocketError.HostNotFound }:
                    return new(Unreachable, $"{call}: no such host: {request.Uri.Host}", failure)
                    {
                        NothingWasSent = true,
                        IsPassing = false,
                    };
                case SocketException { SocketErrorCode: SocketError.ConnectionRefused or SocketError.HostUnreachable
                    or SocketError.NetworkUnreachable or SocketError.TryAgain } socket:
                    return new(Unreachable, $"{call}: {socket.Message}", failure) { NothingWasSent = true };
                case HttpRequestException { HttpRequestError: HttpRequestError.ConfigurationLimitExceeded }:
                    return new(TooLarge, $"{call}: the answer is larger than any that it should give", failure)
                    {
                        IsPassing = false,
                    };
            }
        }

        return new(Unreachable, $"{call}: the connection broke off: {failure.GetBaseException().Message}", failure)
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
        Hint = Hint,
    };

    private ErrorCause Cause => Id switch
    {
        Slow => ErrorCause.TimedOut,
        TooLarge => ErrorCause.ResponseInvalid,
        _ => ErrorCause.ServiceUnavailable,
    };

    private static TransportException OfTls(string call, AuthenticationException tls, Exception failure)
    {
        string message = tls.GetBaseException().Message;
        bool isTrust = message.Contains("certificate is invalid", StringComparison.Ordinal);
        return new(isTrust ? "CertificateNotTrusted" : "TlsFailed", $"{call}: the TLS handshake failed: {message}", failure)
        {
            NothingWasSent = true,
            IsPassing = false,
            Hint = !isTrust ? "Perhaps that port does not speak TLS: compare http:// and https:// in the address."
                : message.Contains("NameMismatch", StringComparison.Ordinal)
                    ? "The certificate is for another host: use the name that stands in it, in clouds.yaml and the catalogue."
                : message.Contains("NotTimeValid", StringComparison.Ordinal)
                    ? "The certificate, or one above it, has expired or is not valid yet; or this machine's clock is wrong."
                : "Name the CA that signed the service's certificate as 'cacert' in clouds.yaml (or OS_CACERT).",
        };
    }

    private string Reason(ApiRequest request) => Message[(ServiceException.Describe(request).Length + 2)..];
}
