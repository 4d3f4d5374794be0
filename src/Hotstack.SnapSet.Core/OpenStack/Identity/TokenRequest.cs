using System.Text.Json.Nodes;
using Hotstack.OpenStack.Configuration;

namespace Hotstack.OpenStack.Identity;

/// <summary>
/// The request for a token: <c>POST {Url}</c> with <c>Body</c>. Source of the shapes: Identity API v3,
/// https://docs.openstack.org/api-ref/identity/v3/#authentication-and-token-management.
/// </summary>
public sealed class TokenRequest
{
    private readonly JsonObject _body;

    private TokenRequest(Uri authUrl, JsonObject body)
    {
        AuthUrl = authUrl;
        var address = authUrl.AbsoluteUri.TrimEnd('/');
        Url = new Uri(address + (address.EndsWith("/v3", StringComparison.OrdinalIgnoreCase) ? "" : "/v3") + "/auth/tokens");
        _body = body;
    }

    /// <summary>The configured address of Keystone, for discovery when <see cref="Url"/> answers 404 or 300.</summary>
    public Uri AuthUrl { get; }

    /// <summary>Where the request goes: <c>…/v3/auth/tokens</c>.</summary>
    public Uri Url { get; }

    /// <summary>
    /// The body; a new copy each time. Holds secrets. Without a configured scope Keystone takes the user's default project, if any:
    /// check the token's <c>project</c>.
    /// </summary>
    public JsonObject Body => (JsonObject)_body.DeepClone();

    /// <summary>Builds the request of a cloud whose <see cref="CloudConfiguration.UsesKeystone"/> is true.</summary>
    /// <exception cref="HotstackException"><c>CloudConfigInvalid</c>: auth values are missing or invalid.</exception>
    /// <exception cref="ArgumentException">The cloud does not use Keystone.</exception>
    public static TokenRequest From(CloudConfiguration cloud)
    {
        if (!cloud.UsesKeystone)
        {
            throw new ArgumentException($"The cloud {cloud.Name} does not use Keystone (auth_type {cloud.AuthType}).", nameof(cloud));
        }

        var auth = new AuthReader(cloud);
        var content = new JsonObject { ["identity"] = IdentityOf(cloud.AuthType, auth) };
        if (cloud.AuthType != AuthTypes.ApplicationCredential && ScopeOf(auth) is { } scope)
        {
            content["scope"] = scope;
        }

        return new TokenRequest(auth.Address("auth_url"), new JsonObject { ["auth"] = content });
    }

    /// <summary>The address; never the body.</summary>
    public override string ToString() => $"POST {Url}";

    private static JsonObject IdentityOf(string authType, AuthReader auth) => authType switch
    {
        AuthTypes.Password => By("password", new JsonObject { ["user"] = User(auth, auth.Required("password")) }),
        AuthTypes.Token => By("token", new JsonObject { ["id"] = auth.Required("token") }),
        AuthTypes.ApplicationCredential => By("application_credential", ApplicationCredential(auth)),
        _ => throw new ArgumentException($"There is no token request for auth_type {authType}.", nameof(authType)),
    };

    private static JsonObject By(string method, JsonObject content) =>
        new() { ["methods"] = new JsonArray(method), [method] = content };

    private static JsonObject User(AuthReader auth, string? password = null)
    {
        var user = auth.Named("user", "username") ?? new JsonObject { ["name"] = auth.Required("username") };
        if (password is not null)
        {
            user["password"] = password;
        }

        return user;
    }

    private static JsonObject ApplicationCredential(AuthReader auth)
    {
        var credential = auth.Optional("application_credential_id") is { } id
            ? new JsonObject { ["id"] = id }
            : new JsonObject { ["name"] = auth.Required("application_credential_name"), ["user"] = User(auth) };
        credential["secret"] = auth.Required("application_credential_secret");
        return credential;
    }

    private static JsonObject? ScopeOf(AuthReader auth)
    {
        if (auth.Optional("trust_id") is { } trust)
        {
            return new JsonObject { ["OS-TRUST:trust"] = new JsonObject { ["id"] = trust } };
        }

        if (auth.Named("project", "project_name") is { } project)
        {
            return new JsonObject { ["project"] = project };
        }

        return auth.Optional("domain_id") is not null || auth.Optional("domain_name") is not null
            ? new JsonObject { ["domain"] = auth.Domain("domain_id", "domain_name") }
            : null;
    }

    /// <summary>Reads the auth values of a cloud, and reports a missing one.</summary>
    private sealed class AuthReader(CloudConfiguration cloud)
    {
        public string? Optional(string key) => cloud.Auth.GetValueOrDefault(key) is { Length: > 0 } value ? value : null;

        public string Required(string key) => Optional(key)
            ?? throw CloudErrors.Invalid($"The cloud {cloud.Name} has no {key}.", target: cloud.Name);

        public Uri Address(string key) => Uri.TryCreate(Required(key), UriKind.Absolute, out var url)
            ? url
            : throw CloudErrors.Invalid($"The {key} of the cloud {cloud.Name} is not a URL.", target: cloud.Name);

        /// <summary><c>{"id"}</c>, or <c>{"name"}</c> with the domain, of a user or project; null without both.</summary>
        /// <param name="owner"><c>user</c> or <c>project</c>.</param>
        /// <param name="nameKey">The key of its name.</param>
        public JsonObject? Named(string owner, string nameKey)
        {
            if (Optional($"{owner}_id") is { } id)
            {
                return new JsonObject { ["id"] = id };
            }

            return Optional(nameKey) is { } name
                ? new JsonObject { ["name"] = name, ["domain"] = Domain($"{owner}_domain_id", $"{owner}_domain_name") }
                : null;
        }

        /// <summary><c>{"id"}</c> or <c>{"name"}</c>.</summary>
        public JsonObject Domain(string idKey, string nameKey) => Optional(idKey) is { } id
            ? new JsonObject { ["id"] = id }
            : new JsonObject { ["name"] = Required(nameKey) };
    }
}
