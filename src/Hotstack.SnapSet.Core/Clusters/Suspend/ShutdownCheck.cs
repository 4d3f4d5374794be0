using System.Collections.Frozen;
using Hotstack.Clusters.Assess;
using Hotstack.Clusters.Certificates;
using Hotstack.OpenShift;
using Hotstack.OpenStack;

namespace Hotstack.Clusters.Suspend;

/// <summary>Refuses to shut down a cluster that is not safe to shut down.</summary>
internal sealed class ShutdownCheck(Cloud cloud, Cluster cluster, SuspendClusterRequest request, IActivity activity)
{
    /// <summary>The checks that <c>-ForceRotation</c> makes pass.</summary>
    private static readonly FrozenSet<string> RenewableChecks = FrozenSet.ToFrozenSet(
        ["CsrSignerSigner", "CsrSigner", "CsrSignerCopy", "AggregatorSigner", "AggregatorClient", KubeletRules.Name]);

    /// <summary>Checks services and, unless the request skips them, certificates.</summary>
    /// <param name="state">What became of the cluster, for the message of a refusal.</param>
    /// <param name="stop">Stops the check.</param>
    /// <param name="areRenewed">The requested rotation of certificates is done.</param>
    /// <exception cref="HotstackException"><c>ClusterNotSafe</c>, <c>HostedControlPlane</c>.</exception>
    public async Task<ClusterReport> RunAsync(string state, CancellationToken stop, bool areRenewed = false)
    {
        ClusterReport report = await ReportAsync(stop);
        if (report.Verdict == ClusterVerdict.NotSupported)
        {
            throw HostedControlPlane.Refusal(cluster.Context);
        }

        if (report.DatesDoubt is { } doubt)
        {
            activity.Warning($"The dates until which the cluster can be revived are upper bounds: {doubt}.");
        }

        bool certificatesMayFail = request.SkipCertificateCheck || (request.ForceRotation && !areRenewed);
        Refuse(certificatesMayFail ? [] : report.CertificateChecks, report.RolloutChecks, state);
        return report;
    }

    /// <summary>Checks only the certificates again: since the first check they may have been renewed, or come near their end. The other
    /// checks would fail on nodes that are cordoned or drained by now.</summary>
    /// <exception cref="HotstackException"><c>ClusterNotSafe</c>.</exception>
    public async Task<ClusterReport> RepeatAsync(CancellationToken stop)
    {
        ClusterReport report = await ReportAsync(stop);
        Refuse(request.SkipCertificateCheck ? [] : report.CertificateChecks, [], "");
        return report;
    }

    private Task<ClusterReport> ReportAsync(CancellationToken stop) =>
        new TestCluster(cluster).RunAsync(
            new TestClusterRequest
            {
                MinimumValidity = request.MinimumValidity,
                IgnoreOperators = request.IgnoreOperators,
                IgnoreApiServices = request.IgnoreApiServices,
                CloudNow = cloud.IsTimeKnown ? cloud.Now : null,
            },
            activity, stop);

    private void Refuse(IReadOnlyList<ClusterCheck> certificates, IReadOnlyList<ClusterCheck> rollouts, string state)
    {
        ClusterJudgement judgement = ClusterJudgement.Of([.. certificates, .. rollouts]);
        if (judgement.Verdict == ClusterVerdict.Safe)
        {
            return;
        }

        string eta = judgement.Eta is { } time ? $"It should be safe by {time.UtcDateTime:u}." : "";
        string verdict = judgement.Verdict == ClusterVerdict.Unknown ? "may be unsafe to shut down" : "is not safe to shut down yet";
        throw new ViolationsException(
            "ClusterNotSafe", $"Cluster '{cluster.Context}' {verdict}", judgement.Reasons, ErrorCause.Conflict, $"{eta}{state}".Trim())
        {
            Target = cluster.Context,
            Hint = HintFor(certificates, rollouts),
        };
    }

    private string HintFor(IEnumerable<ClusterCheck> certificates, IEnumerable<ClusterCheck> rollouts)
    {
        ClusterCheck[] ofCertificates = [.. certificates.Where(IsObstacle)];
        ClusterCheck[] transient = [.. rollouts.Where(check => IsObstacle(check) && !check.NeedsAction)];
        string[] parts =
        [
            "Test-HotstackCluster shows all checks.",
            .. If(!request.ForceRotation && Array.Exists(ofCertificates, IsRenewable),
                "Use Wait-HotstackCluster -For CertificateRotation to wait until the cluster renews its certificates, or Suspend-HotstackCluster -ForceRotation to renew them at once."),
            .. If(Array.Exists(transient, check => check.Check == "Operators"),
                "Use Wait-HotstackCluster -For Stable to wait for the operators, or -IgnoreOperator to ignore those that do not matter to you."),
            .. If(Array.Exists(transient, check => check.Check != "Operators"), "Wait-HotstackCluster -For Ready waits for the rest."),
            .. If(ofCertificates.Length > 0, "Use -SkipCertificateCheck to accept the risk of expired certificates."),
        ];
        return string.Join(" ", parts);
    }

    private static bool IsObstacle(ClusterCheck check) => check.Result is ClusterCheckResult.Failed or ClusterCheckResult.Unknown;

    private static bool IsRenewable(ClusterCheck check) =>
        check.Result == ClusterCheckResult.Failed && !check.NeedsAction && RenewableChecks.Contains(check.Check);

    private static string[] If(bool isSo, string part) => isSo ? [part] : [];
}
