using Hotstack.Clusters.Assess;
using Hotstack.Deployments;

namespace Hotstack.Clusters.Revive;

/// <summary>Assesses what was revived, and makes the report.</summary>
internal sealed class FinalAssessment(Revival revival, RequestApproval approval, ReviveTimeline timeline, ClusterExemptions exemptions)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan AssessmentTimeout = TimeSpan.FromMinutes(1);

    /// <summary>A kubelet that gets a certificate after each of them, and cannot use it, is not waited for any longer.</summary>
    private const int MostRounds = 4;

    /// <summary>For its pods, as upstream waits (roles/microshift_setup, wait_for_ready.yml).</summary>
    private static readonly TimeSpan MicroShiftTimeout = TimeSpan.FromMinutes(10);

    /// <summary>The report of a cluster.</summary>
    public async Task<ReviveReport> AssessAsync(bool isMicroShift, CancellationToken stop)
    {
        revival.Activity.Progress(new(revival.Work, "Assessment"));
        var test = new TestCluster(revival.Cluster) { Facts = await FactsAsync(stop) };
        ClusterReport? report = null;
        IActivity told = revival.Activity.Once();
        // More than one poll, so that a call that fails by chance does not decide.
        TimeSpan atMost = isMicroShift ? MicroShiftTimeout : AssessmentTimeout;
        bool mayBecome = true;
        for (int round = 0; mayBecome && atMost > TimeSpan.Zero && round < MostRounds; round++)
        {
            int approved = approval.Approved.Count;
            // A kubelet that gave up on a request just as it was approved has made another, which is approved later; and one whose
            // request was approved at the last look has yet to take its certificate.
            mayBecome = !await UntilHealthyAsync(atMost) && (approval.Deferred is not null || approval.Approved.Count > approved);
            atMost = revival.AtMost((approval.Deferred ?? TimeSpan.Zero) + AssessmentTimeout);
        }

        return Report(report!);

        Task<bool> UntilHealthyAsync(TimeSpan atMost)
        {
            IActivity shown = revival.Activity.AtMost(atMost, revival.Cluster.Time);
            return Poll.UntilAsync(
                async token =>
                {
                    report = await test.RunAsync(new TestClusterRequest(), revival.Plan.Record, told, token, exemptions);
                    string reasons = report.Health.ReasonsInShort;
                    shown.Progress(report.Health.Passed.Of(revival.Work, reasons.Length > 0 ? $"Assessment; {reasons}" : "Assessment"));
                    if (!report.IsHealthy)
                    {
                        await approval.RunOnceAsync(token);
                    }

                    return report.IsHealthy;
                },
                Interval, atMost, revival.Cluster.Time, stop);
        }
    }

    /// <summary>The report of a deployment without a cluster.</summary>
    public async Task<ReviveReport> ReportServersAsync(CancellationToken stop) => Report(ClusterKind.ReportServers(
        revival.Cluster.Name, revival.Plan.Started.Count, revival.Cloud.Now, await FactsAsync(stop)));

    private Task<DeploymentFacts?> FactsAsync(CancellationToken stop) => DeploymentFacts.TryReadAsync(
        () => revival.Cloud, new InstanceSource { Instances = revival.Plan.Instances }, revival.Plan.Facts, revival.Activity, stop);

    private ReviveReport Report(ClusterReport assessment) => new()
    {
        Name = revival.Cluster.Name,
        Context = assessment.Context,
        StackName = revival.Plan.Instances.Select(i => i.StackName).FirstOrDefault(name => name is not null)
            ?? revival.Plan.Record?.StackName,
        Assessment = assessment,
        CertificateRequests = [.. approval.Decisions],
        Timeline = [.. timeline.Steps()],
        Duration = timeline.Duration,
    };
}
