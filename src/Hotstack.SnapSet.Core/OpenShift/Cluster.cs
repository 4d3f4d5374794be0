using Hotstack.Http;
using Hotstack.Http.Proxies;
using Hotstack.OpenShift.Login;

namespace Hotstack.OpenShift;

/// <summary>A connection to one OpenShift cluster as one user. Safe to use from several threads.</summary>
public sealed class Cluster : IDisposable
{
    private readonly KubernetesApi _api;
    private readonly IActivity _activity;
    private readonly (Api Connections, LoginSession? Login)? _owned;

    private Cluster(ClusterConfiguration configuration, KubernetesApi api, (Api Connections, LoginSession? Login)? owned,
        IActivity activity, TimeProvider time)
    {
        _api = api;
        _owned = owned;
        _activity = activity;
        Configuration = configuration;
        Time = time;
        Client = new KubernetesOperations(api);
    }

    /// <summary>Its context in the kubeconfig.</summary>
    public string Context => Configuration.Context;

    /// <summary>The clock for waits.</summary>
    public TimeProvider Time { get; }

    /// <summary>The time by the cluster's clock; by ours before the first answer.</summary>
    public DateTimeOffset Now => _api.Clock.Now;

    /// <summary>How far the cluster's clock is ahead of ours, to a second; null before the first answer.</summary>
    public TimeSpan? Skew => _api.Clock.Skew;

    internal ClusterConfiguration Configuration { get; }

    internal KubernetesApi Api => _api;

    /// <summary>The generated operations of KubernetesClient, over this connection.</summary>
    internal KubernetesOperations Client { get; }

    /// <summary>Starts the slow preparation that a process needs once, in parallel with reading the kubeconfig and connecting.</summary>
    public static void Prepare() => ModelJson.Prepare();

    /// <summary>Prepares a connection; the first call opens it.</summary>
    /// <param name="configuration">The cluster and the credentials.</param>
    /// <param name="activity">Gets a report of each call.</param>
    /// <param name="time">The clock; null for the system's.</param>
    /// <exception cref="HotstackException">A certificate or key cannot be used.</exception>
    public static Cluster Connect(ClusterConfiguration configuration, IActivity activity, TimeProvider? time = null) =>
        Connect(configuration, activity, time, (Interceptor?)null);

    /// <summary>The same with a trial's interceptor.</summary>
    internal static Cluster Connect(ClusterConfiguration configuration, IActivity activity, TimeProvider? time, Interceptor? interceptor)
    {
        time ??= TimeProvider.System;
        var logins = new ClusterLogins(configuration, activity, time, interceptor);
        return Connect(configuration, logins.Connect(null), activity, time, logins);
    }

    /// <summary>The same over existing connections, which it owns.</summary>
    internal static Cluster Connect(
        ClusterConfiguration configuration, Api connections, IActivity activity, TimeProvider time, ClusterLogins? logins = null)
    {
        LoginSession? login = (logins ?? new ClusterLogins(configuration, activity, time, null)).Open();
        var api = new KubernetesApi(
            configuration, connections, new Credentials(configuration, time), new ServerClock(time), new NewObjects(time), login);
        return new Cluster(configuration, api, (connections, login), activity, time);
    }

    /// <summary>The same connection for polling: short timeouts and no retries.</summary>
    internal Cluster ForPolling() => new(Configuration, _api.ForPolling(), null, _activity, Time);

    /// <summary>
    /// Logs in now if the kubeconfig's user needs a login: the user may have to answer in a browser, and later calls do not wait that long.
    /// A
    /// temporary failure is left to the calls.
    /// </summary>
    /// <exception cref="HotstackException">The login cannot succeed.</exception>
    public Task LogInAsync(CancellationToken stop) => _api.LogInAsync(stop);

    /// <summary>Closes the connections.</summary>
    public void Dispose()
    {
        _owned?.Connections.Dispose();
        _owned?.Login?.Dispose();
    }
}

/// <summary>Makes the connections to a cluster and the login of its user.</summary>
/// <param name="configuration">The cluster and the user.</param>
/// <param name="activity">Gets a report of each call and login.</param>
/// <param name="time">The clock.</param>
/// <param name="interceptor">A trial's interceptor; null for none.</param>
internal sealed class ClusterLogins(ClusterConfiguration configuration, IActivity activity, TimeProvider time, Interceptor? interceptor)
{
    /// <summary>Connections to the API server.</summary>
    /// <param name="certificate">A login's client certificate; null for that of the kubeconfig, if any.</param>
    /// <exception cref="HotstackException">A certificate or key cannot be used.</exception>
    public Api Connect(LoginCertificate? certificate)
    {
        TlsConfiguration tls = configuration.Tls with { WritesRepeatedFields = configuration.RepeatsFields };
        return Connect(
            certificate is null ? tls : tls with { ClientCertificate = certificate.Certificate, ClientKey = certificate.Key },
            ProxyRule.OfCluster(configuration.Proxy));
    }

    /// <summary>The login; null if the kubeconfig needs none.</summary>
    public LoginSession? Open()
    {
        ILogin? login = configuration switch
        {
            { Exec: { } plugin } => new ExecLogin(plugin, configuration, activity, time),
            // As client-go: the cluster's own proxy is not used for the issuer.
            { Oidc: { } provider } => new OidcLogin(provider, () => Connect(provider.Tls, ProxyRule.OfCluster(null)), activity, time),
            _ => null,
        };
        return login is null ? null : new LoginSession(login, Connect, time);
    }

    private Api Connect(TlsConfiguration tls, ProxyRule proxy) =>
        new(HttpTransport.Create(tls, proxy, false, interceptor, null), new RetryPolicy(time, activity),
            activity) { Interceptor = interceptor };
}
