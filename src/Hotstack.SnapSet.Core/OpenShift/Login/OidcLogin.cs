using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Hotstack.Http;

namespace Hotstack.OpenShift.Login;

/// <summary>
/// Uses an id token of OpenID Connect, and renews an expired one. It never writes the kubeconfig: that is the user's file, may hold
/// comments, and other programs use it at the same time.
/// </summary>
/// <param name="provider">The user's entry.</param>
/// <param name="connect">Makes connections to the issuer.</param>
/// <param name="activity">Gets a report of a renewal, and a warning about a used refresh token.</param>
/// <param name="time">The clock by which tokens expire.</param>
/// <remarks>https://kubernetes.io/docs/reference/access-authn-authz/authentication/#openid-connect-tokens.</remarks>
internal sealed class OidcLogin(OidcProvider provider, Func<Api> connect, IActivity activity, TimeProvider time) : ILogin
{
    private readonly OidcTokens _tokens = OidcTokens.Of(provider);
    private Api? _api;

    /// <summary>As client-go.</summary>
    public TimeSpan LeastLife => TimeSpan.FromSeconds(10);

    /// <summary>As client-go: a valid token is refused for another reason.</summary>
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
                throw Expired(provider, _tokens.IdToken, time);
            }

            activity.Verbose($"Renewing the id token of the {provider.Title} at {provider}.");
            _api ??= connect();
            Keep(await new OidcRenewal(provider, _api).RunAsync(refresh, stop), refresh);
            return Usable(_tokens.IdToken) ?? throw AnswerInvalid(provider, "gave an id token that has expired or is not a JWT");
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
                $"The issuer {provider} replaced the refresh token of the {provider.Title}. This PowerShell session uses the new one. The new one is not "
                + "written to the kubeconfig, and the old one may no longer work: log in to the issuer again if kubectl or a new session is refused.");
        }
    }

    private LoginCredential? Usable(string? token) =>
        token is not null && TryReadExpiry(token, out DateTimeOffset expires) && expires - time.GetUtcNow() > LeastLife
            ? new LoginCredential(token, null, expires)
            : null;

    /// <summary>
    /// The newest tokens of a user in this process: a provider may issue refresh tokens for a single use, and the kubeconfig, which we
    /// do not write, has the old one. All logins with the same tokens share the renewed ones.
    /// </summary>
    private sealed class OidcTokens
    {
        private static readonly ConcurrentDictionary<string, OidcTokens> Known = new(StringComparer.Ordinal);

        private OidcTokens(OidcProvider provider) => (IdToken, RefreshToken) = (provider.IdToken, provider.RefreshToken);

        /// <summary>Held during a renewal.</summary>
        public SemaphoreSlim Gate { get; } = new(1);

        public string? IdToken { get; set; }

        public string? RefreshToken { get; set; }

        /// <summary>The tokens that began with those in the file now; after another login they are different.</summary>
        public static OidcTokens Of(OidcProvider provider)
        {
            string[] parts = [provider.Issuer.AbsoluteUri, provider.ClientId, provider.ClientSecret ?? "", provider.IdToken ?? "",
                provider.RefreshToken ?? ""];
            string key = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', parts))));
            return Known.GetOrAdd(key, _ => new OidcTokens(provider));
        }
    }

    /// <summary>The latest possible time.</summary>
    private static readonly double LatestSecond = DateTimeOffset.MaxValue.ToUnixTimeSeconds();

    /// <summary>Reads the claim <c>exp</c>; a missing one is the minimum time, as by client-go. Nothing is verified: the API server does
    /// that.</summary>
    /// <param name="token">The token.</param>
    /// <param name="expires">When it expires.</param>
    /// <returns>False if it is not a JWT.</returns>
    public static bool TryReadExpiry(string token, out DateTimeOffset expires)
    {
        expires = DateTimeOffset.MinValue;
        string[] parts = token.Split('.');
        if (parts.Length != 3)
        {
            return false;
        }

        try
        {
            using JsonDocument claims = JsonText.Parse(Decoded(parts[1]));
            if (claims.RootElement.ValueKind != JsonValueKind.Object)
            {
                return false;
            }

            if (claims.RootElement.Field("exp") is { } exp)
            {
                expires = exp.ValueKind == JsonValueKind.Number ? Time(exp.GetDouble()) : expires;
                return exp.ValueKind == JsonValueKind.Number;
            }

            return true;
        }
        catch (Exception e) when (e is FormatException or JsonException)
        {
            return false;
        }
    }

    private static byte[] Decoded(string part)
    {
        string text = part.Replace('-', '+').Replace('_', '/');
        return Convert.FromBase64String(text + new string('=', (4 - (text.Length % 4)) % 4));
    }

    private static DateTimeOffset Time(double seconds) =>
        seconds > LatestSecond ? DateTimeOffset.MaxValue : seconds > 0 ? DateTimeOffset.FromUnixTimeSeconds((long)seconds)
            : DateTimeOffset.MinValue;

    /// <summary>Renews an id token: finds the issuer's token endpoint and sends it the refresh token.</summary>
    /// <param name="provider">The user's entry.</param>
    /// <param name="api">Connections to the issuer.</param>
    /// <remarks>https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderConfig and RFC 6749, 6.</remarks>
    private sealed class OidcRenewal(OidcProvider provider, Api api)
    {
        private const string Service = "oidc";

        /// <summary>A call waits for it and may have a short timeout itself.</summary>
        private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

        private static readonly ConnectionHints Hints = ConnectionHints.Kubeconfig with
        {
            Address = "Check 'idp-issuer-url' of the user in the kubeconfig, the network, and any proxy (HTTPS_PROXY, NO_PROXY).",
            Name = "The certificate is for another host: use a name from it in 'idp-issuer-url'.",
            Trust = "Give the CA that signed the issuer's certificate as 'idp-certificate-authority-data' or 'idp-certificate-authority' in the kubeconfig.",
            Credentials = "Log in to the issuer again with the tool that wrote this kubeconfig.",
            Role = "Log in to the issuer again with the tool that wrote this kubeconfig.",
            Bundle = "'idp-certificate-authority-data' or 'idp-certificate-authority' in the kubeconfig",
            Place = "'idp-issuer-url' in the kubeconfig",
            Redirect = "If that address is right, set it as 'idp-issuer-url' in the kubeconfig.",
        };

        /// <summary>The new tokens; the refresh token is null if the old one stays valid.</summary>
        /// <exception cref="LoginException"><c>OidcRenewalRefused</c>, <c>OidcAnswerInvalid</c>.</exception>
        /// <exception cref="ServiceException">The issuer was not reached, or failed.</exception>
        public async Task<(string IdToken, string? RefreshToken)> RunAsync(string refreshToken, CancellationToken stop)
        {
            Uri endpoint = await FindEndpointAsync(stop);
            ApiResponse answer = await AskAsync(endpoint, refreshToken, stop);
            if (!answer.IsSuccess)
            {
                throw Refused(provider, Reason(answer));
            }

            JsonElement tokens = answer.Json();
            return tokens.Text("id_token") is { } idToken
                ? (idToken, tokens.Text("refresh_token"))
                : throw AnswerInvalid(provider, "renewed the login without an id token");
        }

        private async Task<Uri> FindEndpointAsync(CancellationToken stop)
        {
            var request = new ApiRequest(Service, HttpMethod.Get,
                new Uri($"{provider.Issuer.AbsoluteUri.TrimEnd('/')}/.well-known/openid-configuration")) { Hints = Hints,
                Timeout = Patience };
            ApiResponse answer = await api.SendAsync(request.AsOptional(), stop);
            string endpoint = answer.Json().Text("token_endpoint") ?? throw AnswerInvalid(provider, "names no token_endpoint");
            // A refresh token is a password.
            return Uri.TryCreate(endpoint, UriKind.Absolute, out Uri? uri) && uri.Scheme == Uri.UriSchemeHttps && uri.UserInfo.Length == 0
                ? uri
                : throw AnswerInvalid(provider, "names a token_endpoint that is not an https address");
        }

        /// <summary>A client sends its secret in a header field, which every issuer must support (RFC 6749, 2.3.1), and after a refusal in
        /// the body.</summary>
        private async Task<ApiResponse> AskAsync(Uri endpoint, string refreshToken, CancellationToken stop)
        {
            KeyValuePair<string, string>[] form = [new("grant_type", "refresh_token"), new("refresh_token", refreshToken)];
            KeyValuePair<string, string>[] named = [.. form, new("client_id", provider.ClientId)];
            if (provider.ClientSecret is not { } secret)
            {
                return await PostAsync(endpoint, named, null, stop);
            }

            string pair = Convert.ToBase64String(
                Encoding.UTF8.GetBytes($"{WebUtility.UrlEncode(provider.ClientId)}:{WebUtility.UrlEncode(secret)}"));
            ApiResponse answer = await PostAsync(endpoint, form, pair, stop);
            return answer.IsSuccess || Text(answer, "error") == "invalid_grant"
                ? answer
                : await PostAsync(endpoint, [.. named, new("client_secret", secret)], null, stop);
        }

        private Task<ApiResponse> PostAsync(Uri endpoint, IEnumerable<KeyValuePair<string, string>> form, string? basic,
            CancellationToken stop)
        {
            string body = string.Join('&', form.Select(field => $"{WebUtility.UrlEncode(field.Key)}={WebUtility.UrlEncode(field.Value)}"));
            return api.SendAsync(
                new ApiRequest(Service, HttpMethod.Post, new Uri(endpoint.GetLeftPart(UriPartial.Path)))
                {
                    Query = [.. QueryOf(endpoint)],
                    Body = Encoding.UTF8.GetBytes(body),
                    ContentType = "application/x-www-form-urlencoded",
                    Headers = basic is null ? [new("Accept", "application/json")]
                        : [new("Accept", "application/json"), new("Authorization", $"Basic {basic}")],
                    Secrets = [.. provider.Secrets, .. form.Where(field => field.Key is "refresh_token").Select(field => field.Value),
                        .. basic is null ? Array.Empty<string>() : [basic]],
                    AlsoExpected = [400, 401, 403],
                    Hints = Hints,
                    Timeout = Patience,
                }.AsOptional(),
                stop);
        }

        private static IEnumerable<KeyValuePair<string, string>> QueryOf(Uri uri) =>
            uri.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries)
                .Select(part => part.Split('=', 2))
                .Select(pair => new KeyValuePair<string, string>(WebUtility.UrlDecode(pair[0]), pair.Length > 1
                    ? WebUtility.UrlDecode(pair[1]) : ""));

        /// <summary>The error by RFC 6749, 5.2.</summary>
        private static string Reason(ApiResponse answer)
        {
            string code = Text(answer, "error") ?? $"status {answer.Status}";
            string reason = Text(answer, "error_description") is { } told ? $"{code}: {told}" : code;
            return LikelySecrets.Hide(Secrets.Hide(reason, answer.Request.Secrets));
        }

        private static string? Text(ApiResponse answer, string field)
        {
            try
            {
                using JsonDocument document = JsonText.Parse(answer.Body);
                return document.RootElement.Text(field);
            }
            catch (JsonException)
            {
                return null;
            }
        }
    }

    private const string Anew = "Log in to the issuer again with the tool that wrote this kubeconfig.";

    private static LoginException Expired(OidcProvider provider, string? token, TimeProvider time)
    {
        string when = token is not null && TryReadExpiry(token, out DateTimeOffset expires) && expires > DateTimeOffset.MinValue
            ? $"has an id-token that expired at {TimeText.Of(expires)} (it is {TimeText.Of(time.GetUtcNow())})"
            : "has no id-token that is valid";
        return new LoginException(ErrorCause.AuthenticationFailed, "OidcTokenExpired",
            $"The {provider.Title} {when}, and no refresh-token to renew it.")
        {
            Hint = Anew,
            Target = provider.ToString(),
        };
    }

    /// <param name="provider">The user's entry.</param>
    /// <param name="reason">The issuer's own words, without secrets.</param>
    private static LoginException Refused(OidcProvider provider, string reason) =>
        new(ErrorCause.AuthenticationFailed, "OidcRenewalRefused",
            DisplayText.OfProse($"The issuer {provider} does not renew the id token of the {provider.Title}: {reason}"))
        {
            Hint = $"The refresh-token may have expired, been revoked, or been used by another program. {Anew}",
            Target = provider.ToString(),
            IsTransient = true,
        };

    private static LoginException AnswerInvalid(OidcProvider provider, string problem) =>
        new(ErrorCause.ResponseInvalid, "OidcAnswerInvalid", $"The issuer {provider} of the {provider.Title} {problem}.")
        {
            Hint = "Check 'idp-issuer-url'. If the issuer renews id tokens only for a login with the scope openid, or not at all, use an exec plugin.",
            Target = provider.ToString(),
        };
}
