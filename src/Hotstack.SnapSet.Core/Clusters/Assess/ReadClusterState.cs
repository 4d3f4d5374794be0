using Hotstack.Clusters.Nodes;
using Hotstack.OpenShift;
using Hotstack.OpenShift.Objects;
using k8s.Models;

namespace Hotstack.Clusters.Assess;

/// <summary>Reads what a cluster tells about itself, all at once, from its making on.</summary>
internal sealed class ReadClusterState
{
    /// <summary>Served by API servers of OpenShift's own, which may be down while the kube-apiserver is up.</summary>
    public static readonly IReadOnlyList<string> AggregatedGroups =
    [
        .. new[]
        {
            "apps", "authorization", "build", "image", "oauth", "project", "quota", "route", "security", "template", "user",
        }.Select(group => $"{group}.openshift.io"),
    ];

    private static readonly CustomKind<InstalledOperator> InstalledOperators =
        new("operators.coreos.com", "v1alpha1", "clusterserviceversions", InstalledOperator.From);

    /// <summary>The copies that are shown in every namespace say nothing of their own.</summary>
    private static readonly ListQuery Originals = new() { Labels = "!olm.copiedFrom" };

    private readonly Cluster _cluster;

    /// <summary>Whether something answers is asked once: that it does after a while is not what is asked here.</summary>
    private readonly Cluster _impatient;
    private readonly BoundedReads _first;
    private readonly BoundedReads _all;

    /// <param name="cluster">The cluster.</param>
    /// <param name="first">Makes the calls whose answers others wait for.</param>
    /// <param name="all">Makes all others.</param>
    public ReadClusterState(Cluster cluster, BoundedReads first, BoundedReads all)
    {
        (_cluster, _impatient, _first, _all) = (cluster, cluster.ForPolling(), first, all);
        Nodes = ListAsync("nodes", token => cluster.ListNodesAsync(token), first);
        Requests = ListAsync(ClusterLists.SigningRequests, cluster.ListSigningRequestsAsync, first);
        All = ReadAsync();
    }

    /// <summary>The nodes, for those who cannot wait for all.</summary>
    public Task<Reading<IReadOnlyList<V1Node>>> Nodes { get; }

    /// <summary>The signing requests, for those who cannot wait for all.</summary>
    public Task<Reading<IReadOnlyList<V1CertificateSigningRequest>>> Requests { get; }

    /// <summary>All of it; fails with a <see cref="HotstackException"/> if the API server does not accept us, or is not reached.</summary>
    public Task<ClusterState> All { get; }

    private async Task<ClusterState> ReadAsync()
    {
        Task<OfGroups> ofGroups = ReadGroupsAsync();
        Task<Reading<string>> readiness = _all.TryAsync("get /readyz", token => _impatient.Api.GetTextAsync("readyz", token));
        Task<Reading<ClusterVersion?>> version = _all.TryAsync(
            $"get {OpenShiftKinds.ClusterVersions}", token => _cluster.FindAsync(OpenShiftKinds.ClusterVersions, "version", token));
        Task<Reading<IReadOnlyList<ClusterOperator>>> operators = ListAsync(OpenShiftKinds.ClusterOperators);
        Task<Reading<IReadOnlyList<V1Lease>>> leases = ListAsync(
            ClusterLists.Leases, token => _cluster.ListLeasesAsync(token, NodeHeartbeat.Leases), _all);
        Task<Reading<IReadOnlyList<MachineConfigPool>>> pools = ListAsync(OpenShiftKinds.MachineConfigPools);
        Task<Reading<IReadOnlyList<V1APIService>>> services = ListAsync(ClusterLists.ApiServices, _cluster.ListApiServicesAsync, _all);
        Task<Reading<IReadOnlyList<V1Pod>>> pods = ListAsync("pods", token => _cluster.ListPodsAsync(token), _all);
        Task<Reading<StaticPodOperator?>> etcd = FindAsync(OpenShiftKinds.Etcds);
        Task<Reading<StaticPodOperator?>> apiServer = FindAsync(OpenShiftKinds.KubeApiServers);
        Task<Reading<StaticPodOperator?>> controllerManager = FindAsync(OpenShiftKinds.KubeControllerManagers);
        await Task.WhenAll(
            ofGroups, readiness, version, operators, Nodes, leases, pools, services, Requests, pods, etcd, apiServer, controllerManager)
            ;
        OfGroups found = await ofGroups;
        return new ClusterState
        {
            Now = _cluster.Now,
            Readiness = await readiness,
            Version = await version,
            Operators = await operators,
            Nodes = await Nodes,
            NodeLeases = await leases,
            Pools = await pools,
            ApiServices = await services,
            Groups = found.Groups,
            Discovery = found.Discovery,
            ConsoleRoutes = found.Routes,
            Requests = await Requests,
            Etcd = await etcd,
            KubeApiServer = await apiServer,
            KubeControllerManager = await controllerManager,
            InstalledOperators = found.Installed,
            Pods = await pods,
        };
    }

    /// <summary>The API groups, and what is read only where there are such groups.</summary>
    private async Task<OfGroups> ReadGroupsAsync()
    {
        Reading<IReadOnlyList<string>> groups = await _first.TryAsync("list API groups", _cluster.Api.ListGroupsAsync);
        IReadOnlyList<string> registered = groups.Value ?? [];
        Task<KeyValuePair<string, Reading<bool>>[]> discovery = Fanout.SelectAsync(
            registered.Intersect(AggregatedGroups), (group, _) => DiscoverAsync(group), _all.Stop);
        Task<Reading<string>>? routes = !registered.Contains(ConsoleRoutes.Group) ? null : _all.TryAsync(
            $"list routes.{ConsoleRoutes.Group} in openshift-console", token => ConsoleRoutes.ReadAsync(_impatient, token));
        Task<Reading<IReadOnlyList<InstalledOperator>>>? installed = !registered.Contains(InstalledOperators.Group) ? null : ListAsync(InstalledOperators, Originals);
        await Task.WhenAll(new Task?[] { discovery, routes, installed }.OfType<Task>());
        return new OfGroups(
            groups, (await discovery).ToDictionary(),
            routes is null ? null : await routes, installed is null ? null : await installed);
    }

    private Task<Reading<IReadOnlyList<T>>> ListAsync<T>(CustomKind<T> kind, ListQuery? query = null) =>
        ListAsync($"{kind}", token => _cluster.ListAsync(kind, token, query), _all);

    private async Task<Reading<IReadOnlyList<T>>> ListAsync<T>(string kind, Func<CancellationToken, Task<ObjectList<T>>> list, BoundedReads reads)
    {
        Reading<ObjectList<T>> reading = await reads.TryAsync($"list {kind}", list);
        return reading.Select(found => found.Items) with { At = reading.Value?.At ?? _cluster.Now };
    }

    private Task<Reading<StaticPodOperator?>> FindAsync(CustomKind<StaticPodOperator> kind) =>
        _all.TryAsync($"get {kind}", token => _cluster.FindAsync(kind, "cluster", token));

    private async Task<KeyValuePair<string, Reading<bool>>> DiscoverAsync(string group) => new(
        group, await _all.TryAsync($"get /apis/{group}/v1", token => _impatient.Api.IsServedAsync(group, "v1", token)));

    private sealed record OfGroups(
        Reading<IReadOnlyList<string>> Groups, IReadOnlyDictionary<string, Reading<bool>> Discovery, Reading<string>? Routes,
        Reading<IReadOnlyList<InstalledOperator>>? Installed);
}
