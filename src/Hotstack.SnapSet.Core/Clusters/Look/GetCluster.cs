using System.Diagnostics;
using Hotstack.Clusters.Assess;
using Hotstack.Clusters.Certificates;
using Hotstack.Clusters.Nodes;
using Hotstack.OpenShift;
using Hotstack.OpenShift.Objects;
using k8s.Models;

namespace Hotstack.Clusters.Look;

/// <summary>Reads the state of a cluster without judging it. Changes nothing.</summary>
public sealed class GetCluster(Cluster cluster)
{
    /// <summary>Reads each part once. A part that cannot be read, or does not answer in time, stays empty and is named.</summary>
    /// <param name="timeout">The time limit of the whole look.</param>
    /// <param name="activity">Receives a warning for each part that was not read.</param>
    /// <param name="stop">Cancels it.</param>
    /// <exception cref="HotstackException">The API server refuses our login, is not reached, or does not answer at all.</exception>
    public async Task<ClusterStatus> RunAsync(TimeSpan timeout, IActivity activity, CancellationToken stop)
    {
        await cluster.OpenAndLogInAsync(stop);
        using var reads = new BoundedReads(timeout, stop);
        var watch = Stopwatch.StartNew();
        bool isOpenShift = await ClusterKind.IsOpenShiftAsync(cluster, reads);
        // The certificates need the list of the nodes: they keep half of the time.
        TimeSpan left = timeout - watch.Elapsed;
        using var firstReads = new BoundedReads(left > TimeSpan.Zero ? left / 2 : TimeSpan.Zero, stop);
        activity.Verbose($"Reading the state of {cluster.Name}");
        Task<Reading<ObjectList<V1Node>>> nodes = firstReads.TryAsync("list nodes", token => cluster.ListNodesAsync(token));
        Task<Reading<ObjectList<V1CertificateSigningRequest>>> requests = firstReads.TryAsync(
            $"list {ClusterLists.SigningRequests}", cluster.ListSigningRequestsAsync);
        Task<Reading<ObjectList<V1Lease>>> leases = reads.TryAsync(
            $"list {ClusterLists.Leases}", token => cluster.ListLeasesAsync(token, NodeHeartbeat.Leases));
        Task<ClusterFacts> own = isOpenShift ? ReadOpenShiftAsync(nodes, requests, reads, activity) : ReadOtherAsync(reads);
        await Task.WhenAll(nodes, requests, leases, own);
        ClusterStatus status = new StatusBuilder(cluster, await nodes, await requests, await leases, await own).Build();
        foreach (UnreadPart unread in status.Unread)
        {
            activity.Warning($"Cluster '{cluster.Name}' was not read completely: {unread}.");
        }

        return status;
    }

    private async Task<ClusterFacts> ReadOpenShiftAsync(
        Task<Reading<ObjectList<V1Node>>> nodes, Task<Reading<ObjectList<V1CertificateSigningRequest>>> requests, BoundedReads reads,
        IActivity activity)
    {
        Task<Reading<ClusterVersion?>> version = reads.TryAsync(
            $"get {OpenShiftKinds.ClusterVersions}", token => cluster.FindAsync(OpenShiftKinds.ClusterVersions, "version", token));
        Task<Reading<Infrastructure?>> infrastructure = reads.TryAsync(
            $"get {OpenShiftKinds.Infrastructures}", token => cluster.FindAsync(OpenShiftKinds.Infrastructures, "cluster", token));
        Task<Reading<ObjectList<ClusterOperator>>> operators = reads.TryAsync(
            $"list {OpenShiftKinds.ClusterOperators}", token => cluster.ListAsync(OpenShiftKinds.ClusterOperators, token));
        Task<CertificateFacts> certificates = ReadCertificatesAsync();
        await Task.WhenAll(version, infrastructure, operators, certificates);
        return new ClusterFacts("OpenShift", (await version).Select(found => found?.Version))
        {
            ClusterId = (await version).Value?.ClusterId,
            Infrastructure = await infrastructure,
            Operators = await operators,
            Certificates = await certificates,
        };

        async Task<CertificateFacts> ReadCertificatesAsync() => await new ReadCertificates(cluster, activity).RunAsync(
            (await nodes).Select<IReadOnlyList<V1Node>>(list => list.Items),
            (await requests).Select<IReadOnlyList<V1CertificateSigningRequest>>(list => list.Items), null, reads);
    }

    /// <summary>MicroShift has its version in a config map, every other API server at <c>/version</c>.</summary>
    private async Task<ClusterFacts> ReadOtherAsync(BoundedReads reads)
    {
        Reading<string?> microShift = await reads.TryAsync(
            "get the version of MicroShift", token => MicroShift.FindVersionAsync(cluster, token));
        return microShift.Value is not null ? new ClusterFacts("MicroShift", microShift)
            : new ClusterFacts("Kubernetes", await reads.TryAsync("get /version", token => cluster.Api.FindServerVersionAsync(token)))
            {
                MicroShiftProblem = microShift.Problem,
            };
    }
}

/// <summary>What only some kinds of clusters report.</summary>
/// <param name="Distribution">The kind.</param>
/// <param name="Version">The version.</param>
internal sealed record ClusterFacts(string Distribution, Reading<string?> Version)
{
    public string? ClusterId { get; init; }

    /// <summary>Why it is not known whether the cluster is MicroShift; null if it is known.</summary>
    public string? MicroShiftProblem { get; init; }

    /// <summary>Null where there is no such kind; likewise the others.</summary>
    public Reading<Infrastructure?>? Infrastructure { get; init; }

    public Reading<ObjectList<ClusterOperator>>? Operators { get; init; }

    public CertificateFacts? Certificates { get; init; }
}
