using Hotstack.Http;
using Hotstack.OpenShift;
using Hotstack.OpenShift.Objects;

namespace Hotstack.Clusters.Health;

/// <summary>Reads what a cluster tells about itself, all at once.</summary>
internal sealed class ReadClusterState(Cluster cluster)
{
    /// <summary>Served by API servers of OpenShift's own, which may be down while the kube-apiserver is up.</summary>
    public static readonly IReadOnlyList<string> AggregatedGroups =
    [
        .. new[]
        {
            "apps", "authorization", "build", "image", "oauth", "project", "quota", "route", "security", "template", "user",
        }.Select(group => $"{group}.openshift.io"),
    ];

    private const string OperatorGroup = "operators.coreos.com";

    /// <summary>The copies that are shown in every namespace say nothing of their own.</summary>
    private static readonly Selection Originals = new() { Labels = "!olm.copiedFrom" };

    /// <exception cref="HotstackException">The API server does not accept us, or is not reached.</exception>
    public async Task<ClusterState> RunAsync(CancellationToken stop)
    {
        Reading<IReadOnlyList<string>> groups = await Reading.TryAsync("list API groups", () => cluster.Api.ListGroupsAsync(stop)).ConfigureAwait(false);
        IReadOnlyList<string> registered = groups.Value ?? [];

        // Whether something answers is asked once: that it does after a while is not what is asked here.
        Cluster impatient = cluster.ForPolling();
        Task<Reading<string>> readiness = Reading.TryAsync("get /readyz", () => impatient.Api.GetTextAsync("readyz", stop));
        Task<KeyValuePair<string, Reading<bool>>[]> discovery = Fanout.SelectAsync(
            registered.Intersect(AggregatedGroups), (group, token) => DiscoverAsync(impatient, group, token), stop);
        Task<Reading<string>?> routes = registered.Contains(ConsoleRoutes.Group) ? ReadConsoleRoutesAsync(impatient, stop) : None<string>();
        Task<Reading<IReadOnlyList<InstalledOperator>>?> installed =
            registered.Contains(OperatorGroup) ? ReadInstalledAsync(stop) : None<IReadOnlyList<InstalledOperator>>();

        Task<Reading<ClusterVersion?>> version = Reading.TryAsync(
            "get clusterversions.config.openshift.io", () => cluster.ClusterVersions.FindAsync("version", stop));
        Task<Reading<IReadOnlyList<ClusterOperator>>> operators = ListAsync(cluster.ClusterOperators, stop);
        Task<Reading<IReadOnlyList<Node>>> nodes = ListAsync(cluster.Nodes, stop);
        Task<Reading<IReadOnlyList<Lease>>> leases = ListAsync(cluster.Leases, stop, NodeHeartbeat.Leases);
        Task<Reading<IReadOnlyList<MachineConfigPool>>> pools = ListAsync(cluster.MachineConfigPools, stop);
        Task<Reading<IReadOnlyList<ApiService>>> services = ListAsync(cluster.ApiServices, stop);
        Task<Reading<IReadOnlyList<CertificateSigningRequest>>> requests = ListAsync(cluster.CertificateSigningRequests, stop);
        Task<Reading<IReadOnlyList<Pod>>> pods = ListAsync(cluster.Pods, stop);
        Task<Reading<StaticPodOperator?>> etcd = FindAsync(cluster.Etcds, stop);
        Task<Reading<StaticPodOperator?>> apiServer = FindAsync(cluster.KubeApiServers, stop);
        Task<Reading<StaticPodOperator?>> controllerManager = FindAsync(cluster.KubeControllerManagers, stop);
        await Task.WhenAll(
            readiness, discovery, routes, installed, version, operators, nodes, leases, pools, services, requests, pods, etcd, apiServer,
            controllerManager).ConfigureAwait(false);
        return new ClusterState
        {
            Now = cluster.Now,
            Readiness = await readiness.ConfigureAwait(false),
            Version = await version.ConfigureAwait(false),
            Operators = await operators.ConfigureAwait(false),
            Nodes = await nodes.ConfigureAwait(false),
            NodeLeases = await leases.ConfigureAwait(false),
            Pools = await pools.ConfigureAwait(false),
            ApiServices = await services.ConfigureAwait(false),
            Groups = groups,
            Discovery = (await discovery.ConfigureAwait(false)).ToDictionary(),
            ConsoleRoutes = await routes.ConfigureAwait(false),
            Requests = await requests.ConfigureAwait(false),
            Etcd = await etcd.ConfigureAwait(false),
            KubeApiServer = await apiServer.ConfigureAwait(false),
            KubeControllerManager = await controllerManager.ConfigureAwait(false),
            InstalledOperators = await installed.ConfigureAwait(false),
            Pods = await pods.ConfigureAwait(false),
        };
    }

    private static Task<Reading<IReadOnlyList<T>>> ListAsync<T>(ResourceClient<T> client, CancellationToken stop, Selection? selection = null) =>
        Reading.TryAsync($"list {client.Type}", () => client.ListAsync(stop, selection));

    private static Task<Reading<StaticPodOperator?>> FindAsync(ResourceClient<StaticPodOperator> client, CancellationToken stop) =>
        Reading.TryAsync($"get {client.Type}", () => client.FindAsync("cluster", stop));

    private static Task<Reading<T>?> None<T>() => Task.FromResult<Reading<T>?>(null);

    private static async Task<KeyValuePair<string, Reading<bool>>> DiscoverAsync(Cluster impatient, string group, CancellationToken stop) =>
        new(group, await Reading.TryAsync($"get /apis/{group}/v1", () => impatient.Api.IsServedAsync(group, "v1", stop)).ConfigureAwait(false));

    private static async Task<Reading<string>?> ReadConsoleRoutesAsync(Cluster impatient, CancellationToken stop) =>
        await Reading.TryAsync(
            "list routes.route.openshift.io in openshift-console",
            () => ConsoleRoutes.ReadAsync(impatient, stop)).ConfigureAwait(false);

    private async Task<Reading<IReadOnlyList<InstalledOperator>>?> ReadInstalledAsync(CancellationToken stop) =>
        await ListAsync(
            cluster.Client(OperatorGroup, "v1alpha1", "clusterserviceversions", InstalledOperator.From), stop, Originals).ConfigureAwait(false);
}
