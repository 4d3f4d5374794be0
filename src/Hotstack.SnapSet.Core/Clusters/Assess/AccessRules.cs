namespace Hotstack.Clusters.Assess;

/// <summary>What must be right around the certificates: the signing requests for new ones, the clocks, and our own login.</summary>
internal static class AccessRules
{
    private static readonly TimeSpan MaxSkew = TimeSpan.FromMinutes(2);

    public static ClusterCheck CheckSigningRequests(CertificateInput input)
    {
        const string check = CheckName.SigningRequests;
        return input.Facts switch
        {
            { RequestsProblem: { } problem } =>
                new(check, ClusterCheckResult.Unknown, $"kubelets' signing requests are not known: {problem}"),
            { PendingRequests.Count: > 0 } facts => new(check, ClusterCheckResult.Failed,
                $"kubelets wait for somebody to approve their signing requests: {AsciiText.Names(facts.PendingRequests)}"),
            { UnissuedRequests.Count: > 0 } facts => new(check, ClusterCheckResult.Failed,
                $"approved signing requests have no certificate yet: {AsciiText.Names(facts.UnissuedRequests)}")
            {
                Eta = facts.Now + SignerRules.RenewalMargin,
            },
            { IdleRequests.Count: > 0 } facts => new(check, ClusterCheckResult.Warning,
                "no kubelet waits for a certificate, but there are requests of nodes that have theirs, or that do not exist: "
                + AsciiText.Names(facts.IdleRequests)),
            _ => new(check, ClusterCheckResult.Passed, "no kubelet waits for a certificate"),
        };
    }

    /// <summary>Compares the cluster's clock with this machine's and with the cloud's.</summary>
    public static IEnumerable<ClusterCheck> CheckClocks(CertificateInput input)
    {
        const string machine = "this machine";
        const string cloud = "the cloud";
        yield return CheckClock(machine, input.Facts.LocalSkew)
            ?? new(CheckName.Clock, ClusterCheckResult.Unknown, "the cluster's clock is not known: its answers have no date")
            {
                Target = machine,
            };
        yield return CheckClock(cloud, input.Facts.CloudSkew)
            ?? new(CheckName.Clock, ClusterCheckResult.Skipped, "the cloud's clock was not compared") { Target = cloud };
    }

    public static ClusterCheck CheckKubeconfig(CertificateInput input)
    {
        const string check = CheckName.Kubeconfig;
        if (input.Facts.KubeconfigNotAfter is not { } until)
        {
            return new(check, ClusterCheckResult.Warning,
                "the kubeconfig has no client certificate: whether its login still works at a revival is not known");
        }

        return until - input.Facts.Now >= input.MinimumValidity
            ? new(check, ClusterCheckResult.Passed, $"the kubeconfig's client certificate is valid until {TimeText.Of(until)}")
            : new(check, ClusterCheckResult.Failed,
                $"the kubeconfig's client certificate is valid until {TimeText.Of(until)} only, which is less than "
                + $"{TimeText.Of(input.MinimumValidity)} from now; use the one that the installer wrote") { NeedsAction = true };
    }

    /// <returns>Null if the difference is not known.</returns>
    private static ClusterCheck? CheckClock(string whose, TimeSpan? skew)
    {
        if (skew is not { } ahead)
        {
            return null;
        }

        bool isFine = ahead.Duration() <= MaxSkew;
        return new(
            CheckName.Clock, isFine ? ClusterCheckResult.Passed : ClusterCheckResult.Failed,
            $"the cluster's clock is {TimeText.Of(ahead.Duration())} {(ahead < TimeSpan.Zero ? "behind" : "ahead of")} that of {whose}"
            + (isFine ? "" : $", more than {MaxSkew.TotalMinutes:0} minutes: certificates may seem expired or not valid yet"))
        {
            Target = whose,
            NeedsAction = !isFine,
        };
    }
}
