namespace Hotstack.Clusters.Certificates;

/// <summary>When certificates are renewed, by the rules of who renews them.</summary>
internal static class Renewal
{
    /// <summary>From a renewal until all who need the new certificate have it.</summary>
    public static readonly TimeSpan Margin = TimeSpan.FromMinutes(10);

    /// <summary>The kube-controller-manager gets a new signer this long after it was made, for its trust to spread first
    /// (cluster-kube-controller-manager-operator, targetconfigcontroller.go).</summary>
    public static readonly TimeSpan CopyDelay = TimeSpan.FromMinutes(5);

    /// <summary>An operator that is later than this has more wrong with it than its pace.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromHours(1);

    /// <summary>An operator renews a certificate after 80 % of its life, or before (library-go, certrotation).</summary>
    /// <returns>Null if its dates are not known, or if it is overdue.</returns>
    public static DateTimeOffset? ByOperator(ClusterCertificate certificate, DateTimeOffset now) =>
        certificate is { NotBefore: { } from, NotAfter: { } until } ? SoonIfDue(from + ((until - from) * 0.8), now) : null;

    /// <summary>When something comes that should have come at a time.</summary>
    /// <returns>Null if it is overdue.</returns>
    public static DateTimeOffset? SoonIfDue(DateTimeOffset due, DateTimeOffset now) =>
        due > now ? due : now - due < Patience ? now : null;

    /// <summary>
    /// A kubelet renews a certificate at a random point between 70 and 90 % of its life (client-go, certificate_manager.go).
    /// It tells the end of that life only, not its beginning; the later it began, the later the renewal.
    /// </summary>
    /// <param name="notAfter">The end.</param>
    /// <param name="madeBy">The latest moment at which it can have been made.</param>
    public static DateTimeOffset ByKubeletAtTheLatest(DateTimeOffset notAfter, DateTimeOffset madeBy) =>
        madeBy + ((notAfter - madeBy) * 0.9);
}
