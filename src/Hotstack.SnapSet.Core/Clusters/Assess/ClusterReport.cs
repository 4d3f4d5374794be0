using Hotstack.Clusters.Certificates;

namespace Hotstack.Clusters;

/// <summary>The state of a cluster: whether it works, and whether it may be shut down.</summary>
public sealed record ClusterReport
{
    /// <summary>For so long OpenShift's documentation lets a cluster be hibernated; one that was shut down, for a year.</summary>
    private static readonly TimeSpan DocumentedLimit = TimeSpan.FromDays(90);

    /// <summary>The kubeconfig's context.</summary>
    public required string Context { get; init; }

    /// <summary>The cluster's UUID; null if it does not tell.</summary>
    public string? ClusterId { get; init; }

    /// <summary>Its version: <c>4.18.6</c>; null if it does not tell.</summary>
    public string? Version { get; init; }

    /// <summary>Whether it may be shut down now: a word of <see cref="ClusterVerdict"/>.</summary>
    public required string Verdict { get; init; }

    /// <summary>When it should be safe to, at the latest; null where that is now, or cannot be told.</summary>
    public DateTimeOffset? Eta { get; init; }

    /// <summary>Why it is not safe to; empty if it is.</summary>
    public Listing<string> Reasons { get; init; } = [];

    /// <summary>Until when it comes back with no help if it is shut down now; null if that cannot be told.</summary>
    public DateTimeOffset? UnattendedUntil { get; init; }

    /// <summary>Until when it comes back if somebody approves its nodes' signing requests; null if that cannot be told.</summary>
    public DateTimeOffset? AssistedUntil { get; init; }

    /// <summary>The certificate that sets <see cref="AssistedUntil"/>, or is why that cannot be told.</summary>
    public string? AssistedLimit { get; init; }

    /// <summary>Why <see cref="UnattendedUntil"/> and <see cref="AssistedUntil"/> are upper bounds: a certificate that could not be read may
    /// end earlier. Null if they are not.</summary>
    public string? DatesDoubt { get; init; }

    /// <summary>It works: none of the checks of its services failed, and none could not be made.</summary>
    public bool IsHealthy => Health.Verdict == ClusterVerdict.Safe;

    /// <summary>It may be shut down now, and that is certain.</summary>
    public bool IsSafe => Verdict == ClusterVerdict.Safe;

    /// <summary>One finding for each check, passed or not; those that failed first.</summary>
    public Listing<ClusterCheck> Checks { get; init; } = [];

    /// <summary>All that matters, in sentences for people.</summary>
    public Listing<string> Summary =>
        Verdict == ClusterVerdict.NotSupported ? [ShutdownText] : [ShutdownText, HealthText, DatesText];

    /// <summary>The findings that are not as they should be, or not certain: the failed ones first, warnings last.</summary>
    public Listing<ClusterCheck> Problems => ClusterCheck.WorstFirst(Checks.Where(check => check.IsProblem));

    /// <summary>Its nodes, the masters first, then by name.</summary>
    public Listing<NodeReport> Nodes { get; init; } = [];

    /// <summary>OpenShift's own services, those that are not stable first, then by name.</summary>
    public Listing<OperatorReport> Operators { get; init; } = [];

    /// <summary>Its certificates.</summary>
    public Listing<ClusterCertificate> Certificates { get; init; } = [];

    /// <summary>When it was looked at, by its own clock.</summary>
    public DateTimeOffset CheckedAt { get; init; }

    /// <summary>What the checks of its services amount to.</summary>
    internal ClusterJudgement Health { get; init; } = ClusterJudgement.Of([]);

    /// <summary>The checks of its certificates.</summary>
    internal IReadOnlyList<ClusterCheck> CertificateChecks { get; init; } = [];

    /// <summary>The checks, beside those of its certificates, that have to pass before a shutdown.</summary>
    internal IReadOnlyList<ClusterCheck> RolloutChecks { get; init; } = [];

    /// <summary>The API groups of OpenShift's own API servers that are registered.</summary>
    internal IReadOnlyList<string> ApiGroups { get; init; } = [];

    /// <summary>The API services that are not available.</summary>
    internal IReadOnlyList<string> BrokenApiServices { get; init; } = [];

    /// <summary>The installed operators that have not succeeded.</summary>
    internal IReadOnlyList<string> BrokenInstalledOperators { get; init; } = [];

    private string ShutdownText => Verdict switch
    {
        ClusterVerdict.Safe => "It may be shut down now.",
        ClusterVerdict.NotYet => $"It must not be shut down yet{(Eta is { } eta ? $"; it should be safe by {TimeText.Of(eta)}" : "")}.",
        ClusterVerdict.NotSupported => "It cannot be frozen: its control plane is hosted by another cluster.",
        _ => "Nothing known speaks against shutting it down, but not everything could be found out.",
    };

    /// <summary>All services work, but for what is ignored or was broken before.</summary>
    internal bool IsHealthyWithExcuses => IsHealthy && Checks.Any(check => check.IsExcused);

    private string HealthText => Health.Verdict switch
    {
        ClusterVerdict.Safe when IsHealthyWithExcuses => "All its services work, except those that do not count.",
        ClusterVerdict.Safe => "All its services work.",
        ClusterVerdict.NotYet => "Not all its services work.",
        _ => "Whether all its services work could not be found out.",
    };

    private string DatesText => CertificatesText + DoubtText + (AssistedUntil - CheckedAt > DocumentedLimit
        ? " (What OpenShift's documentation promises: 90 days for a hibernation, a year for a shutdown.)" : "");

    private string DoubtText => DatesDoubt is { } doubt && (UnattendedUntil ?? AssistedUntil) is not null
        ? $" No date can be later than these, but one may be earlier: {doubt}." : "";

    private string CertificatesText => (UnattendedUntil, AssistedUntil) switch
    {
        (null, null) => "Until when it would come back after a shutdown now cannot be told.",
        ({ } alone, null) => $"After a shutdown now it comes back by itself until {TimeText.Of(alone)}.",
        (null, { } helped) => $"After a shutdown now it comes back until {TimeText.Of(helped)} if its signing requests are approved.",
        ({ } alone, { } helped) => $"After a shutdown now it comes back by itself until {TimeText.Of(alone)}, "
            + $"and until {TimeText.Of(helped)} if its signing requests are approved.",
    };

    /// <summary>The cluster and the verdict.</summary>
    public override string ToString() => $"{Context}: {Verdict}";
}
