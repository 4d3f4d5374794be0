namespace Hotstack.Clusters.Certificates;

/// <summary>
/// Whether certificates let a cluster be shut down. Ages are not asked: what counts are the dates, by the cluster's clock.
/// </summary>
internal static class CertificateRules
{
    /// <summary>The kubelets' certificates must be valid for this long after the shutdown, unless the user says otherwise.</summary>
    public static readonly TimeSpan DefaultKeep = TimeSpan.FromDays(7);

    /// <summary>No life of the installer's day-long certificates reaches this; so a certificate that is valid for longer
    /// cannot come from them.</summary>
    public static readonly TimeSpan Floor = TimeSpan.FromHours(25);

    /// <exception cref="HotstackException"><paramref name="keep"/> is below <see cref="Floor"/>
    /// (<c>MinimumValidityTooShort</c>).</exception>
    public static CertificateAssessment Judge(CertificateFacts facts, TimeSpan keep)
    {
        RefuseTooShort(keep);
        var signers = new SignerRules(facts, keep);
        var dates = new ReviveDates(facts);
        ClusterCheck[] checks =
        [
            .. signers.Check(),
            .. new KubeletRules(facts, keep, signers).Check(),
            .. SurroundingRules.Check(facts, keep),
            .. dates.Check(),
        ];
        ClusterJudgement judgement = ClusterJudgement.Of(checks);
        return new CertificateAssessment
        {
            Verdict = judgement.Verdict,
            Eta = judgement.Eta,
            Reasons = judgement.Reasons,
            Checks = checks,
            UnattendedUntil = dates.UnattendedUntil,
            AssistedUntil = dates.AssistedUntil,
            AssistedLimit = dates.AssistedLimit,
            DatesDoubt = dates.Doubt,
            Certificates = facts.All,
            Nodes = facts.Nodes,
        };
    }

    public static void RefuseTooShort(TimeSpan keep)
    {
        if (keep < Floor)
        {
            throw new HotstackException(
                ErrorCause.InputInvalid, "MinimumValidityTooShort",
                $"A minimum validity of {TimeText.Of(keep)} cannot tell a cluster's first certificates, which live for 24 h, from later ones.")
            {
                Target = keep,
                Hint = $"Give at least {Floor.TotalHours:0} h; {DefaultKeep.TotalDays:0} d is usual.",
            };
        }
    }
}
