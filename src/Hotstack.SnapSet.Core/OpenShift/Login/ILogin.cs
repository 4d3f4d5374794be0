namespace Hotstack.OpenShift.Login;

/// <summary>A login to a cluster, which has to be repeated from time to time.</summary>
internal interface ILogin : IDisposable
{
    /// <summary>What is left of a credential's life when it is replaced.</summary>
    TimeSpan LeastLife { get; }

    /// <summary>Whether a credential that the server refuses (401) is replaced before its time.</summary>
    bool ReplacesRefused { get; }

    /// <summary>What to advise when the server refuses what the login gave.</summary>
    string RefusedHint { get; }

    /// <summary>Logs in.</summary>
    /// <exception cref="LoginException">It failed.</exception>
    /// <exception cref="Http.ServiceException">A service that it needs refused or failed it.</exception>
    Task<LoginCredential> RunAsync(CancellationToken stop);
}

/// <summary>What a login gives to show to the API server. At least one of token and certificate is there. Holds secrets.</summary>
/// <param name="Token">The bearer token, fit for a header field; null for none.</param>
/// <param name="Certificate">The client certificate; null for none.</param>
/// <param name="ExpiresAt">When the first of them expires; null where that is not told.</param>
internal sealed record LoginCredential(string? Token, LoginCertificate? Certificate, DateTimeOffset? ExpiresAt)
{
    /// <summary>Whether the server cannot tell the two apart.</summary>
    public bool ShowsTheSameAs(LoginCredential other) => Token == other.Token && Certificate == other.Certificate;

    /// <summary>Which of both are there; never a secret.</summary>
    public override string ToString() => $"{(Token is null ? "no token" : "a token")}, {(Certificate is null ? "no certificate" : "a certificate")}";

    /// <summary>What is wrong with a token, blanks at its ends aside, as the end of a sentence; null for nothing.</summary>
    public static string? TokenFault(string token)
    {
        string trimmed = token.Trim();
        return trimmed.Length == 0 ? "empty"
            : trimmed.All(sign => sign is > ' ' and < '\x7f') ? null
            : "none: it has blanks, line breaks or letters beyond ASCII in it";
    }
}

/// <summary>A client certificate that a login gave, checked.</summary>
/// <param name="Certificate">PEM text: the certificate, then those above it.</param>
/// <param name="Key">PEM text of its private key. A secret.</param>
internal sealed record LoginCertificate(string Certificate, string Key)
{
    /// <inheritdoc/>
    public override string ToString() => "a certificate and its key";
}

/// <summary>A login failed before the API server was asked.</summary>
internal sealed class LoginException(ErrorCause cause, string id, DisplayText message, Exception? inner = null)
    : HotstackException(cause, id, message, inner)
{
    /// <summary>
    /// It may succeed later without anybody's help. What a login needs may run on the very cluster that is coming up: the OAuth server of
    /// <c>oc login</c>, or an identity provider.
    /// </summary>
    public bool IsTransient { get; init; }
}
