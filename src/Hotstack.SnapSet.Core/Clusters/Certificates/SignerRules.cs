namespace Hotstack.Clusters.Certificates;

/// <summary>The signers that the installer makes for a day, and what they sign.</summary>
internal sealed class SignerRules(CertificateFacts facts, TimeSpan keep)
{
    /// <summary>Within this a certificate that is not valid yet is put down to the clocks of different masters.</summary>
    private static readonly TimeSpan ClockTolerance = TimeSpan.FromMinutes(2);

    private DateTimeOffset Now => facts.Now;

    /// <summary>
    /// When the kube-controller-manager signs by a signer that was made after now, at the latest; null if that cannot be told.
    /// </summary>
    public DateTimeOffset? NextCsrSignerAt =>
        Later(RotationOf(facts.CsrSigner), IsShortLived(facts.CsrSignerSigner) ? RotationOf(facts.CsrSignerSigner) : Now)
            + Renewal.CopyDelay;

    /// <summary>For how long a kubelet's certificate lasts at the most, as it ends with its signer; null if that cannot be told yet.</summary>
    public TimeSpan? LongestOfKubelets => AlsoNextLastsFor(facts.CsrSigner);

    public IEnumerable<ClusterCheck> Check()
    {
        // That the signer was made before the certificate that it signed does not count: weeks later it is the other way
        // round for a while, as the two are renewed at different times. A certificate of the installer's signer ends with it.
        yield return CheckRotated("CsrSignerSigner", facts.CsrSignerSigner);
        yield return CheckLasting("CsrSigner", facts.CsrSigner, keep, () => NextCsrSignerAt - Renewal.CopyDelay);
        yield return CheckLasting("CsrSigner", facts.CsrSignerCopy, keep, () => NextCopyAt);
        yield return CheckCopy();
        yield return CheckRotated("AggregatorSigner", facts.AggregatorClientSigner);
        yield return CheckLasting("AggregatorClient", facts.AggregatorClient, CertificateRules.Floor, () => NextAggregatorClientAt);
    }

    /// <summary>Where only the copy is behind, it need not wait for another rotation.</summary>
    private DateTimeOffset? NextCopyAt =>
        facts.CsrSigner is { NotBefore: { } from, NotAfter: { } until } && until - Now >= keep
            ? Renewal.SoonIfDue(from + Renewal.CopyDelay, Now)
            : NextCsrSignerAt;

    private DateTimeOffset? NextAggregatorClientAt => Later(
        RotationOf(facts.AggregatorClient),
        IsShortLived(facts.AggregatorClientSigner) ? RotationOf(facts.AggregatorClientSigner) : Now);

    private ClusterCheck CheckRotated(string check, ClusterCertificate signer)
    {
        if (CheckReadable(check, signer) is { } obstacle)
        {
            return obstacle;
        }

        if (!IsShortLived(signer))
        {
            return Of(check, ClusterCheckResult.Passed, signer, $"{signer} has been renewed, and is valid until {TimeText.Of(signer.NotAfter!.Value)}");
        }

        TimeSpan life = signer.NotAfter!.Value - signer.NotBefore!.Value;
        if (signer.IsMadeByOperator)
        {
            return Of(check, ClusterCheckResult.Failed, signer,
                $"{signer} lives for {TimeText.Of(life)} only although its operator made it: this cluster renews its certificates "
                + "at short intervals, so it cannot be off for long") with { NeedsAction = true };
        }

        DateTimeOffset? renewal = RotationOf(signer);
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

        if (AlsoNextLastsFor(certificate) is { } life && life < least)
        {
            return Of(check, ClusterCheckResult.Failed, certificate,
                $"{certificate} is valid until {TimeText.Of(until)}; a renewed one is valid for {TimeText.Of(life)} only, which is less than "
                + $"{TimeText.Of(least)}: give a shorter minimum validity") with { NeedsAction = true };
        }

        DateTimeOffset? renewal = nextAt();
        return Failed(check, certificate, renewal,
            $"{certificate} is valid until {TimeText.Of(until)}, {TimeText.Of(until - Now)} from now, which is less than "
            + $"{TimeText.Of(least)}; {WhenRenewed(renewal)}");
    }

