using System.Diagnostics.CodeAnalysis;
using Hotstack.Http;
using Hotstack.OpenShift.Login;

namespace Hotstack.OpenShift;

/// <summary>Calls an API server, with address, credentials and the server's clock.</summary>
/// <param name="link">The connections and credentials, which may be opened later than this object is made.</param>
/// <param name="clock">The server's clock.</param>
/// <param name="newObjects">New objects.</param>
internal sealed class KubernetesApi(ClusterLink link, ServerClock clock, NewObjects newObjects)
{
    /// <summary>Its name in messages.</summary>
    public const string Service = "kubernetes";

    public ServerClock Clock => clock;

    /// <summary>New objects, whose 404 is retried.</summary>
    public NewObjects NewObjects => newObjects;

    /// <summary>The timeout of one attempt.</summary>
    public TimeSpan Timeout { get; private init; } = TimeSpan.FromSeconds(60);

    private int Retries { get; init; } = RetryPolicy.DefaultRetries;

    /// <summary>For polling: a short timeout and no retries.</summary>
    public KubernetesApi ForPolling() =>
        new(link, clock, newObjects) { Timeout = TimeSpan.FromSeconds(15), Retries = 0 };

    public ApiRequest Request(HttpMethod method, ApiPath path, IEnumerable<KeyValuePair<string, string>>? query = null) =>
        new(Service, method, new Uri($"{link.Configuration.Server.AbsoluteUri.TrimEnd('/')}/{path.For(Service)}"))
        {
            Query = [.. query ?? []],
            Timeout = Timeout,
            StatusRetries = Retries,
            ConnectionRetries = Retries,
            Hints = link.Configuration.Hints,
        };

    /// <inheritdoc cref="Cluster.LogInAsync"/>
    public Task LogInAsync(CancellationToken stop) => link.Login?.LogInAsync(stop) ?? Task.CompletedTask;

    /// <exception cref="ServiceException">The API server refused the call, failed, or was not reached; or the login failed
    /// temporarily.</exception>
    /// <exception cref="HotstackException">The login cannot succeed.</exception>
    public async Task<ApiResponse> SendAsync(ApiRequest request, CancellationToken stop)
    {
        ApiResponse response = await newObjects.SendAsync(request, SendOnceAsync, answer => answer.Status, stop);
        clock.Read(response);
        return response;

        Task<ApiResponse> SendOnceAsync() =>
            link.Login is { } login ? login.SendAsync(request, link.Connections, WithCredentials, stop)
                : link.Connections.SendAsync(WithCredentials(request), stop);
    }

    /// <summary>Reads text: logs, health, metrics.</summary>
    public async Task<string> GetTextAsync(
        ApiPath path, CancellationToken stop, IEnumerable<KeyValuePair<string, string>>? query = null) =>
        (await SendAsync(Request(HttpMethod.Get, path, query), stop)).Text;

    /// <inheritdoc cref="GetTextAsync(ApiPath, CancellationToken, IEnumerable{KeyValuePair{string, string}}?)"/>
    public Task<string> GetTextAsync(
        [ConstantExpected] string path, CancellationToken stop, IEnumerable<KeyValuePair<string, string>>? query = null) =>
        GetTextAsync(ApiPath.Fixed(path), stop, query);

    /// <summary>Whether this version of an API group is served; the core group is empty. A registered group that is down is an error
    /// (503); so is an answer that is no JSON object (<c>ResponseInvalid</c>): a page of a proxy or a console serves nothing.</summary>
    public async Task<bool> IsServedAsync(string group, string version, CancellationToken stop)
    {
        ApiResponse? response = await SendAsync(Request(HttpMethod.Get, GroupPath(group, version)), stop).OrNullAsync();
        _ = response?.Json();
        return response is not null;
    }

    /// <summary>The path of a version of an API group: <c>api/v1</c>, <c>apis/apps/v1</c>.</summary>
    public static ApiPath GroupPath(string group, string version)
    {
        ApiPath core = $"api/{version}";
        ApiPath other = $"apis/{group}/{version}";
        return group.Length == 0 ? core : other;
    }

    /// <summary>The registered API groups, available or not.</summary>
    public async Task<IReadOnlyList<string>> ListGroupsAsync(CancellationToken stop)
    {
        ApiResponse response = await SendAsync(Request(HttpMethod.Get, $"apis"), stop);
        return [.. response.Json().Items("groups").Select(group => group.Text("name")).OfType<string>()];
    }

    /// <summary>The preferred version of a group; null if there is no such group.</summary>
    public async Task<string?> FindPreferredVersionAsync(string group, CancellationToken stop) =>
        (await SendAsync(Request(HttpMethod.Get, $"apis/{group}"), stop).OrNullAsync())?.Json().Field("preferredVersion")?.Text("version");

    /// <summary>The version of the API server: <c>v1.31.7</c>; null if it does not say.</summary>
    public async Task<string?> FindServerVersionAsync(CancellationToken stop) =>
        (await SendAsync(Request(HttpMethod.Get, $"version"), stop).OrNullAsync())?.Json().Text("gitVersion");

    private ApiRequest WithCredentials(ApiRequest request) => WithCredentials(request, null);

    private ApiRequest WithCredentials(ApiRequest request, LoginCredential? given)
    {
        (IReadOnlyList<KeyValuePair<string, string>> headers, IReadOnlyList<string> secrets) = link.Credentials.Get(given);
        return request with { Headers = [.. request.Headers, .. headers], Secrets = [.. request.Secrets, .. secrets] };
    }
}
