using Hotstack.Clusters.CertificateRequests;
using Hotstack.Clusters.Stability;
using Hotstack.Clusters.Wait;
using Hotstack.Deployments;
using Hotstack.OpenShift;
using Hotstack.OpenStack;

namespace Hotstack.Clusters.Revive;

/// <summary>A revival that can begin.</summary>
/// <param name="Instances">The servers of the deployment.</param>
/// <param name="Record">The cluster before its shutdown; null if nobody recorded it.</param>
internal sealed record ReviveClusterPlan(IReadOnlyList<Instance> Instances, ClusterRecord? Record)
{
    /// <summary>What the outputs of the stack tell.</summary>
    public StackFacts Facts { get; init; } = StackFacts.None;

    /// <summary>When the last node was to shut itself down, by the cloud's clock; null if that is unknown.</summary>
    public DateTimeOffset? DueAt { get; init; }

    /// <summary>A node that still runs then was not reached by the shutdown. Without a known time, the record's counts.</summary>
    public DateTimeOffset? OffBy => (DueAt > Record?.RecordedAt ? DueAt : Record?.RecordedAt) + BegunShutdown.Takes;

    /// <summary>By the roles, some servers are nodes of OpenShift.</summary>
    public bool HasNodes => Roles.NodesAmong(Instances).Count > 0;

    /// <summary>What the user waits for besides.</summary>
    public IReadOnlyList<AwaitedCondition> Awaited { get; init; } = [];

    /// <summary>The servers that stay as they are: they were off before the shutdown and are off now, or a virtual BMC has put them into
    /// rescue mode.</summary>
    public IReadOnlyList<Instance> LeftAlone { get; } =
    [
        .. Instances.Where(i => Roles.MayBeOff(i.Role)
            && (i.Status == ServerRules.Rescue || (i.Status == ServerRules.ShutOff && Record?.OffInstances.Contains(i.Name) == true))),
    ];

    /// <summary>The servers that are started if they do not run.</summary>
    public IReadOnlyList<Instance> Started => [.. Instances.Except(LeftAlone)];

    /// <summary>What stays as it is and why, in a sentence without a full stop; null for nothing.</summary>
    public string? WhyLeftAlone => LeftAlone.Count == 0 ? null : string.Join("; ", LeftAlone
        .GroupBy(i => i.Status == ServerRules.Rescue, (isRescue, group) => (isRescue
            ? "left in rescue mode, which the virtual BMC ends" : "left off, as before the shutdown") + $": {string.Join(", ", group)}"));
}

/// <summary>Finds the servers and the record, and checks whether the cluster can still be revived. Changes nothing.</summary>
internal sealed class ReviveClusterPlanner(
    Cloud cloud, Cluster cluster, IRecordSource records, ReviveClusterRequest request, IActivity activity)
{
    /// <exception cref="HotstackException"><c>TimeoutTooShort</c>, <c>WaitForInvalid</c>, <c>WaitForWithoutCluster</c>, <c>ReviveTooLate</c>, <c>ServerNotFound</c>, or the
    /// cloud failed.</exception>
    public async Task<ReviveClusterPlan> PlanAsync(CancellationToken stop)
    {
        IReadOnlyList<AwaitedCondition> awaited = Check(request);
        IReadOnlyList<Instance> instances = await new DeploymentServers(cloud).FindAsync(request.Source, activity, stop);
        await cluster.FindWayAsync(stop);
        FoundRecord? found = request.Record is null ? await records.FindAsync(instances, activity, stop) : null;
        if (found is not null)
        {
            activity.Verbose($"The record of the cluster is from {found.Source}.");
        }

        var plan = new ReviveClusterPlan(instances, request.Record ?? found?.Record)
        {
            Awaited = awaited,
            DueAt = found?.DueAt,
            Facts = await StackFacts.TryReadAsync(cloud, instances, activity, stop),
        };
        // A controller may lead to MicroShift; whether it does shows when it runs.
        if (awaited.Count > 0 && !plan.HasNodes && !cluster.IsOpen && !instances.Any(i => i.IsController))
        {
            throw AwaitedCondition.WithoutCluster(cluster.Name);
        }

        if (plan.HasNodes || cluster.IsOpen)
        {
            CheckDates(plan.Record, found);
        }
        else
        {
            activity.Verbose("No server of the deployment has the role of an OpenShift node, so its servers alone are started.");
        }

        return plan;
    }

    /// <summary>Checks the request alone: the rounds of stability have to fit into the timeout.</summary>
    /// <returns>The conditions to wait for.</returns>
    /// <exception cref="HotstackException"><c>TimeoutTooShort</c>, <c>WaitForInvalid</c>.</exception>
    public static IReadOnlyList<AwaitedCondition> Check(ReviveClusterRequest request)
    {
        TimeSpan min = StabilityRounds.TotalOf(request.StableFor);
        if (request.Timeout < min)
        {
            throw new HotstackException(
                ErrorCause.InputInvalid, "TimeoutTooShort",
                $"No cluster can be stable for {TimeText.Of(min)} in total within {TimeText.Of(request.Timeout)}.")
            {
                Target = request.Timeout,
                Hint = "Increase -Timeout; 90 minutes are usual.",
            };
        }

        return AwaitedCondition.ParseAll(request.WaitFor);
    }

    /// <summary>Compares with the clock of the cloud, since the cluster may be off.</summary>
    private void CheckDates(ClusterRecord? record, FoundRecord? found)
    {
        if (record is null)
        {
            activity.Warning(
                "The cluster was not recorded before its shutdown, so the revival does not check until when it can be revived, whether all "
                + "nodes, operators and APIs are there again, and whether the nodes booted anew. It uncordons all nodes.");
        }
        else
        {
            CheckWindow(new ReviveWindow(record, cloud.Now), found);
        }
    }

    private void CheckWindow(ReviveWindow window, FoundRecord? found)
    {
        string source = found is null ? "" : $" The dates are recorded in {found.Source}.";
        switch (window.State)
        {
            case ReviveWindowState.Expired when found is { MayHaveRenewed: true }:
                activity.Warning(
                    $"{window.Sentence}{source} The servers have run since, when the certificates could be renewed, so the revival is tried.");
                break;
            case ReviveWindowState.Expired when request.Force:
                activity.Warning($"{window.Sentence}{source} The revival is tried because of -Force.");
                break;
            case ReviveWindowState.Expired:
                throw new HotstackException(ErrorCause.Conflict, "ReviveTooLate", window.Sentence + source)
                {
                    Target = cluster.Name,
                    Hint = "Install the deployment anew. -Force tries the revival nevertheless, mostly in vain.",
                };
            case ReviveWindowState.Assisted when request.CsrPolicy != CsrPolicy.Strict:
                activity.Warning(
                    $"{window.Sentence} Somebody else has to approve the certificate requests, since -CsrPolicy is not Strict.");
                break;
            case ReviveWindowState.Assisted:
                activity.Warning(window.Sentence);
                break;
        }
    }
}
