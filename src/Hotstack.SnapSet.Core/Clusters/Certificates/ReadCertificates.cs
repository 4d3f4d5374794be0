using Hotstack.OpenShift;
using Hotstack.OpenShift.Objects;
using k8s.Models;

namespace Hotstack.Clusters.Certificates;

/// <summary>Reads what a cluster tells about its certificates. What it does not tell becomes the problem of that item.</summary>
internal sealed class ReadCertificates(Cluster cluster, IActivity activity)
{
    private readonly ReadSecrets _secrets = new(cluster);

    /// <summary>A kubelet that does not answer is not worth the usual patience.</summary>
    private readonly Cluster _impatient = cluster.ForPolling();

    /// <summary>Reads also the nodes and the signing requests.</summary>
    /// <param name="cloudNow">The cloud's clock at this moment; null if it was not asked.</param>
    /// <param name="limit">The longest that it may take.</param>
    /// <param name="stop">Ends it.</param>
    /// <exception cref="HotstackException">The API server does not accept us, or is not reached.</exception>
    public async Task<CertificateFacts> RunAsync(DateTimeOffset? cloudNow, TimeSpan limit, CancellationToken stop)
    {
        using var reads = new BoundedReads(limit, stop);
        TimeSpan? cloudLead = cloudNow - cluster.Time.GetUtcNow();
        Task<Reading<IReadOnlyList<V1Node>>> nodes = reads.TryAsync("list nodes", async token => (await cluster.ListNodesAsync(token)).Items);
        Task<Reading<IReadOnlyList<V1CertificateSigningRequest>>> requests = reads.TryAsync(
            $"list {ClusterLists.SigningRequests}", async token => (await cluster.ListSigningRequestsAsync(token)).Items);
        await Task.WhenAll(nodes, requests);
        return await RunAsync(await nodes, await requests, cloudLead, reads);
    }

    /// <summary>For those who have read the nodes and the signing requests.</summary>
    /// <param name="nodes">The nodes.</param>
    /// <param name="requests">The signing requests.</param>
    /// <param name="cloudLead">How far the cloud's clock is ahead of this machine's; null if it was not asked.</param>
    /// <param name="reads">Makes the calls.</param>
    public async Task<CertificateFacts> RunAsync(
        Reading<IReadOnlyList<V1Node>> nodes, Reading<IReadOnlyList<V1CertificateSigningRequest>> requests, TimeSpan? cloudLead,
        BoundedReads reads)
    {
        activity.Verbose($"Reading the certificates of {cluster.Context} and its {CountText.Of(nodes.Value?.Count ?? 0, "node")}");
        Task<ManagedSecrets> secrets = _secrets.RunAsync((nodes.Value ?? []).Where(node => node.IsMaster).Select(node => node.Name), reads);
        Task<ServingCertificates> given = new ReadServingCertificates(cluster).RunAsync(reads);
        Task<ClusterCertificate?> bootstrap = BootstrapAuthority.ReadAsync(cluster, reads);
        Task<NodeCertificates[]> kubelets = Fanout.SelectAsync(nodes.Value ?? [], (node, _) => ReadNodeAsync(node, reads), reads.Stop);
        Task<DateTimeOffset?> lease = ReadNewestLeaseAsync(reads);
        await Task.WhenAll(secrets, given, bootstrap, kubelets, lease);
        ManagedSecrets read = await secrets;
        ServingCertificates serving = await given;
        TimeSpan? skew = SkewBy(await lease);
        V1CertificateSigningRequest[] ofKubelets = [.. (requests.Value ?? []).Where(IsOfKubelet)];
        DateTimeOffset now = cluster.Time.GetUtcNow() + (skew ?? TimeSpan.Zero);
        NodeCertificates[] nodeCertificates = await kubelets;
        ILookup<bool, string> pending = ofKubelets.Where(request => request.IsPending)
            .ToLookup(request => RequestedNode.IsInNeed(request, nodeCertificates, now), request => request.Name);
        return new CertificateFacts
        {
            Now = now,
            CsrSignerSigner = read.Find(KnownCertificates.CsrSignerSigner),
            CsrSigner = read.Find(KnownCertificates.CsrSigner),
            CsrSignerCopy = read.Find(KnownCertificates.CsrSignerCopy),
            AggregatorClientSigner = read.Find(KnownCertificates.AggregatorClientSigner),
            AggregatorClient = read.Find(KnownCertificates.AggregatorClient),
            Managed = serving.With(await bootstrap is { } authority ? [.. read.Certificates, authority] : read.Certificates),
            ServingProblems = serving.Problems,
            ManagedProblem = read.Problem,
            Nodes = nodeCertificates,
            NodesProblem = nodes.Problem,
            PendingRequests = [.. pending[true]],
            IdleRequests = [.. pending[false]],
            UnissuedRequests = [.. ofKubelets.Where(IsApprovedOnly).Select(request => request.Name)],
            RequestsProblem = requests.Problem,
            KubeconfigNotAfter = cluster.Configuration.ClientCertificateNotAfter,
            LocalSkew = skew,
            CloudSkew = skew - cloudLead,
        };
    }

    private static bool IsOfKubelet(V1CertificateSigningRequest request) =>
        request.SignerName is "kubernetes.io/kube-apiserver-client-kubelet" or "kubernetes.io/kubelet-serving";

    private static bool IsApprovedOnly(V1CertificateSigningRequest request) =>
        !request.IsIssued && request.Conditions.Count > 0 && request.Conditions.All(condition => condition.Type == "Approved");

    private async Task<NodeCertificates> ReadNodeAsync(V1Node node, BoundedReads reads)
    {
        Reading<string> metrics = await reads.TryAsync(
            $"get nodes/proxy of {node.Name} (its kubelet's metrics)",
            token => _impatient.ReadKubeletMetricsAsync(node.Name, token));
        return metrics.Value is { } text
            ? KubeletMetrics.Read(node.Name, text, cluster.Now) with { IsAnswering = true }
            : new NodeCertificates { Node = node.Name, Problem = metrics.Problem, IsAnswering = metrics.IsForbidden ? null : false };
    }

    /// <summary>The API servers renew their leases every few seconds, each by its own clock.</summary>
    private async Task<DateTimeOffset?> ReadNewestLeaseAsync(BoundedReads reads)
    {
        var ofApiServers = new ListQuery { Namespace = "kube-system", Labels = "apiserver.kubernetes.io/identity=kube-apiserver" };
        Reading<ObjectList<V1Lease>> leases = await reads.TryAsync(
            $"list {ClusterLists.Leases}", token => cluster.ListLeasesAsync(token, ofApiServers))
            ;
        return leases.Value?.Items.Max(lease => lease.Spec?.RenewTime);
    }

    /// <summary>How far the cluster's clock is ahead of ours: by the dates of its answers, or by a master that is ahead of
    /// them, as by that one certificates run out first.</summary>
    private TimeSpan? SkewBy(DateTimeOffset? lease)
    {
        TimeSpan? byLease = lease - cluster.Time.GetUtcNow();
        return cluster.Skew is not { } byDate ? byLease : byLease > byDate ? byLease : byDate;
    }
}
