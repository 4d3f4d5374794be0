using System.Text.Json.Nodes;
using Hotstack.OpenStack.Configuration;

namespace Hotstack.OpenStack.Identity;

/// <summary>
/// The request that gets a token: <c>POST {Url}</c> with <c>Body</c>. Source of the shapes: Identity API v3,
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
    /// What it holds; a fresh copy each time. Holds secrets. Without a configured scope it asks for none, and Keystone
    /// takes the user's default project, if there is one: the token's <c>project</c> has to be looked at.
    /// </summary>
    public JsonObject Body => (JsonObject)_body.DeepClone();

    /// <summary>Builds the request of a cloud whose <see cref="CloudConfiguration.UsesKeystone"/> is true.</summary>
    /// <exception cref="HotstackException"><c>CloudConfigInvalid</c> where the cloud's auth values do not make one.</exception>
    /// <exception cref="ArgumentException">The cloud does without Keystone.</exception>
    public static TokenRequest From(CloudConfiguration cloud)
    {
        if (!cloud.UsesKeystone)
        {
            throw new ArgumentException($"The cloud {cloud.Name} does without Keystone, by auth_type {cloud.AuthType}.", nameof(cloud));
        }

        var auth = new AuthReader(cloud);
        var content = new JsonObject { ["identity"] = TokenIdentity.Of(cloud.AuthType, auth) };
        if (cloud.AuthType != AuthTypes.ApplicationCredential && TokenScope.Of(auth) is { } scope)
        {
            content["scope"] = scope;
        }

        return new TokenRequest(auth.Address("auth_url"), new JsonObject { ["auth"] = content });
    }

    /// <summary>The address; never the body.</summary>
    public override string ToString() => $"POST {Url}";
}
