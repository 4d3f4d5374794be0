using System.Text.Json;
using Hotstack.Clusters.Nodes;
using Hotstack.OpenShift;
using Hotstack.OpenShift.Objects;
using k8s.Models;

namespace Hotstack.Clusters.Assess;

/// <summary>What a cluster reports about itself at one moment. Each part may have failed by itself.</summary>
internal sealed record ClusterState
{
    /// <summary>The moment, by the cluster's clock.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>The API server's answer about its own readiness.</summary>
    public required Reading<string> Readiness { get; init; }

    /// <summary>The version; null where the cluster has none.</summary>
    public required Reading<ClusterVersion?> Version { get; init; }

    public required Reading<IReadOnlyList<ClusterOperator>> Operators { get; init; }

    public required Reading<IReadOnlyList<V1Node>> Nodes { get; init; }

    /// <summary>The nodes' leases, named like the nodes.</summary>
    public required Reading<IReadOnlyList<V1Lease>> NodeLeases { get; init; }

    public required Reading<IReadOnlyList<MachineConfigPool>> Pools { get; init; }

    public required Reading<IReadOnlyList<V1APIService>> ApiServices { get; init; }

    /// <summary>The registered API groups, whether they answer or not.</summary>
    public required Reading<IReadOnlyList<string>> Groups { get; init; }

    /// <summary>By each of OpenShift's registered aggregated API groups: whether it serves its version v1.</summary>
    public required IReadOnlyDictionary<string, Reading<bool>> Discovery { get; init; }

    /// <summary>A read of the console's routes; null if the cluster has no routes.</summary>
    public Reading<string>? ConsoleRoutes { get; init; }

    public required Reading<IReadOnlyList<V1CertificateSigningRequest>> Requests { get; init; }

    public required Reading<StaticPodOperator?> Etcd { get; init; }

    public required Reading<StaticPodOperator?> KubeApiServer { get; init; }

    public required Reading<StaticPodOperator?> KubeControllerManager { get; init; }

    /// <summary>The operators of the operator lifecycle manager; null if the cluster does not have it.</summary>
    public Reading<IReadOnlyList<InstalledOperator>>? InstalledOperators { get; init; }

    /// <summary>The BareMetalHosts; null if the cluster has no such kind, or nothing to compare them with.</summary>
    public Reading<IReadOnlyList<BareMetalHost>>? BareMetalHosts { get; init; }

    /// <summary>The configuration of the virtual BMC in the cluster; null if it has none.</summary>
    public Reading<string?>? BmcConfiguration { get; init; }

    /// <summary>The services of Ironic in the cluster, by namespace and name; null if it has none.</summary>
    public Reading<IReadOnlyList<string>>? Ironics { get; init; }

    /// <summary>The pods of OpenShift's own namespaces.</summary>
    public required Reading<IReadOnlyList<V1Pod>> Pods { get; init; }

    /// <summary>An operator of the operator lifecycle manager: a ClusterServiceVersion (operators.coreos.com/v1alpha1).</summary>
    internal sealed record InstalledOperator(string Title, string Phase, string? Message)
    {
        public bool HasSucceeded => Phase == "Succeeded";

        public static InstalledOperator From(JsonElement item)
        {
            JsonElement status = item.Field("status") ?? default;
            return new(ObjectMetadata.TitleIn(item), status.Text("phase") ?? "", status.Told("message"));
        }
    }
}

/// <summary>Reads the state of a cluster. The constructor starts all calls at once.</summary>
internal sealed class ReadClusterState
{
    /// <summary>The API groups of OpenShift's own API servers. These may be down while the kube-apiserver is up.</summary>
    public static readonly IReadOnlyList<string> AggregatedGroups =
    [
        .. new[]
        {
            "apps", "authorization", "build", "image", "oauth", "project", "quota", "route", "security", "template", "user",
        }.Select(group => $"{group}.openshift.io"),
    ];

    private static readonly CustomKind<ClusterState.InstalledOperator> InstalledOperators =
        new("operators.coreos.com", "v1alpha1", "clusterserviceversions", ClusterState.InstalledOperator.From);

    /// <summary>Leaves out the copies in all namespaces.</summary>
    private static readonly ListQuery Originals = new() { Labels = "!olm.copiedFrom" };

    private static readonly CustomKind<BareMetalHost> BareMetalHosts = new("metal3.io", "v1alpha1", "baremetalhosts", BareMetalHost.From);

    private static readonly CustomKind<string> Ironics =
        new("ironic.openstack.org", "v1beta1", "ironics", ObjectMetadata.TitleIn);

    private readonly Cluster _cluster;
    private readonly bool _withBmcs;

    /// <summary>For the checks of what answers: they ask once and do not retry.</summary>
    private readonly Cluster _impatient;
    private readonly BoundedReads _first;
    private readonly BoundedReads _all;

