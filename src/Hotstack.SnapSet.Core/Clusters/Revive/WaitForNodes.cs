using Hotstack.Clusters.Nodes;
using Hotstack.OpenShift;
using Hotstack.OpenShift.Objects;
using k8s.Models;

namespace Hotstack.Clusters.Revive;

/// <summary>
/// Waits until all nodes are up again. At first the API shows their status of before the shutdown, so only
/// fresh evidence counts: a recent heartbeat, and another boot than the recorded one.
/// </summary>
internal sealed class WaitForNodes(Cluster cluster, ClusterRecord? record, IActivity activity)
{
    private const string Work = "Waiting for the nodes";
    private const string OldBoot = "its boot is still that of before the shutdown";

    private readonly HashSet<string> _shown = new(StringComparer.Ordinal);
    private readonly Cluster _polled = cluster.ForPolling();
    private bool _sawStale;

    /// <summary>The nodes that are up, as of the last poll.</summary>
    public IReadOnlySet<string> Fresh { get; private set; } = new HashSet<string>();

    /// <summary>All nodes of the cluster, as of the last poll.</summary>
    public IReadOnlyList<V1Node> All { get; private set; } = [];

    /// <summary>Servers that cannot be started, whose nodes do not count.</summary>
    public IReadOnlyCollection<Instance> Lost { get; set; } = [];

    /// <summary>The nodes that lack nothing but another boot, as of the last poll.</summary>
    public IReadOnlyList<V1Node> OldBoots { get; private set; } = [];

    /// <summary>Servers that no shutdown has put off, so that their nodes need no other boot.</summary>
    public IReadOnlyCollection<Instance> StayedUp { get; set; } = [];

    /// <summary>Since when all nodes have been up, by our clock: since the last of them became Ready, as it reports; if this run saw one
    /// that was not up, since the poll that saw it up. Null if one is not up.</summary>
    public DateTimeOffset? FreshSince { get; private set; }

    /// <param name="interval">The pause between two polls.</param>
    /// <param name="timeout">For the whole wait.</param>
    /// <param name="polled">Called after each poll that succeeded.</param>
    /// <param name="stop">Stops the wait.</param>
    /// <exception cref="HotstackException"><c>NodesNotReady</c>, with a reason for each node.</exception>
    public async Task RunAsync(TimeSpan interval, TimeSpan timeout, Func<CancellationToken, Task> polled, CancellationToken stop)
    {
        var wait = new PatientWait(cluster, Work, activity);
        bool areFresh;
        try
        {
            areFresh = await wait.UntilAsync(
                async token =>
                {
                    IReadOnlyList<(string Node, string Why)> stale = await PollAsync(token);
                    wait.Count = new(Fresh.Count, Fresh.Count + stale.Count, "nodes are up");
                    Show(stale);
                    await polled(token);
                    return stale.Count == 0 ? null : string.Join("; ", stale.Select(s => $"{s.Node}: {s.Why}"));
                },
                interval, timeout, stop);
        }
        finally
        {
            Show([]);
        }

        if (!areFresh)
        {
            throw NotReady(timeout, wait);
        }
    }

    /// <summary>Shows each node that is not up.</summary>
    private void Show(IReadOnlyList<(string Node, string Why)> stale)
    {
        if (stale.Count > 0 && _shown.Count == 0)
        {
            activity.Progress(new Tally(Fresh.Count, Fresh.Count + stale.Count, "nodes are up").Of(Work));
        }

        foreach (string done in _shown.Except(stale.Select(s => s.Node)).ToArray())
        {
            _shown.Remove(done);
            activity.Progress(new(done, "") { PartOf = Work, Completed = true });
        }

        foreach ((string node, string why) in stale)
        {
            _shown.Add(node);
            activity.Progress(new(node, why) { PartOf = Work });
        }
    }

    /// <returns>The nodes that are not up, and why.</returns>
    public async Task<IReadOnlyList<(string Node, string Why)>> PollAsync(CancellationToken stop)
    {
        ObjectList<V1Node> nodes = await _polled.ListNodesAsync(stop);
        DateTimeOffset nodesAt = nodes.At ?? _polled.Now;
        ObjectList<V1Lease> leases = await _polled.ListLeasesAsync(stop, NodeHeartbeat.Leases);
        DateTimeOffset leasesAt = leases.At ?? _polled.Now;
        All = nodes.Items;
        V1Node[] lost = [.. All.Where(node => NodeMatching.ServersOf(node, Lost, SharedAddresses.OfAnyCluster).Length > 0)];
        List<(string Node, string Why)> stale = [.. All.Except(lost)
            .Select(node => (node.Name, Why: WhyStale(node, NodeHeartbeat.Of(node, nodesAt, leases.Items, leasesAt))))
            .Where(n => n.Why is not null)
            .Select(n => (n.Name, n.Why!))];
        OldBoots = [.. All.Where(node => stale.Contains((node.Name, OldBoot)))];
        stale.AddRange((record?.Nodes ?? [])
            .Where(expected => All.All(n => n.Name != expected.Name))
            .Select(expected => (expected.Name, "the cluster no longer has this node")));
        if (All.Count == 0)
        {
            stale.Add(("any", "the cluster shows no nodes"));
        }

        Fresh = All.Except(lost).Select(n => n.Name).Except(stale.Select(s => s.Node)).ToHashSet();
        _sawStale |= stale.Count > 0;
        FreshSince = stale.Count > 0 ? null : FreshSince ?? _polled.Time.GetUtcNow() - ReadyFor(All.Except(lost), nodesAt);
        return stale;
    }

    /// <summary>How long all nodes have been Ready, as far as is known.</summary>
    private TimeSpan ReadyFor(IEnumerable<V1Node> nodes, DateTimeOffset now)
    {
        TimeSpan? age = _sawStale ? null
            : nodes.Min(node => (TimeSpan?)(now - node.Conditions.Find("Ready")?.LastTransitionTime ?? TimeSpan.Zero));
        return age is { Ticks: > 0 } known ? known : TimeSpan.Zero;
    }

    private string? WhyStale(V1Node node, NodeHeartbeat heartbeat)
    {
        if (heartbeat.Age is null || heartbeat.IsSilent)
        {
            return heartbeat.Age is { } age ? $"its last heartbeat is {TimeText.Of(age)} old" : "it has no heartbeat";
        }

        Condition? ready = node.Conditions.Find("Ready");
        if (ready?.IsTrue != true)
        {
            return $"it is not Ready: {DisplayText.OfProse(ready?.Message ?? ready?.Reason ?? "no reason given")}";
        }

        if (node.Conditions.Find("NetworkUnavailable")?.IsTrue == true)
        {
            return "its network is not available";
        }

        return IsOldBoot(node) && NodeMatching.ServersOf(node, StayedUp, SharedAddresses.OfAnyCluster).Length == 0 ? OldBoot : null;
    }

    private bool IsOldBoot(V1Node node) =>
        record?.Nodes.FirstOrDefault(n => n.Name == node.Name)?.BootId is { } bootId && bootId == node.BootId;

    private HotstackException NotReady(TimeSpan timeout, PatientWait wait) =>
        new(ErrorCause.TimedOut, "NodesNotReady",
            $"Not all nodes of cluster '{cluster.Name}' are up after {TimeText.Of(timeout)}: "
            + $"{wait.LastFailure?.Message ?? wait.Missing}.", wait.LastFailure)
        {
            Target = cluster.Name,
            Hint = "Run 'oc get csr' to see what their kubelets request, and look at the servers' consoles to see how far they booted.",
        };
}
