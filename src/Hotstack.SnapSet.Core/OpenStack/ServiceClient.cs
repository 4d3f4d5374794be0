using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Hotstack.Http;
using Hotstack.OpenStack.Configuration;
using Hotstack.OpenStack.Identity;

namespace Hotstack.OpenStack;

/// <summary>Calls one service of a cloud: finds its address, sends our token, and renews a refused token once.</summary>
internal sealed class ServiceClient(
    CloudConfiguration configuration, TokenSource tokens, Api api, ServerClock clock, string service,
        ServiceClient.PlainEndpoints? plainEndpoints = null,
    NewObjects? newObjects = null)
{
    private readonly ConcurrentDictionary<Uri, Uri> _discovered = new();

    /// <summary>The timeout of one attempt, unless <c>api_timeout</c> is configured.</summary>
    public static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(60);

    /// <summary>New objects of all services of the cloud, whose 404 is retried.</summary>
    public NewObjects NewObjects { get; } = newObjects ?? new NewObjects(TimeProvider.System);

    /// <summary>Makes a request to a path below the service's address.</summary>
    /// <exception cref="HotstackException">An id is not valid in an address (<c>IdInvalid</c>).</exception>
    public ApiRequest Request(HttpMethod method, ApiPath path) =>
        new(service, method, new Uri(path.For(service), UriKind.Relative))
        {
            Timeout = configuration.ApiTimeout ?? DefaultTimeout,
            StatusRetries = configuration.StatusCodeRetries(service) ?? RetryPolicy.DefaultRetries,
            ConnectionRetries = configuration.ConnectRetries(service) ?? RetryPolicy.DefaultRetries,
        };

    /// <summary>Makes a request to a constant path.</summary>
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

    /// <summary>Returns the answer as a stream.</summary>
    /// <inheritdoc cref="SendAsync"/>
    public Task<ApiStream> DownloadAsync(ApiRequest request, CancellationToken stop) =>
        WithTokenAsync(request, complete => api.DownloadAsync(complete, stop), stop);

    /// <summary>Sends a body from a source.</summary>
    /// <inheritdoc cref="SendAsync"/>
    public Task<ApiResponse> UploadAsync(ApiRequest request, IUploadSource source, CancellationToken stop) =>
        NewObjects.SendAsync(
            request, () => WithTokenAsync(request, complete => api.UploadAsync(complete, source, stop), stop), response => response.Status,
                stop);

    /// <summary>The cloud has no such service in its catalogue.</summary>
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
            // The service did nothing: any call is safe to repeat.
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
        if (!EndpointAddress.NeedsDiscovery(service, endpoint, token.ProjectId))
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

    /// <summary>Asks the endpoint for its versions; null if it names none. A failure of the service may be transient.</summary>
    private async Task<(Uri? Found, bool IsSure)> DiscoverAsync(Uri endpoint, Token token, CancellationToken stop)
    {
        ApiRequest request = Request(HttpMethod.Get, "").AsOptional() with { Uri = endpoint, AlsoExpected = [300] };
        try
        {
            ApiResponse response = await api.SendAsync(WithToken(request, token), stop);
            return (EndpointAddress.Discovered(service, endpoint, response, token.ProjectId), true);
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
                $"Cloud '{configuration.Name}' authenticates without Keystone, so the address of its {service} service is unknown.")
            {
                Target = service,
                Hint = $"Set '{service.Replace('-', '_')}_endpoint_override' (or 'endpoint') in clouds.yaml.",
            };
        }

        string type = configuration.ServiceType(service);
        Uri found = token.Catalog.Find(
            configuration.Name,
            // A configured type comes before its aliases and the official name.
            [type, .. ServiceTypeNames.All(type).Where(alias => alias != type)],
            configuration.Interfaces(service), configuration.RegionOf(service), configuration.ServiceName(service));
        plainEndpoints?.Check(service, found);
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
                $"Cloud '{configuration.Name}': the {service.Replace('-', '_')}_endpoint_override needs the id of the project, and a fixed token does not name it.")
            {
                Target = configuration.Name,
                Hint = "Write the id of the project in place of %(project_id)s.",
            };
        }

        // Keystone gave it.
        ApiPath project = $"{projectId}";
        return new Uri(ServiceUrl.WithProject(@override, project.For("identity")));
    }

    /// <summary>
    /// Warns once for each service whose address in the catalogue is not https although Keystone's is: our token goes there
    /// unencrypted. It is sent nevertheless, since the cloud itself names the address.
    /// </summary>
    internal sealed class PlainEndpoints(CloudConfiguration configuration, IActivity activity)
    {
        private readonly ConcurrentDictionary<string, bool> _told = new(StringComparer.Ordinal);
        private readonly bool _isKeystonePlain =
            !configuration.Auth.GetValueOrDefault("auth_url", "").StartsWith("https:", StringComparison.OrdinalIgnoreCase);

        /// <summary>Checks the address of a service.</summary>
        public void Check(string service, Uri address)
        {
            if (!_isKeystonePlain && address.Scheme == Uri.UriSchemeHttp && !address.IsLoopback && _told.TryAdd(service, true))
            {
                activity.Warning(
                    $"The catalogue of cloud '{configuration.Name}' gives {ServiceException.Address(address)} for {service}, which is not https:"
                    + $" the token goes there unencrypted. If the service speaks TLS, set {service.Replace('-', '_')}_endpoint_override in clouds.yaml.");
            }
        }
    }
}
