namespace Hotstack.Clusters.Certificates;

/// <summary>What has to be right around the certificates: requests for new ones, the clocks, our own access.</summary>
internal static class SurroundingRules
{
    private const string ClockCheck = "Clock";

    private static readonly TimeSpan MostSkew = TimeSpan.FromMinutes(2);

    public static IEnumerable<ClusterCheck> Check(CertificateFacts facts, TimeSpan keep) =>
    [
        CheckRequests(facts),
        CheckClock("this machine", facts.LocalSkew)
            ?? new(ClockCheck, ClusterCheckResult.Unknown, "the cluster's clock is not known: its answers bear no date") { Target = "this machine" },
        CheckClock("the cloud", facts.CloudSkew)
            ?? new(ClockCheck, ClusterCheckResult.Skipped, "the cloud's clock was not compared") { Target = "the cloud" },
        CheckKubeconfig(facts, keep),
    ];

    private static ClusterCheck CheckRequests(CertificateFacts facts)
    {
        const string check = "SigningRequests";
        return facts switch
        {
            { RequestsProblem: { } problem } => new(check, ClusterCheckResult.Unknown, $"kubelets' signing requests are not known: {problem}"),
            { PendingRequests.Count: > 0 } => new(check, ClusterCheckResult.Failed,
                $"kubelets wait for somebody to approve their signing requests: {AsciiText.Names(facts.PendingRequests)}"),
            { UnissuedRequests.Count: > 0 } => new(check, ClusterCheckResult.Failed,
                $"approved signing requests have no certificate yet: {AsciiText.Names(facts.UnissuedRequests)}")
            {
                Eta = facts.Now + Renewal.Margin,
            },
            { IdleRequests.Count: > 0 } => new(check, ClusterCheckResult.Warning,
                "no kubelet waits for a certificate, but there are requests of nodes that have theirs, or that do not exist: "
                + AsciiText.Names(facts.IdleRequests)),
            _ => new(check, ClusterCheckResult.Passed, "no kubelet waits for a certificate"),
        };
    }

    private static ClusterCheck? CheckClock(string whose, TimeSpan? skew) => skew is not { } ahead
        ? null
        : new(ClockCheck, ahead.Duration() <= MostSkew ? ClusterCheckResult.Passed : ClusterCheckResult.Failed,
            $"the cluster's clock is {TimeText.Of(ahead.Duration())} {(ahead < TimeSpan.Zero ? "behind" : "ahead of")} that of {whose}"
            + (ahead.Duration() <= MostSkew ? "" : $", more than {MostSkew.TotalMinutes:0} minutes: certificates may seem expired or not valid yet"))
        {
            Target = whose,
            NeedsAction = ahead.Duration() > MostSkew,
        };

    private static ClusterCheck CheckKubeconfig(CertificateFacts facts, TimeSpan keep)
    {
        const string check = "Kubeconfig";
        if (facts.KubeconfigNotAfter is not { } until)
        {
            return new(check, ClusterCheckResult.Warning,
                "the kubeconfig shows no client certificate: whether its login still works when the cluster comes back is not known");
        }

        return until - facts.Now >= keep
            ? new(check, ClusterCheckResult.Passed, $"the kubeconfig's client certificate is valid until {TimeText.Of(until)}")
            : new(check, ClusterCheckResult.Failed,
                $"the kubeconfig's client certificate is valid until {TimeText.Of(until)} only, which is less than {TimeText.Of(keep)} from now; "
                + "use the one that the installer wrote") { NeedsAction = true };
    }
}
