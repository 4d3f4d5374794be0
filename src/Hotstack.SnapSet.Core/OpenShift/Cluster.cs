using System.Text.Json;
using Hotstack.Http;
using Hotstack.OpenShift.Configuration;
using Hotstack.OpenShift.Login;
using Hotstack.OpenShift.Objects;

namespace Hotstack.OpenShift;

/// <summary>A connection to one OpenShift cluster as one user. Safe to use from several threads.</summary>
public sealed class Cluster : IDisposable
{
    private readonly KubernetesApi _api;
    private readonly IActivity _activity;
    private readonly IDisposable? _connections;

    private Cluster(ClusterConfiguration configuration, KubernetesApi api, IDisposable? connections, IActivity activity, TimeProvider time)
    {
        _api = api;
        _connections = connections;
        _activity = activity;
        Configuration = configuration;
        Time = time;
        Nodes = Client("", "v1", "nodes", Node.From);
        Namespaces = Client("", "v1", "namespaces", ObjectMeta.From);
        ServiceAccounts = Client("", "v1", "serviceaccounts", ObjectMeta.From);
        Pods = Client("", "v1", "pods", Pod.From);
        DaemonSets = Client("apps", "v1", "daemonsets", DaemonSet.From);
        Secrets = Client("", "v1", "secrets", TlsSecret.From);
        CertificateSigningRequests = Client(
            "certificates.k8s.io", "v1", "certificatesigningrequests", CertificateSigningRequest.From);
        Leases = Client("coordination.k8s.io", "v1", "leases", Lease.From);
        ApiServices = Client("apiregistration.k8s.io", "v1", "apiservices", ApiService.From);
        ClusterOperators = Client("config.openshift.io", "v1", "clusteroperators", ClusterOperator.From);
        ClusterVersions = Client("config.openshift.io", "v1", "clusterversions", ClusterVersion.From);
        Infrastructures = Client("config.openshift.io", "v1", "infrastructures", Infrastructure.From);
        Networks = Client("config.openshift.io", "v1", "networks", ClusterNetwork.From);
        MachineConfigPools = Client("machineconfiguration.openshift.io", "v1", "machineconfigpools", MachineConfigPool.From);
        Etcds = Client("operator.openshift.io", "v1", "etcds", StaticPodOperator.From);
        KubeApiServers = Client("operator.openshift.io", "v1", "kubeapiservers", StaticPodOperator.From);
        KubeControllerManagers = Client("operator.openshift.io", "v1", "kubecontrollermanagers", StaticPodOperator.From);
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

    internal ResourceClient<Node> Nodes { get; }

    internal ResourceClient<ObjectMeta> Namespaces { get; }

    internal ResourceClient<ObjectMeta> ServiceAccounts { get; }

    internal ResourceClient<Pod> Pods { get; }

    internal ResourceClient<DaemonSet> DaemonSets { get; }

    internal ResourceClient<TlsSecret> Secrets { get; }

    internal ResourceClient<CertificateSigningRequest> CertificateSigningRequests { get; }

    internal ResourceClient<Lease> Leases { get; }

    internal ResourceClient<ApiService> ApiServices { get; }

    internal ResourceClient<ClusterOperator> ClusterOperators { get; }

    internal ResourceClient<ClusterVersion> ClusterVersions { get; }

    internal ResourceClient<Infrastructure> Infrastructures { get; }

    internal ResourceClient<ClusterNetwork> Networks { get; }

    internal ResourceClient<MachineConfigPool> MachineConfigPools { get; }

    internal ResourceClient<StaticPodOperator> Etcds { get; }

    internal ResourceClient<StaticPodOperator> KubeApiServers { get; }

    internal ResourceClient<StaticPodOperator> KubeControllerManagers { get; }

    /// <summary>Prepares a connection; the first call opens it.</summary>
    /// <param name="configuration">Which cluster, and as whom.</param>
    /// <param name="activity">Told of every call.</param>
    /// <param name="time">The clock; null for the system's.</param>
    /// <exception cref="HotstackException">A certificate or key cannot be used.</exception>
    public static Cluster Connect(ClusterConfiguration configuration, IActivity activity, TimeProvider? time = null) =>
        Connect(configuration, activity, time, (Wire?)null);

    /// <summary>The same with something in between.</summary>
    internal static Cluster Connect(ClusterConfiguration configuration, IActivity activity, TimeProvider? time, Wire? wire)
    {
        time ??= TimeProvider.System;
        var logins = new ClusterLogins(configuration, activity, time, wire);
        return Connect(configuration, logins.Connect(null), activity, time, logins);
    }

    /// <summary>The same over connections that are there; they are closed with it.</summary>
    internal static Cluster Connect(
        ClusterConfiguration configuration, Api connections, IActivity activity, TimeProvider time, ClusterLogins? logins = null)
    {
        LoginSession? login = (logins ?? new ClusterLogins(configuration, activity, time, null)).Open();
        var api = new KubernetesApi(
            configuration, connections, new Credentials(configuration, time), new ServerClock(time), new NewObjects(time), login);
        return new Cluster(configuration, api, new OpenConnections(connections, login), activity, time);
    }

    /// <summary>The same connection for those who ask again soon themselves: calls are made once, and given up early.</summary>
    internal Cluster ForPolling() => new(Configuration, _api.ForPolling(), null, _activity, Time);

    /// <summary>A client for a kind that has no property here.</summary>
    internal ResourceClient<T> Client<T>(string group, string version, string plural, Func<JsonElement, T> read) =>
        new(_api, new ResourceType(group, version, plural), read);

    /// <summary>Follows the objects of a kind.</summary>
    internal ResourceWatch<T> Watch<T>(ResourceClient<T> client, Func<T, ObjectMeta> metaOf, Selection? selection = null) =>
        new(client, selection ?? Selection.All, metaOf, Time, _activity);

    /// <summary>
    /// Logs in now, where that takes a login of its own: somebody may have to answer in a browser, for which no later call has the time. A
    /// failure that may pass is left to the calls.
    /// </summary>
    /// <exception cref="HotstackException">The login cannot succeed.</exception>
    public Task LogInAsync(CancellationToken stop) => _api.LogInAsync(stop);

    /// <summary>Closes the connections.</summary>
    public void Dispose() => _connections?.Dispose();
}
