using System.Net;
using System.Text;
using System.Text.Json;
using Hotstack.Http;

namespace Hotstack.OpenShift.Login;

/// <summary>Renews an id token: finds the issuer's token endpoint, and gives it the refresh token.</summary>
/// <param name="provider">The user's entry.</param>
/// <param name="api">Connections to the issuer.</param>
/// <remarks>https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderConfig and RFC 6749, 6.</remarks>
internal sealed class OidcRenewal(OidcProvider provider, Api api)
{
    private const string Service = "oidc";

    /// <summary>A call waits for it, and some of these are given up early themselves.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private static readonly ConnectionHints Hints = ConnectionHints.Kubeconfig with
    {
        Address = "Check 'idp-issuer-url' of the user in the kubeconfig, the network, and any proxy (HTTPS_PROXY, NO_PROXY).",
        Name = "The certificate is for another host: use a name that stands in it in 'idp-issuer-url'.",
        Trust = "Give the CA that signed the issuer's certificate as 'idp-certificate-authority-data' or 'idp-certificate-authority' in the kubeconfig.",
        Credentials = "Log in to the issuer again with the tool that wrote this kubeconfig.",
        Role = "Log in to the issuer again with the tool that wrote this kubeconfig.",
        Bundle = "'idp-certificate-authority-data' or 'idp-certificate-authority' in the kubeconfig",
        Place = "'idp-issuer-url' in the kubeconfig",
        Redirect = "If that address is right, set it as 'idp-issuer-url' in the kubeconfig.",
    };

    /// <summary>The new tokens; the refresh token is null if the old one stays.</summary>
    /// <exception cref="LoginException"><c>OidcRenewalRefused</c>, <c>OidcAnswerInvalid</c>.</exception>
    /// <exception cref="ServiceException">The issuer was not reached, or failed.</exception>
    public async Task<(string IdToken, string? RefreshToken)> RunAsync(string refreshToken, CancellationToken stop)
    {
        Uri endpoint = await FindEndpointAsync(stop);
        ApiResponse answer = await AskAsync(endpoint, refreshToken, stop);
        if (!answer.IsSuccess)
        {
            throw OidcErrors.Refused(provider, Reason(answer));
        }

        JsonElement tokens = answer.Json();
        return tokens.Text("id_token") is { } idToken
            ? (idToken, tokens.Text("refresh_token"))
            : throw OidcErrors.AnswerInvalid(provider, "renewed the login without giving an id token");
    }

    private async Task<Uri> FindEndpointAsync(CancellationToken stop)
    {
        var request = new ApiRequest(Service, HttpMethod.Get, new Uri($"{provider.Issuer.AbsoluteUri.TrimEnd('/')}/.well-known/openid-configuration")) { Hints = Hints, Timeout = Patience };
        ApiResponse answer = await api.SendAsync(request.AsOptional(), stop);
        string endpoint = answer.Json().Text("token_endpoint") ?? throw OidcErrors.AnswerInvalid(provider, "tells no token_endpoint");
        // A refresh token is a password.
        return Uri.TryCreate(endpoint, UriKind.Absolute, out Uri? uri) && uri.Scheme == Uri.UriSchemeHttps && uri.UserInfo.Length == 0
            ? uri
            : throw OidcErrors.AnswerInvalid(provider, "tells a token_endpoint that is no https address");
    }

    /// <summary>A client with a secret shows it in a header field first, which every issuer has to take (RFC 6749, 2.3.1), and otherwise in the body.</summary>
    private async Task<ApiResponse> AskAsync(Uri endpoint, string refreshToken, CancellationToken stop)
    {
        KeyValuePair<string, string>[] form = [new("grant_type", "refresh_token"), new("refresh_token", refreshToken)];
        KeyValuePair<string, string>[] named = [.. form, new("client_id", provider.ClientId)];
        if (provider.ClientSecret is not { } secret)
        {
            return await PostAsync(endpoint, named, null, stop);
        }

        string pair = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{WebUtility.UrlEncode(provider.ClientId)}:{WebUtility.UrlEncode(secret)}"));
        ApiResponse answer = await PostAsync(endpoint, form, pair, stop);
        return answer.IsSuccess || Text(answer, "error") == "invalid_grant"
            ? answer
            : await PostAsync(endpoint, [.. named, new("client_secret", secret)], null, stop);
    }

    private Task<ApiResponse> PostAsync(Uri endpoint, IEnumerable<KeyValuePair<string, string>> form, string? basic, CancellationToken stop)
    {
        string body = string.Join('&', form.Select(field => $"{WebUtility.UrlEncode(field.Key)}={WebUtility.UrlEncode(field.Value)}"));
        return api.SendAsync(
            new ApiRequest(Service, HttpMethod.Post, new Uri(endpoint.GetLeftPart(UriPartial.Path)))
            {
                Query = [.. QueryOf(endpoint)],
                Body = Encoding.UTF8.GetBytes(body),
                ContentType = "application/x-www-form-urlencoded",
                Headers = basic is null ? [new("Accept", "application/json")] : [new("Accept", "application/json"), new("Authorization", $"Basic {basic}")],
                Secrets = [.. provider.Secrets, .. form.Where(field => field.Key is "refresh_token").Select(field => field.Value), .. basic is null ? Array.Empty<string>() : [basic]],
                AlsoExpected = [400, 401, 403],
                Hints = Hints,
                Timeout = Patience,
            }.AsOptional(),
            stop);
    }

    private static IEnumerable<KeyValuePair<string, string>> QueryOf(Uri uri) =>
        uri.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries)
            .Select(part => part.Split('=', 2))
            .Select(pair => new KeyValuePair<string, string>(WebUtility.UrlDecode(pair[0]), pair.Length > 1 ? WebUtility.UrlDecode(pair[1]) : ""));

    /// <summary>An error as RFC 6749, 5.2 has it.</summary>
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
