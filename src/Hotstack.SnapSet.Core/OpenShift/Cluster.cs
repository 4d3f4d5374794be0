using Hotstack.Http;
using Hotstack.Http.Proxies;
using Hotstack.OpenShift.Login;

namespace Hotstack.OpenShift;

/// <summary>A connection to one OpenShift cluster as one user. Safe to use from several threads once it is open.</summary>
public sealed class Cluster : IDisposable
{
    private readonly ClusterLink _link;
    private readonly IActivity _activity;
    private readonly Interceptor? _interceptor;
    private readonly IDisposable? _way;
    private readonly bool _isOwner;

    private Cluster(
        string name, ClusterLink link, KubernetesApi api, IActivity activity, TimeProvider time, Interceptor? interceptor,
        IDisposable? way, bool isOwner)
    {
        (Name, _link, Api, _activity, Time, _interceptor, _way, _isOwner) = (name, link, api, activity, time, interceptor, way, isOwner);
        Client = new KubernetesOperations(api);
    }

    /// <summary>Its name for people: its stack's if it is reached through a controller, otherwise its context's.</summary>
    public string Name { get; }

    /// <summary>Its context in the kubeconfig.</summary>
    public string Context => Configuration.Context;

    /// <summary>The clock for waits.</summary>
    public TimeProvider Time { get; }

    /// <summary>The time by the cluster's clock; by ours before the first answer.</summary>
    public DateTimeOffset Now => Api.Clock.Now;

    /// <summary>How far the cluster's clock is ahead of ours, to a second; null before the first answer.</summary>
    public TimeSpan? Skew => Api.Clock.Skew;

    /// <summary>Whether calls are possible; see <see cref="OpenAsync"/>.</summary>
    public bool IsOpen => _link.IsOpen;

    /// <summary>What the way through the controller can do besides; null for a direct way.</summary>
    internal IControllerSession? Controller => _way as IControllerSession;

    internal ClusterConfiguration Configuration => _link.Configuration;

    internal KubernetesApi Api { get; }

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
        Cluster cluster = Make(configuration.Context, new ClusterLink(), activity, time ?? TimeProvider.System, interceptor, null);
        cluster.Open(configuration);
        return cluster;
    }

    /// <summary>The same over existing connections, which it owns.</summary>
    internal static Cluster Connect(ClusterConfiguration configuration, Api connections, IActivity activity, TimeProvider time)
    {
        Cluster cluster = Make(configuration.Context, new ClusterLink(), activity, time, null, null);
        LoginSession? login = new ClusterLogins(configuration, activity, time, null).Open();
        cluster._link.Open(configuration, connections, new Credentials(configuration, time), login);
        return cluster;
    }

    /// <summary>A cluster whose configuration is read when <see cref="OpenAsync"/> is called.</summary>
    /// <param name="name">Its name for people.</param>
    /// <param name="configure">Reads the configuration. It is called again after a failure.</param>
    /// <param name="way">The way there, which it owns; closed last.</param>
    /// <param name="find">Checks that there is a way, before anything is started; null for no check.</param>
    /// <param name="activity">Gets a report of each call.</param>
    /// <param name="time">The clock; null for the system's.</param>
    /// <param name="interceptor">A trial's interceptor; null for none.</param>
    internal static Cluster Later(
        string name, Func<CancellationToken, Task<ClusterConfiguration>> configure, IDisposable way, IActivity activity,
        TimeProvider? time = null, Interceptor? interceptor = null, Func<CancellationToken, Task>? find = null) =>
        Make(name, new ClusterLink(configure, find), activity, time ?? TimeProvider.System, interceptor, way);

    /// <summary>The same connection for polling: short timeouts and no retries.</summary>
    internal Cluster ForPolling() => new(Name, _link, Api.ForPolling(), _activity, Time, _interceptor, null, isOwner: false);

    /// <summary>Checks that there is a way to the cluster, for a controller that may be off.</summary>
    /// <exception cref="HotstackException">There is none.</exception>
    internal Task FindWayAsync(CancellationToken stop) => _link.FindAsync(stop);

    /// <summary>Makes calls possible; does nothing if they are. Called by one thread at a time; may be called again after a
    /// failure.</summary>
    /// <exception cref="HotstackException">The controller cannot be reached, or its kubeconfig is missing or not valid.</exception>
    internal async Task OpenAsync(CancellationToken stop)
    {
        if (await _link.ConfigureAsync(stop) is { } configuration)
        {
            Open(configuration);
        }
    }

    /// <summary>The same, and logs in if this opened it.</summary>
    /// <exception cref="HotstackException">As <see cref="OpenAsync"/> and <see cref="LogInAsync"/>.</exception>
    internal async Task OpenAndLogInAsync(CancellationToken stop)
    {
        if (!IsOpen)
        {
            await OpenAsync(stop);
            await LogInAsync(stop);
        }
    }

    /// <summary>
    /// Logs in now if the kubeconfig's user needs a login: the user may have to answer in a browser, and later calls do not wait that long.
    /// A temporary failure is left to the calls.
    /// </summary>
    /// <exception cref="HotstackException">The login cannot succeed.</exception>
    public Task LogInAsync(CancellationToken stop) => Api.LogInAsync(stop);

    /// <summary>Closes the connections.</summary>
    public void Dispose()
    {
        if (_isOwner)
        {
            _link.Dispose();
            _way?.Dispose();
        }
    }

    private static Cluster Make(
        string name, ClusterLink link, IActivity activity, TimeProvider time, Interceptor? interceptor, IDisposable? way) =>
        new(name, link, new KubernetesApi(link, new ServerClock(time), new NewObjects(time)), activity, time, interceptor, way, true);

    private void Open(ClusterConfiguration configuration)
    {
        var logins = new ClusterLogins(configuration, _activity, Time, _interceptor);
        _link.Open(configuration, logins.Connect(null), new Credentials(configuration, Time), logins.Open());
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
            // Variables name proxies of this machine, which are not on the way through a tunnel.
            configuration is { Dial: not null, Proxy: null } ? ProxyRule.None : ProxyRule.OfCluster(configuration.Proxy),
            configuration.Dial);
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

    private Api Connect(TlsConfiguration tls, ProxyRule proxy, Dial? dial = null) =>
        new(HttpTransport.Create(tls, proxy, false, interceptor, null, dial), new RetryPolicy(time, activity),
            activity) { Interceptor = interceptor };
}
