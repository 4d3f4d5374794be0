using Hotstack.Clusters.CertificateRequests;
using Hotstack.Clusters.Nodes;
using Hotstack.OpenShift;
using Hotstack.OpenShift.Objects;
using Hotstack.OpenStack;

namespace Hotstack.Clusters.Revive;

/// <summary>Judges, and approves, the kubelets' certificate requests beside the steps of a revival. A node's addresses are its own as far
/// as its server in OpenStack or the record proves it.</summary>
internal sealed class RequestApproval(
    Cloud cloud, Cluster cluster, ReviveClusterPlan plan, CsrPolicy policy, IActivity activity)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(15);

    private readonly CsrApprover _approver = new(cluster.ForPolling(), policy, activity);
    private readonly DateTimeOffset _began = cluster.Time.GetUtcNow();
    private IReadOnlyList<Instance> _servers = plan.Instances;
    private SharedAddresses _shared = SharedAddresses.OfAnyCluster;
    private bool _areAddressesKnown;

    /// <summary>The nodes that send the requests.</summary>
    public WaitForNodes Nodes { get; } = new(cluster, plan.Record, activity);

    /// <summary>Why approvals were refused; null if none was.</summary>
    public string? Refusal => _approver.Refusal;

    public IReadOnlyList<CsrDecision> Decisions => [.. _approver.Decisions];

    public IReadOnlyList<CsrDecision> Approved =>
        policy == CsrPolicy.Strict ? [.. _approver.Decisions.Where(d => d.Verdict == CsrVerdict.Approve)] : [];

    /// <summary>Reads the addresses of the servers, and those that the cluster shares. Call it again after each step: what is unknown now
    /// may be known when the nodes are up.</summary>
    public async Task ReadAddressesAsync(CancellationToken stop)
    {
        if (!_areAddressesKnown)
        {
            (bool isThere, bool isComplete) = await new ApiPatience(cluster.Time).TryAsync(() => TryReadAddressesAsync(stop));
            _areAddressesKnown = isThere && isComplete && Nodes.All.Count > 0;
        }
    }

    private async Task<bool> TryReadAddressesAsync(CancellationToken stop)
    {
        _servers = await NodeMatching.CompleteAddressesAsync(
            cloud, plan.Instances, Nodes.All.SelectMany(node => node.Addresses), activity, stop);
        _shared = await SharedAddresses.ReadAsync(cluster, stop);
        if (_shared.Problem is { } problem)
        {
            activity.Verbose($"The names and addresses that the whole cluster shares are unknown ({problem}); the usual names are used.");
        }

        return _shared.Problem is null;
    }

    /// <summary>Runs until it is stopped.</summary>
    public Task RunAsync(CancellationToken stop) => _approver.RunAsync(Context, Interval, stop);

    /// <summary>Kubelets request their serving certificates last: after short rounds, this may be as late as the assessment.</summary>
    public async Task RunOnceAsync(CancellationToken stop)
    {
        try
        {
            await _approver.RunOnceAsync(Context(), stop);
        }
        catch (HotstackException e)
        {
            // The assessment reports what is wrong.
            activity.Verbose($"The certificate requests could not be read: {e.Message}");
        }
    }

    /// <summary>Waits for a stopped run. Its failure does not undo what was reached.</summary>
    public async Task EndAsync(Task running)
    {
        try
        {
            await running;
        }
        catch (OperationCanceledException)
        {
        }
        catch (HotstackException e)
        {
            activity.Warning($"The approval of certificate requests ended early: {e.Message}");
        }
    }

    private CsrContext Context() => new()
    {
        Nodes = OwnAddresses.OfNodes(Nodes.All, plan.Record, _servers, _shared),
        IsRecorded = plan.Record is { Nodes.Count: > 0 },
        ExistingNodes = Nodes.All.Select(n => n.Name).ToHashSet(),
        ServedNodes = Nodes.Fresh,
        Now = cluster.Now,
        Since = cluster.Now - (cluster.Time.GetUtcNow() - _began),
    };
}
