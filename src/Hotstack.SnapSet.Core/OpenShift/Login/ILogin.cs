using Hotstack.Http;

namespace Hotstack.OpenShift.Login;

/// <summary>A login to a cluster. It is repeated from time to time.</summary>
internal interface ILogin : IDisposable
{
    /// <summary>A credential with less time left is renewed.</summary>
    TimeSpan LeastLife { get; }

    /// <summary>Whether a refused credential (401) is renewed before it expires.</summary>
    bool ReplacesRefused { get; }

    /// <summary>The hint for a refused credential.</summary>
    string RefusedHint { get; }

    /// <summary>Logs in.</summary>
    /// <exception cref="LoginException">It failed.</exception>
    /// <exception cref="Http.ServiceException">A service of the login refused or failed.</exception>
    Task<LoginCredential> RunAsync(CancellationToken stop);
}

/// <summary>The credential of a login: a token, a certificate, or both. Holds secrets.</summary>
/// <param name="Token">The bearer token, valid in a header field; null for none.</param>
/// <param name="Certificate">The client certificate; null for none.</param>
/// <param name="ExpiresAt">When the first of them expires; null if unknown.</param>
internal sealed record LoginCredential(string? Token, LoginCertificate? Certificate, DateTimeOffset? ExpiresAt)
{
    /// <summary>Whether both are the same to the server.</summary>
    public bool ShowsTheSameAs(LoginCredential other) => Token == other.Token && Certificate == other.Certificate;

    /// <summary>Which of them exist; never a secret.</summary>
    public override string ToString() =>
        $"{(Token is null ? "no token" : "a token")}, {(Certificate is null ? "no certificate" : "a certificate")}";

    /// <summary>The problem of a trimmed token in a header field, as the end of a sentence; null for none.</summary>
    public static string? TokenFault(string token)
    {
        string trimmed = token.Trim();
        return trimmed.Length == 0 ? "empty"
            : trimmed.All(sign => sign is > ' ' and < '\x7f') ? null
            : "not valid: it holds blanks, line breaks or characters beyond ASCII";
    }
}

/// <summary>A checked client certificate of a login.</summary>
/// <param name="Certificate">PEM text: the certificate and its chain.</param>
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
    /// The login may succeed later: what it needs may run on the very cluster that is starting, such as the OAuth server of
    /// <c>oc login</c>, or an identity provider.
    /// </summary>
    public bool IsTransient { get; init; }
}

/// <summary>The <c>auth-provider</c> <c>oidc</c> of a user. Holds secrets.</summary>
internal sealed record OidcProvider
{
    /// <summary>Its owner, for messages: <c>user anna (/home/anna/.kube/config)</c>.</summary>
    public required string Title { get; init; }

    /// <summary>The issuer: https, without a final slash.</summary>
    public required Uri Issuer { get; init; }

    public required string ClientId { get; init; }

    /// <summary>Null for a public client.</summary>
    public string? ClientSecret { get; init; }

    /// <summary>The id token in the file; null for none.</summary>
    public string? IdToken { get; init; }

    /// <summary>The refresh token in the file; null for none.</summary>
    public string? RefreshToken { get; init; }

    /// <summary>Trust in the issuer.</summary>
    public required TlsConfiguration Tls { get; init; }

    /// <summary>Its secrets.</summary>
    public IEnumerable<string> Secrets => new[] { ClientSecret, IdToken, RefreshToken }.OfType<string>();

    /// <inheritdoc/>
    public override string ToString() => Issuer.GetLeftPart(UriPartial.Path);
}
