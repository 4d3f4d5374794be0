using Hotstack.Http;
using Hotstack.OpenShift.Configuration;
using Hotstack.OpenShift.Login;

namespace Hotstack.OpenShift;

/// <summary>A connection to one OpenShift cluster as one user. Safe to use from several threads.</summary>
public sealed class Cluster : IDisposable
{
    private readonly KubernetesApi _api;
    private readonly IActivity _activity;
    private readonly (Api Connections, LoginSession? Login)? _owned;

    private Cluster(ClusterConfiguration configuration, KubernetesApi api, (Api Connections, LoginSession? Login)? owned, IActivity activity, TimeProvider time)
    {
        _api = api;
        _owned = owned;
        _activity = activity;
        Configuration = configuration;
        Time = time;
        Client = new KubernetesOperations(api);
    }

    /// <summary>The kubeconfig's context that it was made from.</summary>
    public string Context => Configuration.Context;

    /// <summary>The clock by which we wait for this cluster.</summary>
    public TimeProvider Time { get; }

    /// <summary>The time by the cluster's own clock; by ours until the first answer has come.</summary>
    public DateTimeOffset Now => _api.Clock.Now;

    /// <summary>How far the cluster's clock is ahead of ours, to a second; null until the first answer has come.</summary>
    public TimeSpan? Skew => _api.Clock.Skew;

    internal ClusterConfiguration Configuration { get; }

    internal KubernetesApi Api => _api;

    /// <summary>The generated operations of KubernetesClient, over this connection.</summary>
    internal KubernetesOperations Client { get; }

    /// <summary>Begins what takes its time once in a process, beside the reading of the kubeconfig and the making of the connection.</summary>
    public static void Prepare() => ModelJson.Prepare();

    /// <summary>Makes a connection ready; the first call opens it.</summary>
    /// <param name="configuration">Which cluster, and as whom.</param>
    /// <param name="activity">Told of every call.</param>
    /// <param name="time">The clock; null for the system's.</param>
    /// <exception cref="HotstackException">A certificate or key cannot be used.</exception>
    public static Cluster Connect(ClusterConfiguration configuration, IActivity activity, TimeProvider? time = null) =>
        Connect(configuration, activity, time, (Interceptor?)null);

    /// <summary>The same with something in between.</summary>
    internal static Cluster Connect(ClusterConfiguration configuration, IActivity activity, TimeProvider? time, Interceptor? interceptor)
    {
        time ??= TimeProvider.System;
        var logins = new ClusterLogins(configuration, activity, time, interceptor);
        return Connect(configuration, logins.Connect(null), activity, time, logins);
    }

    /// <summary>The same over connections that are there; they are closed with it.</summary>
    internal static Cluster Connect(
        ClusterConfiguration configuration, Api connections, IActivity activity, TimeProvider time, ClusterLogins? logins = null)
    {
        LoginSession? login = (logins ?? new ClusterLogins(configuration, activity, time, null)).Open();
        var api = new KubernetesApi(
            configuration, connections, new Credentials(configuration, time), new ServerClock(time), new NewObjects(time), login);
        return new Cluster(configuration, api, (connections, login), activity, time);
    }

    /// <summary>The same connection for those who ask again soon themselves: calls are made once, and given up early.</summary>
    internal Cluster ForPolling() => new(Configuration, _api.ForPolling(), null, _activity, Time);

    /// <summary>
    /// Logs in now if the kubeconfig's user needs a login: the user may have to answer in a browser, and later calls do not wait that long. A
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
