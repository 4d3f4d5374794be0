using Hotstack.Deployments;
using Hotstack.OpenShift;
using Hotstack.OpenStack;

namespace Hotstack.Clusters.Revive;

/// <summary>Brings a cluster that was shut down back to proven service. Every step looks first whether it is done already,
/// so the same command again goes on where the last one ended.</summary>
/// <param name="cloud">The servers' cloud.</param>
/// <param name="cluster">The cluster.</param>
/// <param name="records">Asked where the request brings no record.</param>
public sealed class ReviveCluster(Cloud cloud, Cluster cluster, IRecordSource records)
{
    /// <summary>Checks the dates, asks, and revives.</summary>
    /// <param name="request">Which cluster, and how.</param>
    /// <param name="activity">Told of each step.</param>
    /// <param name="confirm">Asked once, before anything is changed.</param>
    /// <param name="stop">Ends it; what has come up stays up.</param>
    /// <returns>The assessment at the end, healthy or not; null if the user did not consent.</returns>
    /// <exception cref="HotstackException"><c>TimeoutTooShort</c>, <c>ReviveTooLate</c>, <c>ServerStartTimeout</c>, <c>ServerFailed</c>,
    /// <c>ApiNotReady</c>, <c>NotOpenShift</c>, <c>HostedControlPlane</c>, <c>OtherCluster</c>, <c>NodesDoNotMatch</c>, <c>NodesNotReady</c>, <c>ClusterNotStable</c>, <c>ApiServicesNotAvailable</c> …; each tells what had been reached.</exception>
    public async Task<ReviveReport?> RunAsync(
        ReviveClusterRequest request, IActivity activity, Confirmation confirm, CancellationToken stop)
    {
        CheckTimes(request);
        IReadOnlyList<Instance> instances = await new DeploymentServers(cloud)
            .FindAsync(request.Source, activity, stop);
        FoundRecord? found = request.Record is null ? await records.FindAsync(instances, activity, stop) : null;
        if (found is not null)
        {
            activity.Verbose($"How the cluster was before is taken from {found.Source}.");
            request = request with { Record = found.Record };
        }

        CheckDates(request, found, activity);
        int stopped = instances.Count(i => i.Status != ServerRules.Active);
        string start = stopped == 0 ? "Wait for it to be ready" : $"Start {CountText.Of(stopped, "server")}, wait for it to be ready";
        if (!await confirm(
            $"OpenShift cluster '{cluster.Context}': {string.Join(", ", instances.Select(i => i.Name))}",
            $"{start}, {DescribeCsrs(request)}uncordon {(request.Record is null ? "all nodes" : "the nodes that were cordoned for the snapshot")}")
            )
        {
            return null;
        }

        ReviveReport report = await new Revival(cloud, cluster, instances, request, activity.Within(Revival.WorkOf(cluster))).RunAsync(stop);
        if (report.IsHealthy)
        {
            await new KeptRecord(cloud).ForgetAsync(instances, activity, stop);
        }

        return report;
    }

    private static string DescribeCsrs(ReviveClusterRequest request) =>
        request.CsrPolicy == CertificateRequests.CsrPolicy.Strict ? "approve its kubelets' signing requests, " : "";

    private static void CheckTimes(ReviveClusterRequest request)
    {
        TimeSpan least = request.StableFor.Aggregate(TimeSpan.Zero, (sum, round) => sum + round);
        if (request.Timeout < least)
        {
            throw new HotstackException(
                ErrorCause.InputInvalid, "TimeoutTooShort",
                $"No cluster can be stable for {TimeText.Of(least)} in all within {TimeText.Of(request.Timeout)}.")
            {
                Target = request.Timeout,
                Hint = "Give -Timeout more; 90 minutes are usual.",
            };
        }
    }

    /// <summary>By the cloud's calendar, not the cluster's: that may not even be on.</summary>
    private void CheckDates(ReviveClusterRequest request, FoundRecord? found, IActivity activity)
    {
        if (request.Record is not { } record)
        {
            activity.Warning(
                "How the cluster was before its shutdown is not recorded, so this is left out: until when it can be revived, whether "
                + "all nodes, operators and APIs are there again, whether the nodes booted anew, and which nodes were cordoned before. All are uncordoned.");
            return;
        }

        DateTimeOffset now = cloud.Now;
        if (record.AssistedUntil < now && found is { MayHaveRenewed: true })
        {
            activity.Warning(
                $"Certificates that nothing renews may have expired on {record.AssistedUntil:u}, as recorded in {found.Source}. "
                + "The servers have run since, when they could be renewed, so the revival is tried.");
            return;
        }

        if (record.AssistedUntil < now && !request.Force)
        {
            throw new HotstackException(
                ErrorCause.Conflict, "ReviveTooLate",
                $"The cluster could be revived until {record.AssistedUntil:u}{(found is null ? "" : $", as recorded in {found.Source}")}: "
                + "certificates that nothing renews have expired since.")
            {
                Target = cluster.Context,
                Hint = "-Force tries it nevertheless; mostly the deployment has to be installed anew.",
            };
        }

        if (record.AssistedUntil < now)
        {
            activity.Warning($"Certificates that nothing renews ran out on {record.AssistedUntil:u}; trying nevertheless, as -Force says.");
        }
        else if (record.UnattendedUntil < now)
        {
            activity.Warning(
                $"The kubelets' certificates ran out from {record.UnattendedUntil:u} on: their signing requests "
                + (request.CsrPolicy == CertificateRequests.CsrPolicy.Strict
                    ? "will be approved if they are in order."
                    : "have to be approved by somebody else, since -CsrPolicy is not Strict."));
        }
    }
}
