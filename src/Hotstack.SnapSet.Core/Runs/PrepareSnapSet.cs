using Hotstack.Clusters;
using Hotstack.Clusters.Suspend;
using Hotstack.OpenShift;
using Hotstack.OpenStack;
using Hotstack.SnapSets;
using Hotstack.SnapSets.Create;

namespace Hotstack.Runs;

/// <summary>From a running cluster to its SnapSet: waits until the certificates allow a shutdown and the cluster is stable, suspends it, and
/// makes the set. What was done is in the cloud, so the same request resumes after an interruption, on any machine.</summary>
/// <param name="cloud">The cloud of the servers.</param>
/// <param name="connect">Connects to the cluster; called only if nodes of a cluster run.</param>
public sealed class PrepareSnapSet(Cloud cloud, Func<Task<Cluster>> connect)
{
    /// <summary>Asked instead if servers are shut down; null asks the usual question.</summary>
    public Confirmation? ConfirmRisk { get; init; }

    /// <summary>Checks everything, asks once, and does all steps that are not done.</summary>
    /// <param name="request">Which deployment, and how.</param>
    /// <param name="activity">Receives each step.</param>
    /// <param name="confirm">Asked once, before the wait.</param>
    /// <param name="stop">Stops the step that runs, as that step alone.</param>
    /// <returns>The set, with the steps; a set that an earlier run completed if its servers have not run since; null if the user did not
    /// consent.</returns>
    /// <exception cref="HotstackException">As <see cref="Clusters.Wait.WaitCluster"/>, <see cref="SuspendCluster"/> and
    /// <see cref="NewSnapSet"/>.</exception>
    public async Task<PreparedSnapSet?> RunAsync(
        PrepareSnapSetRequest request, IActivity activity, Confirmation confirm, CancellationToken stop)
    {
        PrepareSnapSetPlan plan = await new PrepareSnapSetPlanner(cloud, connect, request, activity).PlanAsync(stop);
        if (plan.Done is { } done)
        {
            activity.Warning($"SnapSet {done.Id} of these servers is complete, and they have not run since it was made: nothing is left to do."
                + (request.Freeze.StartServers ? " They stay off; Invoke-HotstackRevive starts them." : ""));
            return new PreparedSnapSet(done);
        }

        Confirmation ask = plan.StopsServers ? ConfirmRisk ?? confirm : confirm;
        return await ask(plan.Target, plan.Action)
            ? await new PrepareSnapSetRun(cloud, plan, request, activity).RunAsync(stop)
            : null;
    }
}

/// <summary>Which deployment to freeze, and how.</summary>
public sealed record PrepareSnapSetRequest
{
    /// <summary>The set. Its source names the deployment; its servers are shut down whatever <see cref="NewSnapSetRequest.StopServers"/>
    /// says.</summary>
    public required NewSnapSetRequest Freeze { get; init; }

    /// <summary>The shutdown. Its source is not used.</summary>
    public SuspendClusterRequest Suspend { get; init; } = new() { Source = new() };

    /// <summary>How long all operators have to be stable without a break before the shutdown, one value for each round.</summary>
    public IReadOnlyList<TimeSpan> StableFor { get; init; } = [TimeSpan.FromSeconds(60)];

    /// <summary>How long the certificates may take to allow a shutdown.</summary>
    public TimeSpan RotationTimeout { get; init; } = TimeSpan.FromHours(26);

    /// <summary>The pause between two looks at the certificates; null for the usual one.</summary>
    public TimeSpan? RotationInterval { get; init; }

    /// <summary>The certificates have to allow a shutdown before it begins; otherwise it does not ask for them, or renews them itself.</summary>
    internal bool WaitsForRotation => Suspend is { SkipCertificateCheck: false, ForceRotation: false };
}

/// <summary>A set, and the steps that led to it.</summary>
public sealed record PreparedSnapSet : SnapSet
{
    /// <param name="set">The set.</param>
    [System.Diagnostics.CodeAnalysis.SetsRequiredMembers]
    public PreparedSnapSet(SnapSet set)
        : base(set)
    {
    }

    /// <summary>The steps of this run with their times; empty if an earlier run had done all.</summary>
    public Listing<TimelineEntry> Timeline { get; init; } = [];

    /// <summary>The id.</summary>
    public override string ToString() => Id;
}
