using Hotstack.Clusters.CertificateRequests;
using Hotstack.Http;
using Hotstack.OpenShift;
using Hotstack.OpenShift.Objects;
using k8s;
using k8s.Models;

namespace Hotstack.Clusters.Certificates;

/// <summary>Reads the certificates of a cluster. What cannot be read becomes the problem of that item.</summary>
internal sealed class ReadCertificates(Cluster cluster, IActivity activity)
{
    /// <summary>For kubelets, which are asked once.</summary>
    private readonly Cluster _impatient = cluster.ForPolling();

    /// <summary>Reads the nodes and the signing requests, too.</summary>
    /// <param name="cloudNow">The cloud's clock at this moment; null if it was not asked.</param>
    /// <param name="limit">The time limit.</param>
    /// <param name="stop">Cancels it.</param>
    /// <exception cref="HotstackException">The API server refuses our login, or is not reached.</exception>
    public async Task<CertificateFacts> RunAsync(DateTimeOffset? cloudNow, TimeSpan limit, CancellationToken stop)
    {
        using var reads = new BoundedReads(limit, stop);
        TimeSpan? cloudLead = cloudNow - cluster.Time.GetUtcNow();
        Task<Reading<IReadOnlyList<V1Node>>> nodes = reads.TryAsync(
            "list nodes", async token => (await cluster.ListNodesAsync(token)).Items);
        Task<Reading<IReadOnlyList<V1CertificateSigningRequest>>> requests = reads.TryAsync(
            $"list {ClusterLists.SigningRequests}", async token => (await cluster.ListSigningRequestsAsync(token)).Items);
        await Task.WhenAll(nodes, requests);
        return await RunAsync(await nodes, await requests, cloudLead, reads);
    }

