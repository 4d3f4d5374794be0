using Hotstack.Clusters.CertificateRequests;
using Hotstack.Clusters.Nodes;
using Hotstack.OpenShift;
using Hotstack.OpenShift.Objects;

namespace Hotstack.Clusters.Revive;

/// <summary>Judges, and approves, the kubelets' certificate requests beside the steps of a revival. A node's addresses are its own as far
/// as its server in OpenStack or the record proves it.</summary>
internal sealed class RequestApproval(Revival revival)
{
    /// <summary>A kubelet waits for its certificate, and the node for its kubelet.</summary>
    private static readonly TimeSpan ShortestInterval = TimeSpan.FromSeconds(2);

    private readonly Cluster _cluster = revival.Cluster;
    private readonly ReviveClusterRequest _request = revival.Request;
    private readonly IActivity _activity = revival.Activity;
    private readonly CsrApprover _approver = new(revival.Cluster.ForPolling(), revival.Request.CsrPolicy, revival.Activity);
    private readonly DateTimeOffset _began = revival.Cluster.Time.GetUtcNow();
    private IReadOnlyList<Instance> _servers = revival.Plan.Instances;
    private SharedAddresses _shared = SharedAddresses.OfAnyCluster;
    private bool _areAddressesKnown;

    /// <summary>The nodes that send the requests.</summary>
    public WaitForNodes Nodes { get; } = new(revival.Cluster, revival.Plan.Record, revival.Activity);

    /// <summary>Why approvals were refused; null if none was.</summary>
    public string? Refusal => _approver.Refusal;

    /// <summary>How long until the requests can be approved that wait for the pause after an approval; null if none does.</summary>
    public TimeSpan? Deferred => _approver.NextDue - _cluster.Now;

    public IReadOnlyList<CsrDecision> Decisions => [.. _approver.Decisions];

    public IReadOnlyList<CsrDecision> Approved =>
        _request.CsrPolicy == CsrPolicy.Strict ? [.. _approver.Decisions.Where(d => d.Verdict == CsrVerdict.Approve)] : [];

    /// <summary>Reads the addresses of the servers, and those that the cluster shares. Call it again after each step: what is unknown now
    /// may be known when the nodes are up.</summary>
    public async Task ReadAddressesAsync(CancellationToken stop)
    {
        if (!_areAddressesKnown)
        {
            (bool isThere, bool isComplete) = await new ApiPatience(_cluster.Time).TryAsync(() => TryReadAddressesAsync(stop));
            _areAddressesKnown = isThere && isComplete && Nodes.All.Count > 0;
        }
    }

    private async Task<bool> TryReadAddressesAsync(CancellationToken stop)
    {
        _servers = await NodeMatching.CompleteAddressesAsync(
            revival.Cloud, revival.Plan.Instances, Nodes.All.SelectMany(node => node.Addresses), _activity, stop);
        _shared = await SharedAddresses.ReadAsync(_cluster, stop);
        if (_shared.Problem is { } problem)
        {
            _activity.Verbose($"The names and addresses that the whole cluster shares are unknown ({problem}); the usual names are used.");
        }

        return _shared.Problem is null;
    }

    /// <summary>Runs until it is stopped.</summary>
    public Task RunAsync(CancellationToken stop) => _approver.RunAsync(
        Context, _request.PollInterval > ShortestInterval ? _request.PollInterval : ShortestInterval, stop);

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
            _activity.Verbose($"The certificate requests could not be read: {e.Message}");
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
            _activity.Warning($"The approval of certificate requests ended early: {e.Message}");
        }
    }

    private CsrContext Context() => new()
    {
        Nodes = OwnAddresses.OfNodes(Nodes.All, revival.Plan.Record, _servers, _shared),
        IsRecorded = revival.Plan.Record is { Nodes.Count: > 0 },
        ExistingNodes = Nodes.All.Select(n => n.Name).ToHashSet(),
        ServedNodes = Nodes.Fresh,
        Now = _cluster.Now,
        Since = _cluster.Now - (_cluster.Time.GetUtcNow() - _began),
    };
}
