using System.Collections.Frozen;
using Hotstack.Clusters.Assess;

namespace Hotstack.Clusters.Suspend;

/// <summary>What helps a cluster that must not be shut down yet, by what is not as it should be.</summary>
internal static class UnsafeHint
{
    private static readonly FrozenSet<string> Renewed = FrozenSet.ToFrozenSet<string>(
        [
            CheckName.CsrSignerSigner, CheckName.CsrSigner, CheckName.CsrSignerCopy, CheckName.AggregatorSigner, CheckName.AggregatorClient,
            CheckName.KubeletCertificates,
        ]);

    /// <param name="certificates">The checks of certificates that count.</param>
    /// <param name="rollouts">The checks of the cluster's services.</param>
    /// <param name="mayRotate">Whether <c>-ForceRotation</c> can still be given.</param>
    public static string For(IEnumerable<ClusterCheck> certificates, IEnumerable<ClusterCheck> rollouts, bool mayRotate)
    {
        ClusterCheck[] ofCertificates = [.. certificates.Where(IsObstacle)];
        ClusterCheck[] passing = [.. rollouts.Where(check => IsObstacle(check) && !check.NeedsAction)];
        string[] parts =
        [
            "Test-HotstackCluster shows all checks.",
            .. If(mayRotate && Array.Exists(ofCertificates, MayBeRenewed),
                "Use Wait-HotstackCluster -For CertificateRotation to wait until the cluster renews its certificates, or Suspend-HotstackCluster -ForceRotation to renew them at once."),
            .. If(Array.Exists(passing, check => check.Check == CheckName.Operators),
                "Use Wait-HotstackCluster -For Stable to wait for the operators, or -IgnoreOperator to ignore those that do not matter to you."),
            .. If(Array.Exists(passing, check => check.Check != CheckName.Operators), "Wait-HotstackCluster -For Ready waits for the rest."),
            .. If(ofCertificates.Length > 0, "Use -SkipCertificateCheck to accept the risk of expired certificates."),
        ];
        return string.Join(" ", parts);
    }

    private static bool IsObstacle(ClusterCheck check) => check.Result is ClusterCheckResult.Failed or ClusterCheckResult.Unknown;

    private static bool MayBeRenewed(ClusterCheck check) =>
        check.Result == ClusterCheckResult.Failed && !check.NeedsAction && Renewed.Contains(check.Check);

    private static string[] If(bool isSo, string part) => isSo ? [part] : [];
}
