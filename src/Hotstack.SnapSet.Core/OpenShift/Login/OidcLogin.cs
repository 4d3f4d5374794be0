using Hotstack.Http;

namespace Hotstack.OpenShift.Login;

/// <summary>
/// Shows an id token of OpenID Connect, and renews one that has expired. The kubeconfig is not written: it is the user's, may hold remarks,
/// and other programs use it at the same time.
/// </summary>
/// <param name="provider">The user's entry.</param>
/// <param name="connect">Makes connections to the issuer.</param>
/// <param name="activity">Told of a renewal, and warned of a refresh token that is used up.</param>
/// <param name="time">The clock by which tokens expire.</param>
/// <remarks>https://kubernetes.io/docs/reference/access-authn-authz/authentication/#openid-connect-tokens.</remarks>
internal sealed class OidcLogin(OidcProvider provider, Func<Api> connect, IActivity activity, TimeProvider time) : ILogin
{
    private readonly OidcTokens _tokens = OidcTokens.Of(provider);
    private Api? _api;

    /// <summary>As client-go.</summary>
    public TimeSpan LeastLife => TimeSpan.FromSeconds(10);

    /// <summary>As client-go: a token that has not expired is refused for another reason.</summary>
    public bool ReplacesRefused => false;

    public string RefusedHint => "Check that the cluster trusts this issuer, client-id and user. If it does, log in to the issuer again.";

    /// <inheritdoc/>
    public async Task<LoginCredential> RunAsync(CancellationToken stop)
    {
        await _tokens.Gate.WaitAsync(stop);
        try
        {
            if (Usable(_tokens.IdToken) is { } known)
            {
                return known;
            }

            if (_tokens.RefreshToken is not { } refresh)
            {
                throw OidcErrors.Expired(provider, _tokens.IdToken, time);
            }

            activity.Verbose($"Renewing the id token of the {provider.Title} at {provider}.");
            _api ??= connect();
            Keep(await new OidcRenewal(provider, _api).RunAsync(refresh, stop), refresh);
            return Usable(_tokens.IdToken) ?? throw OidcErrors.AnswerInvalid(provider, "gave an id token that has expired, or is no JWT");
        }
        finally
        {
            _tokens.Gate.Release();
        }
    }

    public void Dispose() => _api?.Dispose();

    private void Keep((string IdToken, string? RefreshToken) renewed, string used)
    {
        _tokens.IdToken = renewed.IdToken;
        if (renewed.RefreshToken is { } next && next != used)
        {
            _tokens.RefreshToken = next;
            activity.Warning(
                $"The issuer {provider} replaced the refresh token of the {provider.Title}. This PowerShell session uses the new one. It is not "
                + "written to the kubeconfig, whose own may be used up: log in to the issuer again if kubectl or a new session is refused.");
        }
    }

    private LoginCredential? Usable(string? token) =>
        token is not null && IdToken.TryReadExpiry(token, out DateTimeOffset expires) && expires - time.GetUtcNow() > LeastLife
            ? new LoginCredential(token, null, expires)
            : null;
}
