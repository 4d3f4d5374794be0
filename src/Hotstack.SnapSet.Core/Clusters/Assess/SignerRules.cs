using Hotstack.Clusters.Certificates;

namespace Hotstack.Clusters.Assess;

/// <summary>The signers that the installer makes for a day, what they sign, and when their operators renew them.</summary>
internal sealed class SignerRules(CertificateInput input)
{
    /// <summary>From a renewal until all who need the new certificate have it.</summary>
    public static readonly TimeSpan RenewalMargin = TimeSpan.FromMinutes(10);

    /// <summary>The kube-controller-manager gets a new signer this long after it was made, for its trust to spread first
    /// (cluster-kube-controller-manager-operator, targetconfigcontroller.go).</summary>
    public static readonly TimeSpan CopyDelay = TimeSpan.FromMinutes(5);

    /// <summary>A certificate that is not valid yet within this time is due to different clocks of the masters.</summary>
    private static readonly TimeSpan ClockTolerance = TimeSpan.FromMinutes(2);

    /// <summary>A renewal that is later than this does not come by itself.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromHours(1);

    private CertificateFacts Facts => input.Facts;

    private DateTimeOffset Now => input.Facts.Now;

    /// <summary>When the kube-controller-manager uses a signer that was made after now, at the latest; null if that is not
    /// known.</summary>
    public DateTimeOffset? NextCsrSignerAt =>
        Later(RenewalOf(Facts.CsrSigner), IsShortLived(Facts.CsrSignerSigner) ? RenewalOf(Facts.CsrSignerSigner) : Now) + CopyDelay;

    /// <summary>The longest life of a kubelet's certificate, as it ends with its signer; null if that is not known yet.</summary>
    public TimeSpan? MaxLifeOfKubelets => LifeOfNext(Facts.CsrSigner);

    /// <summary>If only the copy is old, it does not wait for another renewal.</summary>
    private DateTimeOffset? NextCopyAt =>
        Facts.CsrSigner is { NotBefore: { } from, NotAfter: { } until } && until - Now >= input.MinimumValidity
            ? SoonIfDue(from + CopyDelay)
            : NextCsrSignerAt;

    private DateTimeOffset? NextAggregatorClientAt => Later(
        RenewalOf(Facts.AggregatorClient),
        IsShortLived(Facts.AggregatorClientSigner) ? RenewalOf(Facts.AggregatorClientSigner) : Now);

    // Whether a signer is older than the certificate that it signed does not count: the two are renewed at different times.
    // A certificate of the installer's signer ends with it.
    public ClusterCheck CheckCsrSignerSigner() => CheckRenewed(CheckName.CsrSignerSigner, Facts.CsrSignerSigner);

    /// <summary>The signer that its operator made, and the copy that signs.</summary>
    public IEnumerable<ClusterCheck> CheckCsrSigner() =>
    [
        CheckLasting(CheckName.CsrSigner, Facts.CsrSigner, input.MinimumValidity, () => NextCsrSignerAt - CopyDelay),
        CheckLasting(CheckName.CsrSigner, Facts.CsrSignerCopy, input.MinimumValidity, () => NextCopyAt),
    ];

    /// <summary>Whether the copy that signs is the present signer.</summary>
    public ClusterCheck CheckCsrSignerCopy()
    {
        const string check = CheckName.CsrSignerCopy;
        if (Facts.CsrSigner.Serial is not { } serial || Facts.CsrSignerCopy.Serial is not { } copied)
        {
            ClusterCertificate unread = Facts.CsrSigner.Serial is null ? Facts.CsrSigner : Facts.CsrSignerCopy;
            return Of(check, ClusterCheckResult.Unknown, unread,
                $"whether {Facts.CsrSignerCopy} is a copy of {Facts.CsrSigner} is not known: "
                + (unread.Problem ?? $"the serial number of {unread} was not read"));
        }

        if (string.Equals(serial, copied, StringComparison.OrdinalIgnoreCase))
        {
            return Of(check, ClusterCheckResult.Passed, Facts.CsrSignerCopy, $"{Facts.CsrSignerCopy} is a copy of {Facts.CsrSigner}");
        }

        DateTimeOffset? copiedAt = Facts.CsrSigner.NotBefore is { } from ? SoonIfDue(from + CopyDelay) : null;
        return Failed(check, Facts.CsrSignerCopy, copiedAt,
            $"{Facts.CsrSignerCopy} is not the present {Facts.CsrSigner}: kubelets still get certificates of the one before; "
            + (copiedAt is null
                ? "that is overdue: see the kube-controller-manager operator"
                : $"it follows {CopyDelay.TotalMinutes:0} minutes after its renewal"));
    }

    public ClusterCheck CheckAggregatorSigner() => CheckRenewed(CheckName.AggregatorSigner, Facts.AggregatorClientSigner);

    public ClusterCheck CheckAggregatorClient() =>
        CheckLasting(CheckName.AggregatorClient, Facts.AggregatorClient, CertificateAssessment.Floor, () => NextAggregatorClientAt);

