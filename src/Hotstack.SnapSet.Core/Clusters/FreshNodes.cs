using Hotstack.Http;
using Hotstack.OpenShift;
using Hotstack.OpenShift.Objects;

namespace Hotstack.Clusters;

/// <summary>
/// Waits until all nodes are there again. What the API shows of them at first is how they were at the shutdown, so only
/// fresh evidence counts: a heartbeat of now, and another boot than the recorded one.
/// </summary>
internal sealed class FreshNodes(Cluster cluster, ClusterRecord? record, IActivity activity)
{
    private const string LeaseNamespace = "kube-node-lease";

    /// <summary>Kubelets renew their lease every 10 s.</summary>
    private static readonly TimeSpan OldestLease = TimeSpan.FromMinutes(2);

    /// <summary>The conditions of a node are confirmed every 5 minutes only while they do not change.</summary>
    private static readonly TimeSpan OldestCondition = TimeSpan.FromMinutes(6);

    private readonly Cluster _polled = cluster.ForPolling();

    /// <summary>The nodes that are fresh, as of the last look.</summary>
    public IReadOnlySet<string> Fresh { get; private set; } = new HashSet<string>();

    /// <summary>All nodes, as of the last look.</summary>
    public IReadOnlyList<Node> Nodes { get; private set; } = [];

    /// <exception cref="HotstackException"><c>NodesNotReady</c>, with the reason of each.</exception>
    public async Task RunAsync(TimeSpan interval, TimeSpan timeout, CancellationToken stop)
    {
        const string Work = "Waiting for the nodes";
        var patience = new ApiPatience(cluster.Time);
        IReadOnlyList<(string Node, string Why)> stale = [];
        try
        {
            bool areFresh = await Poll.UntilAsync(
                async token =>
                {
                    (bool isThere, IReadOnlyList<(string, string)>? found) = await patience.TryAsync(() => LookAsync(token)).ConfigureAwait(false);
                    stale = found ?? stale;
                    activity.Progress(new(Work, patience.LastFailure?.Reason ?? Describe(stale)));
                    return isThere && stale.Count == 0;
                },
                interval, timeout, cluster.Time, stop).ConfigureAwait(false);
            if (!areFresh)
            {
                throw NotReady(timeout, stale, patience.LastFailure);
            }
        }
        finally
        {
            activity.Progress(new(Work, "") { Completed = true });
        }
    }

    /// <summary>Looks once.</summary>
    /// <returns>The nodes that are not fresh, and why.</returns>
    public async Task<IReadOnlyList<(string Node, string Why)>> LookAsync(CancellationToken stop)
    {
        Nodes = await _polled.Nodes.ListAsync(stop).ConfigureAwait(false);
        IReadOnlyList<Lease> leases = await _polled.Leases.ListAsync(stop, new Selection { Namespace = LeaseNamespace }).ConfigureAwait(false);
        Dictionary<string, DateTimeOffset?> renewals = leases.ToDictionary(l => l.Meta.Name, l => l.RenewedAt);
        DateTimeOffset now = _polled.Now;
        List<(string Node, string Why)> stale = [.. Nodes
            .Select(node => (node.Name, Why: WhyStale(node, renewals.GetValueOrDefault(node.Name), now)))
            .Where(n => n.Why is not null)
            .Select(n => (n.Name, n.Why!))];
        stale.AddRange((record?.Nodes ?? [])
            .Where(expected => Nodes.All(n => n.Name != expected.Name))
            .Select(expected => (expected.Name, "the cluster has no such node any more")));
        if (Nodes.Count == 0)
        {
            stale.Add(("any", "the cluster shows no nodes"));
        }

        Fresh = Nodes.Select(n => n.Name).Except(stale.Select(s => s.Node)).ToHashSet();
        return stale;
    }

    private string? WhyStale(Node node, DateTimeOffset? leaseRenewal, DateTimeOffset now)
    {
        Condition? ready = node.Conditions.Find("Ready");
        DateTimeOffset? heartbeat = leaseRenewal > ready?.LastHeartbeatTime ? leaseRenewal : ready?.LastHeartbeatTime ?? leaseRenewal;
        if (heartbeat is null || now - heartbeat > (leaseRenewal is null ? OldestCondition : OldestLease))
        {
            return heartbeat is { } last ? $"its last heartbeat is {TimeText.Of(now - last)} old" : "it has no heartbeat";
        }

        if (ready?.IsTrue != true)
        {
            return $"it is not Ready: {ready?.Message ?? ready?.Reason ?? "no reason given"}";
        }

        if (node.Conditions.Find("NetworkUnavailable")?.IsTrue == true)
        {
            return "its network is not available";
        }

        NodeRecord? before = record?.Nodes.FirstOrDefault(n => n.Name == node.Name);
        return before?.BootId is { } bootId && bootId == node.BootId
            ? "it shows the boot of before the shutdown"
            : null;
    }

    private static string Describe(IReadOnlyList<(string Node, string Why)> stale) =>
        stale.Count == 0 ? "all are fresh" : string.Join("; ", stale.Select(s => $"{s.Node}: {s.Why}"));

    private HotstackException NotReady(TimeSpan timeout, IReadOnlyList<(string Node, string Why)> stale, ServiceException? failure) =>
        new(ErrorCause.TimedOut, "NodesNotReady",
            $"Not all nodes of cluster '{cluster.Context}' are back after {timeout.TotalMinutes:0.#} min: "
            + $"{(failure is null ? Describe(stale) : failure.Message)}.", failure)
        {
            Target = cluster.Context,
            Hint = "'oc get csr' shows what their kubelets ask for; the servers' consoles show how far they booted.",
        };
}
