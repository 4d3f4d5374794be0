using Hotstack.Clusters.CertificateRequests;
using Hotstack.Deployments;
using Hotstack.OpenShift;
using Hotstack.OpenStack;

namespace Hotstack.Clusters.Revive;

/// <summary>A revival that can begin.</summary>
/// <param name="Instances">The servers of the deployment.</param>
/// <param name="Record">The cluster before its shutdown; null if nobody recorded it.</param>
internal sealed record ReviveClusterPlan(IReadOnlyList<Instance> Instances, ClusterRecord? Record);

/// <summary>Finds the servers and the record, and checks whether the cluster can still be revived. Changes nothing.</summary>
internal sealed class ReviveClusterPlanner(
    Cloud cloud, Cluster cluster, IRecordSource records, ReviveClusterRequest request, IActivity activity)
{
    /// <exception cref="HotstackException"><c>TimeoutTooShort</c>, <c>ReviveTooLate</c>, <c>ServerNotFound</c>, or the
    /// cloud failed.</exception>
    public async Task<ReviveClusterPlan> PlanAsync(CancellationToken stop)
    {
        RefuseShortTimeout();
        IReadOnlyList<Instance> instances = await new DeploymentServers(cloud).FindAsync(request.Source, activity, stop);
        FoundRecord? found = request.Record is null ? await records.FindAsync(instances, activity, stop) : null;
        if (found is not null)
        {
            activity.Verbose($"The record of the cluster is from {found.Source}.");
        }

        var plan = new ReviveClusterPlan(instances, request.Record ?? found?.Record);
        CheckDates(plan.Record, found);
        return plan;
    }

    private void RefuseShortTimeout()
    {
        TimeSpan min = request.StableFor.Aggregate(TimeSpan.Zero, (sum, round) => sum + round);
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
                    Target = cluster.Context,
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
