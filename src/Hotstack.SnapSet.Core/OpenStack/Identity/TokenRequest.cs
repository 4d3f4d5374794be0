using System.Text.Json.Nodes;
using Hotstack.OpenStack.Configuration;

namespace Hotstack.OpenStack.Identity;

/// <summary>
/// The request that gets a token: <c>POST {Url}</c> with <c>Body</c>. Source of the shapes: Identity API v3,
/// https://docs.openstack.org/api-ref/identity/v3/#authentication-and-token-management.
/// </summary>
public sealed class TokenRequest
{
    private readonly JsonObject body;

    private TokenRequest(Uri authUrl, Uri url, JsonObject body)
    {
        AuthUrl = authUrl;
        Url = url;
        this.body = body;
    }

    /// <summary>The configured address of Keystone, for discovery when <see cref="Url"/> answers 404 or 300.</summary>
    public Uri AuthUrl { get; }

    /// <summary>Where the request goes: <c>…/v3/auth/tokens</c>.</summary>
    public Uri Url { get; }

    /// <summary>What it holds; a fresh copy each time. Holds secrets.</summary>
    public JsonObject Body => (JsonObject)body.DeepClone();

    /// <summary>Builds the request of a cloud whose <see cref="CloudConfiguration.UsesKeystone"/> is true.</summary>
    /// <exception cref="HotstackException"><c>CloudConfigInvalid</c> where the cloud's auth values do not make one.</exception>
    public static TokenRequest From(CloudConfiguration cloud) => throw new NotImplementedException(cloud.ToString());

    /// <summary>The address; never the body.</summary>
    public override string ToString() => $"POST {Url}";
}