    private ClusterCheck CheckRenewed(string check, ClusterCertificate signer)
    {
        if (CheckReadable(check, signer) is { } obstacle)
        {
            return obstacle;
        }

        if (!IsShortLived(signer))
        {
            return Of(check, ClusterCheckResult.Passed, signer,
                $"{signer} has been renewed, and is valid until {TimeText.Of(signer.NotAfter!.Value)}");
        }

        TimeSpan life = signer.NotAfter!.Value - signer.NotBefore!.Value;
        if (signer.IsMadeByOperator)
        {
            return Of(check, ClusterCheckResult.Failed, signer,
                $"{signer} lives for {TimeText.Of(life)} only although its operator made it: this cluster renews its certificates "
                + "at short intervals, so it cannot be off for long") with { NeedsAction = true };
        }

        DateTimeOffset? renewal = RenewalOf(signer);
        return Failed(check, signer, renewal,
            $"{signer} is still the installer's, which lives for {TimeText.Of(life)}, until {TimeText.Of(signer.NotAfter.Value)}; "
            + WhenRenewed(renewal));
    }

    private ClusterCheck CheckLasting(string check, ClusterCertificate certificate, TimeSpan least, Func<DateTimeOffset?> nextAt)
    {
        if (CheckReadable(check, certificate) is { } obstacle)
        {
            return obstacle;
        }

        DateTimeOffset until = certificate.NotAfter!.Value;
        if (until - Now >= least)
        {
            return Of(check, ClusterCheckResult.Passed, certificate, $"{certificate} is valid until {TimeText.Of(until)}");
        }

        if (LifeOfNext(certificate) is { } life && life < least)
        {
            return Of(check, ClusterCheckResult.Failed, certificate,
                $"{certificate} is valid until {TimeText.Of(until)}; a renewed one is valid for {TimeText.Of(life)} only, "
                + $"which is less than {TimeText.Of(least)}: give a shorter minimum validity") with { NeedsAction = true };
        }

        DateTimeOffset? renewal = nextAt();
        return Failed(check, certificate, renewal,
            $"{certificate} is valid until {TimeText.Of(until)}, {TimeText.Of(until - Now)} from now, which is less than "
            + $"{TimeText.Of(least)}; {WhenRenewed(renewal)}");
    }

    /// <summary>The longest life of the next certificate: the life of this one if its operator's own signer made it, and it does not end
    /// with that signer.</summary>
    /// <returns>Null if that is not known yet.</returns>
    private TimeSpan? LifeOfNext(ClusterCertificate certificate)
    {
        ClusterCertificate signer = ReferenceEquals(certificate, Facts.AggregatorClient)
            ? Facts.AggregatorClientSigner : Facts.CsrSignerSigner;
        return !IsShortLived(signer) && certificate.NotBefore >= signer.NotBefore && certificate.NotAfter < signer.NotAfter
            ? certificate.NotAfter - certificate.NotBefore
            : null;
    }

    /// <returns>Null if the certificate can be judged further.</returns>
    private ClusterCheck? CheckReadable(string check, ClusterCertificate certificate)
    {
        if (certificate.Problem is not null || certificate.NotBefore is not { } from || certificate.NotAfter is not { } until)
        {
            return Of(check, ClusterCheckResult.Unknown, certificate,
                $"the dates of {certificate} are not known: {certificate.Problem ?? "it has none"}");
        }

        if (until <= Now)
        {
            return Of(check, ClusterCheckResult.Failed, certificate, $"{certificate} expired at {TimeText.Of(until)}");
        }

        return from - Now > ClockTolerance
            ? Of(check, ClusterCheckResult.Failed, certificate,
                $"{certificate} is not valid before {TimeText.Of(from)}: the clock that it was made by was ahead of the cluster's")
            : null;
    }

    /// <summary>An operator renews a certificate after 80 % of its life, or before (library-go, certrotation).</summary>
    /// <returns>Null if its dates are not known, or if it is overdue.</returns>
    private DateTimeOffset? RenewalOf(ClusterCertificate certificate) =>
        certificate is { NotBefore: { } from, NotAfter: { } until } ? SoonIfDue(from + ((until - from) * 0.8)) : null;

    /// <returns>When something comes that is due at a time; null if it is overdue.</returns>
    private DateTimeOffset? SoonIfDue(DateTimeOffset due) => due > Now ? due : Now - due < Patience ? Now : null;

    private static bool IsShortLived(ClusterCertificate signer) =>
        signer.NotAfter - signer.NotBefore <= CertificateAssessment.Floor;

    private static DateTimeOffset? Later(DateTimeOffset? one, DateTimeOffset? other) =>
        one is null || other is null ? null : one > other ? one : other;

    private static string WhenRenewed(DateTimeOffset? at) =>
        at is { } moment ? $"its operator renews it by {TimeText.Of(moment)}" : "its renewal is overdue, or its time is not known";

    private static ClusterCheck Failed(string check, ClusterCertificate certificate, DateTimeOffset? at, string message) =>
        Of(check, ClusterCheckResult.Failed, certificate, message) with { Eta = at + RenewalMargin };

    private static ClusterCheck Of(string check, string result, ClusterCertificate certificate, string message) =>
        new(check, result, message) { Target = certificate.ToString() };
}
