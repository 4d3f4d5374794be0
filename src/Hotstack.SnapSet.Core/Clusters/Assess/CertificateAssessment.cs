using Hotstack.Clusters.Certificates;

namespace Hotstack.Clusters.Assess;

/// <summary>Whether the certificates of a cluster allow a shutdown, and until when they allow a revival. Their dates count, by the
/// cluster's clock, and not the age of the cluster.</summary>
internal sealed record CertificateAssessment
{
    /// <summary>The kubelets' certificates must be valid for this long after the shutdown, unless the user says otherwise.</summary>
    public static readonly TimeSpan DefaultMinimumValidity = TimeSpan.FromDays(7);

    /// <summary>The installer's first certificates live for 24 h. So a certificate with a longer life is a later one.</summary>
    public static readonly TimeSpan Floor = TimeSpan.FromHours(25);

    /// <summary>Whether the certificates allow a shutdown now: a word of <see cref="ClusterVerdict"/>.</summary>
    public required string Verdict { get; init; }

    /// <summary>When they should allow it, at the latest; null if they do, or if that is not known.</summary>
    public DateTimeOffset? Eta { get; init; }

    /// <summary>Why they do not; empty if they do.</summary>
    public IReadOnlyList<string> Reasons { get; init; } = [];

    /// <summary>The findings of all checks, passed or not.</summary>
    public IReadOnlyList<ClusterCheck> Checks { get; init; } = [];

    /// <summary>Until when a cluster that is shut down now revives by itself; null if that is not known.</summary>
    public DateTimeOffset? UnattendedUntil { get; init; }

    /// <summary>Until when it revives if somebody approves its nodes' signing requests; null if that is not known.</summary>
    public DateTimeOffset? AssistedUntil { get; init; }

    /// <summary>The certificate that sets <see cref="AssistedUntil"/>, or the one because of which that is not known.</summary>
    public string? AssistedLimit { get; init; }

    /// <summary>Why both dates are upper bounds: a certificate that could not be read may end earlier. Null if they are exact.</summary>
    public string? DatesDoubt { get; init; }

    /// <summary>The cluster's certificates.</summary>
    public IReadOnlyList<ClusterCertificate> Certificates { get; init; } = [];

    /// <summary>The certificates of its nodes.</summary>
    public IReadOnlyList<NodeCertificates> Nodes { get; init; } = [];

    /// <exception cref="HotstackException"><paramref name="minimumValidity"/> is below <see cref="Floor"/>
    /// (<c>MinimumValidityTooShort</c>).</exception>
    public static CertificateAssessment Of(CertificateFacts facts, TimeSpan minimumValidity)
    {
        RefuseTooShort(minimumValidity);
        IReadOnlyList<ClusterCheck> checks = ClusterChecks.CheckCertificates(new(facts, minimumValidity));
        ClusterJudgement judgement = ClusterJudgement.Of(checks);
        var dates = new ReviveDates(facts);
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

    /// <exception cref="HotstackException">It is below <see cref="Floor"/> (<c>MinimumValidityTooShort</c>).</exception>
    public static void RefuseTooShort(TimeSpan minimumValidity)
    {
        if (minimumValidity < Floor)
        {
            throw new HotstackException(
                ErrorCause.InputInvalid, "MinimumValidityTooShort",
                $"A minimum validity of {TimeText.Of(minimumValidity)} does not distinguish a cluster's first certificates, "
                + "which live for 24 h, from later ones.")
            {
                Target = minimumValidity,
                Hint = $"Give at least {Floor.TotalHours:0} h; {DefaultMinimumValidity.TotalDays:0} d is usual.",
            };
        }
    }
}

/// <summary>What the checks of the certificates look at.</summary>
/// <param name="Facts">What is known of the certificates.</param>
/// <param name="MinimumValidity">How long the kubelets' certificates must be valid after a shutdown.</param>
internal sealed record CertificateInput(CertificateFacts Facts, TimeSpan MinimumValidity);

/// <summary>Until when a cluster that is shut down now can be revived.</summary>
internal sealed class ReviveDates
{
    /// <summary>A kubelet needs some time to renew after the start.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromHours(1);

    private readonly CertificateFacts _facts;
    private readonly ClusterCertificate[] _unknown;
    private readonly ClusterCertificate[] _expired;
    private readonly ClusterCertificate? _first;

    public ReviveDates(CertificateFacts facts)
    {
        _facts = facts;
        ClusterCertificate[] lasting = [.. facts.All.Where(certificate => !certificate.RegeneratesOffline)];
        _unknown = [.. lasting.Where(certificate => certificate.NotAfter is null)];
        // The cluster runs without these: mostly leftovers of a former release.
        _expired = [.. lasting.Where(certificate => certificate.NotAfter <= facts.Now)];
        _first = lasting.Except(_expired).Except(_unknown).MinBy(certificate => certificate.NotAfter);
    }

    /// <summary>Until when it revives by itself; null if that is not known.</summary>
    public DateTimeOffset? UnattendedUntil =>
        _facts.Nodes.Count == 0 || _facts.Nodes.Any(node => node.NotAfter is null)
            ? null
            : Earlier(_facts.Nodes.Min(node => node.NotAfter!.Value) - Margin, _first?.NotAfter);

    /// <summary>Until when it revives if somebody approves the nodes' signing requests; null if that is not known.</summary>
    public DateTimeOffset? AssistedUntil => IsKnown ? Earlier(_first!.NotAfter!.Value, _facts.KubeconfigNotAfter) : null;

    /// <summary>The certificate that sets <see cref="AssistedUntil"/>, or the one because of which that is not known.</summary>
    public string? AssistedLimit => !IsKnown ? _unknown.FirstOrDefault()?.ToString()
        : _facts.KubeconfigNotAfter < _first!.NotAfter ? "the kubeconfig's client certificate"
        : _first.ToString();

    /// <summary>Why the dates are upper bounds; null if they are exact.</summary>
    public string? Doubt => _facts.ServingProblems.Count == 0 ? null : string.Join("; ", _facts.ServingProblems);

    private bool IsKnown => _facts.ManagedProblem is null && _unknown.Length == 0 && _first is not null;

    /// <summary>A finding for each certificate that keeps the dates from being certain.</summary>
    public IEnumerable<ClusterCheck> Check()
    {
        if (_facts.ManagedProblem is { } problem)
        {
            yield return new(
                CheckName.OtherCertificates, ClusterCheckResult.Unknown, $"the cluster's certificates could not be listed: {problem}");
        }

        foreach (string serving in _facts.ServingProblems)
        {
            yield return new(CheckName.OtherCertificates, ClusterCheckResult.Warning,
                $"{serving}; so the dates until which the cluster can be revived are upper bounds");
        }

        foreach (ClusterCertificate certificate in _unknown)
        {
            yield return Warning(certificate,
                $"the end date of {certificate} is not known, so until when the cluster can be revived is not known either: "
                + (certificate.Problem ?? "it has no end date"));
        }

        foreach (ClusterCertificate certificate in _expired)
        {
            yield return Warning(certificate,
                $"{certificate} expired at {TimeText.Of(certificate.NotAfter!.Value)}; "
                + "the cluster runs nevertheless, so it is not counted");
        }
    }

    private static ClusterCheck Warning(ClusterCertificate certificate, string message) =>
        new(CheckName.OtherCertificates, ClusterCheckResult.Warning, message) { Target = certificate.ToString() };

    private static DateTimeOffset Earlier(DateTimeOffset one, DateTimeOffset? other) => other < one ? other.Value : one;
}
