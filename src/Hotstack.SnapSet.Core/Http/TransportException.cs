using System.Net.Sockets;
using System.Security.Authentication;

namespace Hotstack.Http;

/// <summary>One attempt ended without an answer. Stays inside this folder: after the last attempt it becomes a
/// <see cref="ServiceException"/>.</summary>
internal sealed class TransportException(string id, string message, Exception inner) : Exception(message, inner)
{
    public const string Untrusted = "CertificateNotTrusted";
    public const string Unreachable = "ServiceUnreachable";
    public const string Slow = "ServiceTimeout";

    public string Id { get; } = id;

    /// <summary>The service cannot have seen the request.</summary>
    public bool NothingWasSent { get; private init; }

    /// <summary>Another attempt may succeed.</summary>
    public bool IsPassing { get; private init; } = true;

    public static TransportException From(ApiRequest request, Exception failure)
    {
        string call = ServiceException.Describe(request);
        for (Exception? inner = failure; inner is not null; inner = inner.InnerException)
        {
            switch (inner)
            {
                case AuthenticationException:
                    return new(Untrusted, $"{call}: the TLS handshake failed: {inner.Message}", failure)
                    {
                        NothingWasSent = true,
                        IsPassing = false,
                    };
                case SocketException { SocketErrorCode: SocketError.HostNotFound }:
                    return new(Unreachable, $"{call}: no such host: {request.Uri.Host}", failure)
                    {
                        NothingWasSent = true,
                        IsPassing = false,
                    };
                case SocketException { SocketErrorCode: SocketError.ConnectionRefused or SocketError.HostUnreachable
                    or SocketError.NetworkUnreachable or SocketError.TryAgain } socket:
                    return new(Unreachable, $"{call}: {socket.Message}", failure) { NothingWasSent = true };
            }
        }

        return new(Unreachable, $"{call}: the connection broke off: {failure.GetBaseException().Message}", failure);
    }

    public static TransportException OfTimeout(ApiRequest request, Exception failure) =>
        new(Slow, $"{ServiceException.Describe(request)}: no answer within {request.Timeout.TotalSeconds:0} s", failure);

    public ServiceException AfterLastAttempt(ApiRequest request) =>
        new(Id == Slow ? ErrorCause.TimedOut : ErrorCause.ServiceUnavailable, Id, request, Reason(request), this)
        {
            IsOutcomeUnknown = !NothingWasSent && !request.IsRepeatSafe,
            Hint = Id == Untrusted
                ? "Name the CA that signed the service's certificate as 'cacert' in clouds.yaml (or OS_CACERT)."
                : "Check the address in clouds.yaml and the catalogue, the network, and any proxy (HTTPS_PROXY, NO_PROXY).",
        };

    private string Reason(ApiRequest request) => Message[(ServiceException.Describe(request).Length + 2)..];
}