    /// <param name="cluster">The cluster.</param>
    /// <param name="first">Makes the calls whose answers others need.</param>
    /// <param name="all">Makes all other calls.</param>
    /// <param name="withBmcs">Read also what virtual BMCs hold.</param>
    public ReadClusterState(Cluster cluster, BoundedReads first, BoundedReads all, bool withBmcs = false)
    {
        _withBmcs = withBmcs;
        (_cluster, _impatient, _first, _all) = (cluster, cluster.ForPolling(), first, all);
        Nodes = ListAsync("nodes", token => cluster.ListNodesAsync(token), first);
        Requests = ListAsync(ClusterLists.SigningRequests, cluster.ListSigningRequestsAsync, first);
        All = ReadAsync();
    }

    /// <summary>The nodes, as soon as they are read.</summary>
    public Task<Reading<IReadOnlyList<V1Node>>> Nodes { get; }

    /// <summary>The signing requests, as soon as they are read.</summary>
    public Task<Reading<IReadOnlyList<V1CertificateSigningRequest>>> Requests { get; }

    /// <summary>The whole state.</summary>
    /// <exception cref="HotstackException">The API server refuses our login, or is not reached.</exception>
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
        Task<Reading<string?>?> bmc = ReadBmcAsync();
        Task<Reading<StaticPodOperator?>> etcd = FindAsync(OpenShiftKinds.Etcds);
        Task<Reading<StaticPodOperator?>> apiServer = FindAsync(OpenShiftKinds.KubeApiServers);
        Task<Reading<StaticPodOperator?>> controllerManager = FindAsync(OpenShiftKinds.KubeControllerManagers);
        await Task.WhenAll(
            ofGroups, bmc, readiness, version, operators, Nodes, leases, pools, services, Requests, pods, etcd, apiServer, controllerManager);
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
            BareMetalHosts = found.Hosts,
            BmcConfiguration = await bmc,
            Ironics = found.Ironics,
            Pods = await pods,
        };
    }

    /// <summary>Reads the API groups, and what needs some of them to be registered.</summary>
    private async Task<OfGroups> ReadGroupsAsync()
    {
        Reading<IReadOnlyList<string>> groups = await _first.TryAsync("list API groups", _cluster.Api.ListGroupsAsync);
        IReadOnlyList<string> registered = groups.Value ?? [];
        Task<KeyValuePair<string, Reading<bool>>[]> discovery = Fanout.SelectAsync(
            registered.Intersect(AggregatedGroups), (group, _) => DiscoverAsync(group), _all.Stop);
        Task<Reading<string>>? routes = !registered.Contains(ConsoleRoutes.Group) ? null : _all.TryAsync(
            $"list routes.{ConsoleRoutes.Group} in openshift-console", token => ConsoleRoutes.ReadAsync(_impatient, token));
        Task<Reading<IReadOnlyList<ClusterState.InstalledOperator>>>? installed =
            !registered.Contains(InstalledOperators.Group) ? null : ListAsync(InstalledOperators, Originals);
        Task<Reading<IReadOnlyList<BareMetalHost>>>? hosts =
            !_withBmcs || !registered.Contains(BareMetalHosts.Group) ? null : ListAsync(BareMetalHosts);
        Task<Reading<IReadOnlyList<string>>>? ironics = !_withBmcs || !registered.Contains(Ironics.Group) ? null : ListAsync(Ironics);
        await Task.WhenAll(new Task?[] { discovery, routes, installed, hosts, ironics }.OfType<Task>());
        return new OfGroups(
            groups, (await discovery).ToDictionary(),
            routes is null ? null : await routes, installed is null ? null : await installed)
        {
            Hosts = hosts is null ? null : await hosts,
            Ironics = ironics is null ? null : await ironics,
        };
    }

    /// <summary>The configuration of sushy-emulator, where Hotstack puts it (roles/redfish_virtual_bmc).</summary>
    private async Task<Reading<string?>?> ReadBmcAsync() => !_withBmcs ? null
        : await _all.TryAsync(
            $"get configmap {VirtualBmcChecks.ConfigMap}",
            async token => (await _cluster.FindConfigMapAsync(VirtualBmcChecks.Namespace, VirtualBmcChecks.Name, token))
                ?.GetValueOrDefault("config"));

    private Task<Reading<IReadOnlyList<T>>> ListAsync<T>(CustomKind<T> kind, ListQuery? query = null) =>
        ListAsync($"{kind}", token => _cluster.ListAsync(kind, token, query), _all);

    private async Task<Reading<IReadOnlyList<T>>> ListAsync<T>(
        string kind, Func<CancellationToken, Task<ObjectList<T>>> list, BoundedReads reads)
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
        Reading<IReadOnlyList<ClusterState.InstalledOperator>>? Installed)
    {
        public Reading<IReadOnlyList<BareMetalHost>>? Hosts { get; init; }

        public Reading<IReadOnlyList<string>>? Ironics { get; init; }
    }
}

/// <summary>The objects by which OpenShift's own API server proves that it serves, since discovery lists APIs that cannot be read. Every
/// cluster with routes has them.</summary>
internal static class ConsoleRoutes
{
    public const string Group = "route.openshift.io";

    /// <exception cref="HotstackException">They cannot be read.</exception>
    public static Task<string> ReadAsync(Cluster cluster, CancellationToken stop) =>
        cluster.Api.GetTextAsync($"apis/{Group}/v1/namespaces/openshift-console/routes", stop, [new("limit", "1")]);
}
