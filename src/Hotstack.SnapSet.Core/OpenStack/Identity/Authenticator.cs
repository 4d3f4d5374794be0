using System.Text.Json;
using System.Text.RegularExpressions;
using Hotstack.Http;
using Hotstack.OpenStack.Configuration;

namespace Hotstack.OpenStack.Identity;

/// <summary>Asks Keystone for a token, and finds the reason if it gives none.</summary>
internal sealed partial class Authenticator(CloudConfiguration configuration, Api api)
{
    /// <summary>Handled here: their meaning depends on whether they come from Keystone itself.</summary>
    private static readonly int[] Refusals = [300, 301, 302, 303, 307, 308, 400, 401, 403, 404, 405];

    private Uri? _discovered;
    private bool _wasReached;

    /// <exception cref="HotstackException"><c>AuthenticationFailed</c>, <c>AuthUrlInvalid</c>, <c>ProjectMissing</c>, or
    /// Keystone cannot be reached.</exception>
    public async Task<Token> AuthenticateAsync(CancellationToken stop)
    {
        switch (configuration.AuthType)
        {
            case AuthTypes.None:
                return new Token();
            case AuthTypes.AdminToken:
                return new Token { Value = configuration.Auth["token"] };
        }

        TokenRequest request = TokenRequest.From(configuration);
        ApiResponse response = await PostAsync(request, _discovered ?? request.Url, stop);
        if (!response.IsSuccess && response.Status != 401 && !IsKeystone(response) && _discovered is null
            && await DiscoverAsync(request, stop) is { } found && found != request.Url)
        {
            _discovered = found;
            response = await PostAsync(request, found, stop);
        }

        _wasReached = true;
        return Read(response);
    }

    private Task<ApiResponse> PostAsync(TokenRequest request, Uri address, CancellationToken stop) => api.SendAsync(
        Request(HttpMethod.Post, address).WithJson(request.Body) with
        {
            // A second token is harmless.
            IsRepeatSafe = true,
        },
        stop);

    private async Task<Uri?> DiscoverAsync(TokenRequest request, CancellationToken stop)
    {
        if (request.Url.AbsoluteUri.StartsWith(request.AuthUrl.AbsoluteUri.TrimEnd('/') + "/auth/", StringComparison.Ordinal))
        {
            // It ends with /v3: no discovery.
            return null;
        }

        try
        {
            return TokensAddress(
                await api.SendAsync(Request(HttpMethod.Get, request.AuthUrl) with { AlsoExpected = [300] }, stop)
                    );
        }
        catch (ServiceException)
        {
            // The answer of the first address is the better reason.
            return null;
        }
    }

    private ApiRequest Request(HttpMethod method, Uri address) => new("identity", method, address)
    {
        Timeout = configuration.ApiTimeout ?? ServiceClient.DefaultTimeout,
        StatusRetries = configuration.StatusCodeRetries("identity") ?? RetryPolicy.DefaultRetries,
        // If Keystone never answered, the address is probably wrong: report it soon.
        ConnectionRetries = configuration.ConnectRetries("identity") ?? (_wasReached ? RetryPolicy.DefaultRetries : 1),
        AlsoExpected = Refusals,
        Secrets = configuration.Secrets,
    };

    private Token Read(ApiResponse response)
    {
        bool isJson = response.Header("Content-Type")?.Contains("json", StringComparison.OrdinalIgnoreCase) == true;
        if (!response.IsSuccess)
        {
            ServiceException answer = ServiceErrors.From(response);
            throw MissingMethodsOf(response) is { } missing ? MethodsMissing(missing)
                : response.Status == 401 || IsKeystone(response) ? Refused(answer) : WrongAddress(answer, response);
        }

        if (!isJson)
        {
            throw WrongAddress(ServiceException.OfInvalidResponse(response, "the answer holds no token"), response);
        }

        Token token = Token.From(response);
        return token.ProjectId is null ? throw ProjectMissing(response) : token;
    }

