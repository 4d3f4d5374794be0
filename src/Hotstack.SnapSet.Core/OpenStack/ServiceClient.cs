using System.Text.RegularExpressions;
using Hotstack.Http;
using Hotstack.OpenStack.Configuration;
using Hotstack.OpenStack.Identity;

namespace Hotstack.OpenStack;

/// <summary>Calls one service of a cloud: finds its address, shows our token, renews that once when it is refused.</summary>
internal sealed partial class ServiceClient(
    CloudConfiguration configuration, TokenSource tokens, Api api, string service, Func<Uri, Token, Uri> versioned)
{
    /// <summary>How long one attempt may take, unless the configuration sets <c>api_timeout</c>.</summary>
    public static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(60);

    /// <summary>Makes a request to a path below the service's address.</summary>
    public ApiRequest Request(HttpMethod method, string path) =>
        new(service, method, new Uri(path, UriKind.Relative)) { Timeout = configuration.ApiTimeout ?? DefaultTimeout };

    /// <exception cref="HotstackException">The service is not in the catalogue, refused the call, or failed.</exception>
    public async Task<ApiResponse> SendAsync(ApiRequest request, CancellationToken stop)
    {
        Token token = await tokens.GetAsync(stop).ConfigureAwait(false);
        try
        {
            return await SendAsync(request, token, stop).ConfigureAwait(false);
        }
        catch (ServiceException e) when (e.Status == 401)
        {
            // The service did nothing, so the call may be repeated whatever it is.
            token = await tokens.GetInsteadOfAsync(token, stop).ConfigureAwait(false);
            return await SendAsync(request, token, stop).ConfigureAwait(false);
        }
    }

    private Task<ApiResponse> SendAsync(ApiRequest request, Token token, CancellationToken stop)
    {
        var address = new Uri($"{Address(token).AbsoluteUri.TrimEnd('/')}/{request.Uri.OriginalString}");
        return api.SendAsync(
            request with
            {
                Uri = address,
                Headers = token.Value is null ? request.Headers : [.. request.Headers, new("X-Auth-Token", token.Value)],
            },
            stop);
    }

    private Uri Address(Token token)
    {
        if (configuration.EndpointOverride(service) is { } @override)
        {
            return versioned(new Uri(@override), token);
        }

        if (token.Catalog is null)
        {
            throw new HotstackException(
                ErrorCause.ConfigurationInvalid, "EndpointNotFound",
                $"Cloud '{configuration.Name}' authenticates without Keystone, so nothing tells where its {service} service is.")
            {
                Target = service,
                Hint = $"Set '{service.Replace('-', '_')}_endpoint_override' (or 'endpoint') in clouds.yaml.",
            };
        }

        return versioned(
            token.Catalog.Find(
                configuration.Name, ServiceTypeNames.All(configuration.ServiceType(service)),
                configuration.Interfaces(service), configuration.RegionOf(service), configuration.ServiceName(service)),
            token);
    }

    /// <summary>The address with the version that we speak in place of none or another.</summary>
    /// <param name="address">From the catalogue: <c>http://cloud/image</c>, <c>http://cloud/image/v2.9/</c>.</param>
    /// <param name="version">The path segment: <c>v2</c>.</param>
    public static Uri WithVersion(Uri address, string version) =>
        new(TrailingVersion().Replace(address.AbsoluteUri.TrimEnd('/'), "") + "/" + version);

    /// <summary>Whether the address names a version anywhere in its path.</summary>
    public static bool NamesVersion(Uri address) => AnyVersion().IsMatch(address.AbsolutePath);

    [GeneratedRegex(@"/v\d+(\.\d+)?$")]
    private static partial Regex TrailingVersion();

    [GeneratedRegex(@"/v\d+(\.\d+)?(/|$)")]
    private static partial Regex AnyVersion();
}
