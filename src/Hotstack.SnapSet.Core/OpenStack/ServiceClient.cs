using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Hotstack.Http;
using Hotstack.OpenStack.Configuration;
using Hotstack.OpenStack.Identity;

namespace Hotstack.OpenStack;

/// <summary>Calls one service of a cloud: finds its address, shows our token, renews that once when it is refused.</summary>
internal sealed class ServiceClient(
    CloudConfiguration configuration, TokenSource tokens, Api api, ServerClock clock, string service, PlainEndpoints? plainEndpoints = null,
    NewObjects? newObjects = null)
{
    private readonly ConcurrentDictionary<Uri, Uri> _discovered = new();

    /// <summary>How long one attempt may take, unless the configuration sets <c>api_timeout</c>.</summary>
    public static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(60);

    /// <summary>What was made just now, by any service of the cloud: a 404 for it is not believed yet.</summary>
    public NewObjects NewObjects { get; } = newObjects ?? new NewObjects(TimeProvider.System);

    /// <summary>Makes a request to a path below the service's address.</summary>
    /// <exception cref="HotstackException">An id in the path cannot stand in an address (<c>IdInvalid</c>).</exception>
    public ApiRequest Request(HttpMethod method, ApiPath path) =>
        new(service, method, new Uri(path.For(service), UriKind.Relative))
        {
            Timeout = configuration.ApiTimeout ?? DefaultTimeout,
            StatusRetries = configuration.StatusCodeRetries(service) ?? RetryPolicy.DefaultRetries,
            ConnectionRetries = configuration.ConnectRetries(service) ?? RetryPolicy.DefaultRetries,
        };

    /// <summary>Makes a request to a path that is the same for all.</summary>
    public ApiRequest Request(HttpMethod method, [ConstantExpected] string path) => Request(method, ApiPath.Fixed(path));

    /// <exception cref="HotstackException">The service is not in the catalogue, refused the call, or failed.</exception>
    public Task<ApiResponse> SendAsync(ApiRequest request, CancellationToken stop) => NewObjects.SendAsync(
        request,
        () => WithTokenAsync(
            request,
            async complete =>
            {
                ApiResponse response = await api.SendAsync(complete, stop);
                clock.Read(response);
                return response;
            },
            stop),
        response => response.Status, stop);

    /// <summary>Gives the answer as a stream of bytes.</summary>
    /// <inheritdoc cref="SendAsync"/>
    public Task<ApiStream> DownloadAsync(ApiRequest request, CancellationToken stop) =>
        WithTokenAsync(request, complete => api.DownloadAsync(complete, stop), stop);

    /// <summary>Sends a body that is not held in memory.</summary>
    /// <inheritdoc cref="SendAsync"/>
    public Task<ApiResponse> UploadAsync(ApiRequest request, IUploadSource source, CancellationToken stop) =>
        NewObjects.SendAsync(
            request, () => WithTokenAsync(request, complete => api.UploadAsync(complete, source, stop), stop), response => response.Status, stop);

    /// <summary>The cloud has no such service, as far as we are told.</summary>
    public static bool IsWithoutEndpoint(HotstackException failure) => failure.Id == "EndpointNotFound";

    private async Task<T> WithTokenAsync<T>(ApiRequest request, Func<ApiRequest, Task<T>> send, CancellationToken stop)
    {
        Token token = await tokens.GetAsync(stop);
        try
        {
            return await send(await CompleteAsync(request, token, stop));
        }
        catch (ServiceException e) when (e.Status == 401 && configuration.UsesKeystone)
        {
            // The service did nothing, so the call may be repeated whatever it is.
            token = await tokens.GetInsteadOfAsync(token, stop);
            return await send(await CompleteAsync(request, token, stop));
        }
    }

    private async Task<ApiRequest> CompleteAsync(ApiRequest request, Token token, CancellationToken stop)
    {
        Uri address = await AddressAsync(token, stop);
        return WithToken(
            request with { Uri = new Uri($"{address.AbsoluteUri.TrimEnd('/')}/{request.Uri.OriginalString}") }, token);
    }

    private ApiRequest WithToken(ApiRequest request, Token token)
    {
        request = request with { Secrets = [.. request.Secrets, .. configuration.Secrets] };
        return token.Value is not { } secret
            ? request
            : request with { Headers = [.. request.Headers, new("X-Auth-Token", secret)], Secrets = [.. request.Secrets, secret] };
    }

    private async Task<Uri> AddressAsync(Token token, CancellationToken stop)
    {
        Uri endpoint = Endpoint(token);
        if (!VersionDiscovery.IsNeeded(service, endpoint, token.ProjectId))
        {
            return EndpointAddress.Of(service, endpoint, token.ProjectId);
        }

        if (!_discovered.TryGetValue(endpoint, out Uri? address))
        {
            (Uri? found, bool isSure) = await DiscoverAsync(endpoint, token, stop);
            address = found ?? EndpointAddress.Of(service, endpoint, token.ProjectId);
            if (isSure)
            {
                _discovered[endpoint] = address;
            }
        }

        return address;
    }

    /// <summary>Asks the endpoint which versions are there; null if it does not tell. A failure of the service may pass.</summary>
    private async Task<(Uri? Found, bool IsSure)> DiscoverAsync(Uri endpoint, Token token, CancellationToken stop)
    {
        ApiRequest request = Request(HttpMethod.Get, "").AsOptional() with { Uri = endpoint, AlsoExpected = [300] };
        try
        {
            ApiResponse response = await api.SendAsync(WithToken(request, token), stop);
            return (VersionDiscovery.Read(service, endpoint, response, token.ProjectId), true);
        }
        catch (ServiceException e) when (e.Status is not (null or 401))
        {
            return (null, e.Status < 500);
        }
    }

    private Uri Endpoint(Token token)
    {
        if (configuration.EndpointOverride(service) is { } @override)
        {
            return Filled(@override, token);
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

        string type = configuration.ServiceType(service);
        Uri found = token.Catalog.Find(
            configuration.Name,
            // A type that was configured comes before its aliases, also before the official name.
            [type, .. ServiceTypeNames.All(type).Where(alias => alias != type)],
            configuration.Interfaces(service), configuration.RegionOf(service), configuration.ServiceName(service));
        plainEndpoints?.Look(service, found);
        return found;
    }

    private Uri Filled(string @override, Token token)
    {
        if (!ServiceUrl.NamesProject(@override))
        {
            return new Uri(@override);
        }

        if (token.ProjectId is not { } projectId)
        {
            throw new HotstackException(
                ErrorCause.ConfigurationInvalid, CloudErrors.InvalidId,
                $"Cloud '{configuration.Name}': the {service.Replace('-', '_')}_endpoint_override needs the id of the project, which a fixed token does not tell.")
            {
                Target = configuration.Name,
                Hint = "Write the id of the project in place of %(project_id)s.",
            };
        }

        // Keystone gave it.
        ApiPath project = $"{projectId}";
        return new Uri(ServiceUrl.WithProject(@override, project.For("identity")));
    }
}