    /// <summary>
    /// Whether the error is in Keystone's format. Keystone answers 404 for an unknown application credential, token or trust;
    /// but also, like any web server, for an unknown path.
    /// </summary>
    private static bool IsKeystone(ApiResponse response)
    {
        try
        {
            using JsonDocument document = JsonText.Parse(response.Body);
            return document.RootElement.Field("error") is { } error
                && error.Field("code") is { ValueKind: JsonValueKind.Number } && error.Text("title") is not null
                && !(response.Status == 404 && PathMissing().IsMatch(error.Text("message") ?? ""));
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private HotstackException MethodsMissing(string wanted) => Failed(
        ErrorCause.AuthenticationFailed, "AuthMethodsMissing",
        $"Keystone accepted the credentials, and requires more authentication methods from this user: {wanted}.",
        "Create an application credential ('openstack application credential create', or in Horizon) and use it in "
        + $"{CredentialSource}: it needs no second factor. A one-time password cannot be given here.");

    private HotstackException Refused(ServiceException answer) => Failed(
        ErrorCause.AuthenticationFailed, "AuthenticationFailed", answer.Message,
        $"Check the credentials of cloud '{configuration.Name}' in {CredentialSource}: "
        + "user, project, their domains, and the secret; an application credential or a password may have expired.",
        answer);

    private HotstackException WrongAddress(ServiceException answer, ApiResponse response)
    {
        string hint = $"Check auth_url ({configuration.Auth.GetValueOrDefault("auth_url")}) in {Source}: Keystone v3 does not answer there.";
        if (response.Status is >= 301 and < 400
            && Uri.TryCreate(response.Request.Uri, response.Header("Location"), out Uri? target))
        {
            hint += $" The answer redirects to {Secrets.Hide(ServiceException.Address(target), response.Request.Secrets)}.";
        }

        return Failed(ErrorCause.ConfigurationInvalid, "AuthUrlInvalid", answer.Message, hint, answer);
    }

    private HotstackException ProjectMissing(ApiResponse response)
    {
        JsonElement? token = response.Json().Field("token");
        string instead = token?.Field("domain")?.Text("name") is { } domain ? $"for domain '{domain}', not for a project"
            : token?.Field("system") is not null ? "for the whole system, not for a project"
            : "for no project";
        return Failed(
            ErrorCause.ConfigurationInvalid, "ProjectMissing",
            $"Keystone gave a token {instead}, which cannot access servers or images.",
            $"Set project_name and project_domain_name, or project_id, in {Source}.");
    }

    /// <summary>Keystone's words for an unknown path: up to Rocky (webob), and since (Flask).</summary>
    [GeneratedRegex("resource could not be found|URL was not found", RegexOptions.IgnoreCase)]
    private static partial Regex PathMissing();

    private string Source => configuration.SourceFile ?? "the OS_* variables";

    private string CredentialSource => configuration.HasGivenCredential ? $"-Credential, and the rest in {Source}" : Source;

    private HotstackException Failed(
        ErrorCause cause, string id, string reason, string hint, ServiceException? answer = null) =>
        new(cause, id, $"Cloud '{configuration.Name}': {reason}", answer) { Target = configuration.Name, Hint = hint };

    /// <summary>The address for tokens by the version document at Keystone's root, for an <c>auth_url</c> without <c>/v3</c> below it
    /// (<c>https://cloud/</c> for <c>/identity/v3</c>); null if it names no version 3.</summary>
    internal static Uri? TokensAddress(ApiResponse response)
    {
        try
        {
            JsonElement root = response.Json();
            string? link = Versions(root)
                .Where(version => version.Text("id")?.StartsWith("v3", StringComparison.Ordinal) == true)
                .SelectMany(version => version.Items("links"))
                .Where(l => l.Text("rel") == "self").Select(l => l.Text("href")).FirstOrDefault();
            // Only the path: behind a proxy the host is often wrong, and our secret must not go elsewhere.
            return link is not null && Uri.TryCreate(response.Request.Uri, link, out Uri? v3)
                ? new UriBuilder(response.Request.Uri) { Path = $"{v3.AbsolutePath.Trim('/')}/auth/tokens", Query = "" }.Uri
                : null;
        }
        catch (ServiceException)
        {
            return null;
        }
    }

    private static IEnumerable<JsonElement> Versions(JsonElement root) => root.Field("version") is { } version
        ? [version]
        : root.Field("versions") is { ValueKind: JsonValueKind.Object } versions
            ? versions.Items("values")
            : root.Items("versions");

    /// <summary>The further authentication methods that Keystone requires: <c>password and totp, or password and mapped</c>; null if none.
    /// Keystone answers 401 with a receipt, which is as good as a password for some minutes and is not read here.</summary>
    private static string? MissingMethodsOf(ApiResponse response)
    {
        if (response.Status != 401)
        {
            return null;
        }

        try
        {
            using JsonDocument document = JsonText.Parse(response.Body);
            string[] rules = [.. document.RootElement.Items("required_auth_methods")
                .Where(rule => rule.ValueKind == JsonValueKind.Array)
                .Select(rule => string.Join(" and ", rule.EnumerateArray()
                    .Where(method => method.ValueKind == JsonValueKind.String).Select(method => DisplayText.Of(method.GetString()))))
                .Where(rule => rule.Length > 0)];
            return rules.Length > 0 ? string.Join(", or ", rules) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