    /// <summary>For how long a renewed certificate lasts at the most: as this one does if its operator's own signer made it, and it does not
    /// just end with that.</summary>
    /// <returns>Null if that cannot be told yet.</returns>
    private TimeSpan? AlsoNextLastsFor(ClusterCertificate certificate)
    {
        ClusterCertificate signer = ReferenceEquals(certificate, facts.AggregatorClient) ? facts.AggregatorClientSigner : facts.CsrSignerSigner;
        return !IsShortLived(signer) && certificate.NotBefore >= signer.NotBefore && certificate.NotAfter < signer.NotAfter
            ? certificate.NotAfter - certificate.NotBefore
            : null;
    }

    private ClusterCheck CheckCopy()
    {
        const string check = "CsrSignerCopy";
        if (facts.CsrSigner.Serial is not { } serial || facts.CsrSignerCopy.Serial is not { } copied)
        {
            ClusterCertificate unread = facts.CsrSigner.Serial is null ? facts.CsrSigner : facts.CsrSignerCopy;
            return Of(check, ClusterCheckResult.Unknown, unread,
                $"whether {facts.CsrSignerCopy} is a copy of {facts.CsrSigner} is not known: "
                + (unread.Problem ?? $"the serial number of {unread} was not read"));
        }

        if (string.Equals(serial, copied, StringComparison.OrdinalIgnoreCase))
        {
            return Of(check, ClusterCheckResult.Passed, facts.CsrSignerCopy, $"{facts.CsrSignerCopy} is a copy of {facts.CsrSigner}");
        }

        DateTimeOffset? copiedAt = facts.CsrSigner.NotBefore is { } from ? Renewal.SoonIfDue(from + Renewal.CopyDelay, Now) : null;
        return Failed(check, facts.CsrSignerCopy, copiedAt,
            $"{facts.CsrSignerCopy} is not the present {facts.CsrSigner}: kubelets still get certificates of the one before; "
            + (copiedAt is null
                ? "that is overdue: see the kube-controller-manager operator"
                : $"it follows {Renewal.CopyDelay.TotalMinutes:0} minutes after its renewal"));
    }

    /// <summary>What keeps a certificate from being judged at all; null for nothing.</summary>
    private ClusterCheck? CheckReadable(string check, ClusterCertificate certificate)
    {
        if (certificate.Problem is not null || certificate.NotBefore is not { } from || certificate.NotAfter is not { } until)
        {
            return Of(check, ClusterCheckResult.Unknown, certificate,
                $"the dates of {certificate} are not known: {certificate.Problem ?? "it does not tell them"}");
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

    private DateTimeOffset? RotationOf(ClusterCertificate certificate) => Renewal.ByOperator(certificate, Now);

    private static bool IsShortLived(ClusterCertificate signer) =>
        signer.NotAfter - signer.NotBefore <= CertificateRules.Floor;

    private static DateTimeOffset? Later(DateTimeOffset? one, DateTimeOffset? other) =>
        one is null || other is null ? null : one > other ? one : other;

    private static string WhenRenewed(DateTimeOffset? at) =>
        at is { } moment ? $"its operator renews it by {TimeText.Of(moment)}" : "its renewal is overdue, or its time cannot be told";

    private static ClusterCheck Failed(string check, ClusterCertificate certificate, DateTimeOffset? at, string message) =>
        Of(check, ClusterCheckResult.Failed, certificate, message) with { Eta = at + Renewal.Margin };

    private static ClusterCheck Of(string check, string result, ClusterCertificate certificate, string message) =>
        new(check, result, message) { Target = certificate.ToString() };
}
