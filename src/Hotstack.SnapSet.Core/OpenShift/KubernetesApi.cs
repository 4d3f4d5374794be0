using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Hotstack.Http;
using Hotstack.OpenShift.Configuration;
using Hotstack.OpenShift.Login;

namespace Hotstack.OpenShift;

/// <summary>Calls an API server: the address, who we are, and the server's clock.</summary>
/// <param name="configuration">Which cluster.</param>
/// <param name="api">The connections to it.</param>
/// <param name="credentials">Who we are by the kubeconfig.</param>
/// <param name="clock">The server's clock.</param>
/// <param name="newObjects">What was made just now.</param>
/// <param name="login">Who we are by a login; null where the kubeconfig has all that is needed.</param>
internal sealed class KubernetesApi(
    ClusterConfiguration configuration, Api api, Credentials credentials, ServerClock clock, NewObjects newObjects, LoginSession? login = null)
{
    /// <summary>As messages name it.</summary>
    public const string Service = "kubernetes";

    public ServerClock Clock => clock;

    /// <summary>What was made just now: a 404 for it is not believed yet.</summary>
    public NewObjects NewObjects => newObjects;

    /// <summary>How long one attempt of a call may take.</summary>
    public TimeSpan Timeout { get; private init; } = TimeSpan.FromSeconds(60);

    private int Retries { get; init; } = RetryPolicy.DefaultRetries;

    /// <summary>For those who ask again soon themselves: a call is made once, and a hanging one is given up early.</summary>
    public KubernetesApi ForPolling() => new(configuration, api, credentials, clock, newObjects, login) { Timeout = TimeSpan.FromSeconds(15), Retries = 0 };

    public ApiRequest Request(HttpMethod method, ApiPath path, IEnumerable<KeyValuePair<string, string>>? query = null) =>
        new(Service, method, new Uri($"{configuration.Server.AbsoluteUri.TrimEnd('/')}/{path.For(Service)}"))
        {
            Query = [.. query ?? []],
            Timeout = Timeout,
            StatusRetries = Retries,
            ConnectionRetries = Retries,
            Hints = ConnectionHints.Kubeconfig,
        };

    /// <inheritdoc cref="Cluster.LogInAsync"/>
    public Task LogInAsync(CancellationToken stop) => login?.LogInAsync(stop) ?? Task.CompletedTask;

    /// <exception cref="ServiceException">The API server refused the call, failed, or was not reached; or the login failed for now.</exception>
    /// <exception cref="HotstackException">The login cannot succeed.</exception>
    public async Task<ApiResponse> SendAsync(ApiRequest request, CancellationToken stop)
    {
        ApiResponse response = await newObjects.SendAsync(request, SendOnceAsync, answer => answer.Status, stop);
        clock.Read(response);
        return response;

        Task<ApiResponse> SendOnceAsync() =>
            login is null ? api.SendAsync(WithCredentials(request), stop) : login.SendAsync(request, api, WithCredentials, stop);
    }

    /// <summary>Reads text: logs, health, metrics.</summary>
    public async Task<string> GetTextAsync(
        ApiPath path, CancellationToken stop, IEnumerable<KeyValuePair<string, string>>? query = null) =>
        (await SendAsync(Request(HttpMethod.Get, path, query), stop)).Text;

    /// <inheritdoc cref="GetTextAsync(ApiPath, CancellationToken, IEnumerable{KeyValuePair{string, string}}?)"/>
    public Task<string> GetTextAsync(
        [ConstantExpected] string path, CancellationToken stop, IEnumerable<KeyValuePair<string, string>>? query = null) =>
        GetTextAsync(ApiPath.Fixed(path), stop, query);

    /// <summary>Whether this version of an API group is served; an empty group is the core's. One that is registered but down is an error (503).</summary>
    public async Task<bool> IsServedAsync(string group, string version, CancellationToken stop) =>
        await SendAsync(Request(HttpMethod.Get, GroupPath(group, version)), stop).OrNullAsync() is not null;

    /// <summary>Where a version of an API group is: <c>api/v1</c>, <c>apis/apps/v1</c>.</summary>
    public static ApiPath GroupPath(string group, string version)
    {
        ApiPath core = $"api/{version}";
        ApiPath other = $"apis/{group}/{version}";
        return group.Length == 0 ? core : other;
    }

    /// <summary>The API groups that are registered, whether they answer or not.</summary>
    public async Task<IReadOnlyList<string>> ListGroupsAsync(CancellationToken stop)
    {
        ApiResponse response = await SendAsync(Request(HttpMethod.Get, $"apis"), stop);
        return [.. response.Json().Items("groups").Select(group => group.Text("name")).OfType<string>()];
    }

    /// <summary>The version of a group that the server would rather be asked by; null if it has no such group.</summary>
    public async Task<string?> FindPreferredVersionAsync(string group, CancellationToken stop) =>
        (await SendAsync(Request(HttpMethod.Get, $"apis/{group}"), stop).OrNullAsync())?.Json().Field("preferredVersion")?.Text("version");

    private ApiRequest WithCredentials(ApiRequest request) => WithCredentials(request, null);

    private ApiRequest WithCredentials(ApiRequest request, LoginCredential? given)
    {
        (IReadOnlyList<KeyValuePair<string, string>> headers, IReadOnlyList<string> secrets) = credentials.Get(given);
        return request with { Headers = [.. request.Headers, .. headers], Secrets = [.. request.Secrets, .. secrets] };
    }
}