    /// <summary>For a caller that has read the nodes and the signing requests.</summary>
    /// <param name="nodes">The nodes.</param>
    /// <param name="requests">The signing requests.</param>
    /// <param name="cloudLead">How far the cloud's clock is ahead of this machine's; null if it was not asked.</param>
    /// <param name="reads">Makes the calls.</param>
    public async Task<CertificateFacts> RunAsync(
        Reading<IReadOnlyList<V1Node>> nodes, Reading<IReadOnlyList<V1CertificateSigningRequest>> requests, TimeSpan? cloudLead,
        BoundedReads reads)
    {
        activity.Verbose($"Reading the certificates of {cluster.Name} and its {CountText.Of(nodes.Value?.Count ?? 0, "node")}");
        Task<SecretCertificates> secrets = SecretCertificates.ReadAsync(
            cluster, (nodes.Value ?? []).Where(node => node.IsMaster).Select(node => node.Name), reads);
        Task<ServingCertificates> serving = ServingCertificates.ReadAsync(cluster, reads);
        Task<ClusterCertificate?> bootstrap = ReadBootstrapAuthorityAsync(reads);
        Task<NodeCertificates[]> kubelets = Fanout.SelectAsync(nodes.Value ?? [], (node, _) => ReadNodeAsync(node, reads), reads.Stop);
        Task<DateTimeOffset?> lease = ReadNewestLeaseAsync(reads);
        await Task.WhenAll(secrets, serving, bootstrap, kubelets, lease);
        SecretCertificates read = await secrets;
        TimeSpan? skew = SkewBy(await lease);
        V1CertificateSigningRequest[] ofKubelets = [.. (requests.Value ?? []).Where(CsrRules.IsOfKubelet)];
        DateTimeOffset now = cluster.Time.GetUtcNow() + (skew ?? TimeSpan.Zero);
        NodeCertificates[] nodeCertificates = await kubelets;
        ILookup<bool, string> pending = ofKubelets.Where(request => request.IsPending)
            .ToLookup(request => IsNeeded(request, nodeCertificates, now), request => request.Name);
        return new CertificateFacts
        {
            Now = now,
            CsrSignerSigner = read.Find(KnownCertificates.CsrSignerSigner),
            CsrSigner = read.Find(KnownCertificates.CsrSigner),
            CsrSignerCopy = read.Find(KnownCertificates.CsrSignerCopy),
            AggregatorClientSigner = read.Find(KnownCertificates.AggregatorClientSigner),
            AggregatorClient = read.Find(KnownCertificates.AggregatorClient),
            Managed = (await serving).With(await bootstrap is { } authority ? [.. read.All, authority] : read.All),
            ServingProblems = (await serving).Problems,
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

    /// <summary>Whether the node that a signing request names needs the certificate. What is not known of a node counts as
    /// missing.</summary>
    internal static bool IsNeeded(V1CertificateSigningRequest request, IEnumerable<NodeCertificates> nodes, DateTimeOffset now)
    {
        string? name = NodeIn(request);
        return nodes.FirstOrDefault(node => node.Node == name) is { } found
            && (found.Problem is not null
                || (request.SignerName == CsrRules.ServingSigner
                    ? found.UsesServing && !(found.ServingNotAfter > now)
                    : !(found.ClientNotAfter > now)));
    }

    /// <returns>Null if the request cannot be read, or names no node.</returns>
    private static string? NodeIn(V1CertificateSigningRequest request)
    {
        try
        {
            return CsrRules.NodeOf(Pkcs10Request.Read(Pkcs10Request.DerOf(request.Request)).CommonName);
        }
        catch (FormatException)
        {
            return null;
        }
    }

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

    /// <summary>The authority behind the credential by which a kubelet with an expired certificate asks for another. It is in a config
    /// map.</summary>
    /// <returns>Null if the cluster does not have it.</returns>
    private async Task<ClusterCertificate?> ReadBootstrapAuthorityAsync(BoundedReads reads)
    {
        const string name = "kubelet-bootstrap-kubeconfig";
        const string key = "ca-bundle.crt";
        Reading<string?> bundle = await reads.TryAsync($"get configmaps in {KnownCertificates.Managed}", async token =>
        {
            V1ConfigMap? map = await cluster.Client.CoreV1
                .ReadNamespacedConfigMapAsync(name, KnownCertificates.Managed, cancellationToken: token).OrNullAsync();
            return map is null ? null : map.Data?.TryGetValue(key, out string? text) == true ? text : "";
        });
        var authority = new ClusterCertificate { Namespace = KnownCertificates.Managed, Name = name, Problem = bundle.Problem };
        return bundle.Problem is not null ? authority
            : bundle.Value is not { } pem ? null
            : PemCertificate.ReadFirstToEnd(pem, cluster.Now) is not { } first
                ? authority with { Problem = $"its {key} holds no certificate" }
            : authority with { NotBefore = first.NotBefore, NotAfter = first.NotAfter, Issuer = first.Issuer };
    }

    /// <summary>The API servers renew their leases every few seconds, each by its own clock.</summary>
    private async Task<DateTimeOffset?> ReadNewestLeaseAsync(BoundedReads reads)
    {
        var ofApiServers = new ListQuery { Namespace = "kube-system", Labels = "apiserver.kubernetes.io/identity=kube-apiserver" };
        Reading<ObjectList<V1Lease>> leases = await reads.TryAsync(
            $"list {ClusterLists.Leases}", token => cluster.ListLeasesAsync(token, ofApiServers));
        return leases.Value?.Items.Max(lease => lease.Spec?.RenewTime);
    }

    /// <summary>How far the cluster's clock is ahead of ours: by the dates of its answers, or by a master that is further ahead, as
    /// certificates expire there first.</summary>
    private TimeSpan? SkewBy(DateTimeOffset? lease)
    {
        TimeSpan? byLease = lease - cluster.Time.GetUtcNow();
        return cluster.Skew is not { } byDate ? byLease : byLease > byDate ? byLease : byDate;
    }
}
