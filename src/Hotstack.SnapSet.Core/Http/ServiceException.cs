using System.Net.Sockets;
using System.Security.Authentication;
using Hotstack.Http.Trust;

namespace Hotstack.Http;

/// <summary>A service refused or failed a call, or could not be reached.</summary>
public sealed class ServiceException : HotstackException
{
    internal ServiceException(
        ErrorCause cause, string id, ApiRequest request, string reason, Exception? inner = null)
        : base(cause, id, $"{Describe(request)}: {Secrets.Hide(reason, request.Secrets)}", inner)
    {
        // Not the request: it holds the token.
        Service = request.Service;
        Reason = Secrets.Hide(reason, request.Secrets);
        Target = Origin(request.Uri);
    }

    /// <summary>The reason alone, usually in the service's own words.</summary>
    public string Reason { get; }

    /// <summary>The service type: <c>compute</c>.</summary>
    public string Service { get; }

    /// <summary>The HTTP status; null without an answer.</summary>
    public int? Status { get; init; }

    /// <summary>The id under which the service logged the call; null if unknown.</summary>
    public string? RequestId { get; init; }

    /// <summary>
    /// The service may have carried out the call although there is no answer: the connection broke after a call that is not safe
    /// to repeat was sent.
    /// </summary>
    public bool IsOutcomeUnknown { get; init; }

    /// <summary>The service, or something in its place, received the request.</summary>
    internal bool WasReached { get => field || Status is not null; init; }

    /// <summary>The way to the service refuses us, as it will at the next attempt: no wait helps.</summary>
    internal bool IsFinal { get; init; }

    internal static ServiceException OfInvalidResponse(ApiResponse response, string reason) =>
        new(ErrorCause.ResponseInvalid, "ResponseInvalid", response.Request, $"answered {response.Status}, but {reason}")
        {
            Status = response.Status,
            RequestId = response.RequestId,
            IsOutcomeUnknown = !response.Request.IsRepeatSafe,
            Hint = "Check whether a proxy or a login page answers in place of the service.",
        };

    internal static string Describe(ApiRequest request) =>
        $"{request.Service}: {request.Method} {Address(request.Uri)}";

    /// <summary>The address without user information and query, which may be secret.</summary>
    internal static string Address(Uri uri) => Origin(uri) + uri.AbsolutePath;

    private static string Origin(Uri uri) => $"{uri.Scheme}://{uri.Authority}";
}

/// <summary>One attempt ended without an answer. It stays in this folder: after the last attempt it becomes a
/// <see cref="ServiceException"/>.</summary>
internal sealed class TransportException(string id, string message, Exception inner) : Exception(message, inner)
{
    public const string Unreachable = "ServiceUnreachable";
    public const string Slow = "ServiceTimeout";
    private const string TooLarge = "ResponseInvalid";

    public string Id { get; } = id;

    /// <summary>The service cannot have received the request.</summary>
    public bool NothingWasSent { get; private init; }

    /// <summary>Another attempt may succeed.</summary>
    public bool IsTransient { get; private init; } = true;

    /// <summary>The hint; null for the usual hint about connections.</summary>
    private string? Hint { get; init; }

    /// <summary>The cause if a tunnel failed; null otherwise.</summary>
    private ErrorCause? DialCause { get; init; }

    public static TransportException From(ApiRequest request, Exception failure)
    {
        string call = ServiceException.Describe(request);
        var proxied = failure as HttpTransport.ProxiedCallException;
        string through = proxied is null ? "" : $" (through the proxy {proxied.Proxy})";
        for (Exception? inner = failure; inner is not null; inner = inner.InnerException)
        {
            switch (inner)
            {
                case AuthenticationException tls:
                    return OfTls(request, tls, failure);
                case DialException dial:
                    return new(dial.Id ?? Unreachable, $"{call}: {dial.Message}", failure)
                    {
                        NothingWasSent = dial.NothingWasSent || request.Uri.Scheme == Uri.UriSchemeHttps,
                        IsTransient = dial.IsTransient,
                        Hint = dial.Hint,
                        DialCause = dial.Cause,
                    };
                case SocketException { SocketErrorCode: SocketError.HostNotFound }:
                    return new(Unreachable, $"{call}: no such host: {proxied?.ProxyHost ?? request.Uri.Host}", failure)
                    {
                        NothingWasSent = true,
                        IsTransient = false,
                    };
                case SocketException { SocketErrorCode: SocketError.ConnectionRefused or SocketError.HostUnreachable
                    or SocketError.NetworkUnreachable or SocketError.TryAgain } socket:
                    return new(Unreachable, $"{call}: {socket.Message}{through}", failure) { NothingWasSent = true };
                case HttpRequestException { HttpRequestError: HttpRequestError.ConfigurationLimitExceeded }:
                    return new(TooLarge, $"{call}: the answer is too large", failure)
                    {
                        IsTransient = false,
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

    /// <summary>A timeout: the request's own, or that of the connection.</summary>
    public static TransportException OfTimeout(ApiRequest request, Exception failure)
    {
        string call = ServiceException.Describe(request);
        // Only the connection's timeout is a TimeoutException; ours is a cancellation.
        return failure is TimeoutException || failure.InnerException is TimeoutException
            ? new(Unreachable, $"{call}: no connection to {request.Uri.Authority} came about in time", failure) { NothingWasSent = true }
            : new(Slow, $"{call}: no answer within {request.Timeout.TotalSeconds:0.###} s", failure);
    }

    public ServiceException AfterLastAttempt(ApiRequest request) => new(Cause, Id, request, Reason(request), this)
    {
        IsOutcomeUnknown = !NothingWasSent && !request.IsRepeatSafe,
        WasReached = !NothingWasSent,
        IsFinal = DialCause == ErrorCause.Forbidden,
        Hint = Hint ?? request.Hints.Address,
    };

    private ErrorCause Cause => DialCause ?? Id switch
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
            IsTransient = false,
            Hint = tls is TrustAnchors.CertificateRefusedException { MissingIssuer: { } issuer } ? request.Hints.MissingIssuer(issuer)
                : !isTrust ? "Check whether the address needs http:// or https://: that port may not speak TLS."
                : message.Contains("NameMismatch", StringComparison.Ordinal)
                    ? request.Hints.Name
                : message.Contains("NotTimeValid", StringComparison.Ordinal)
                    ? request.Hints.Expiry
                : request.Hints.Trust,
        };
    }

    private string Reason(ApiRequest request) => Message[(ServiceException.Describe(request).Length + 2)..];
}
