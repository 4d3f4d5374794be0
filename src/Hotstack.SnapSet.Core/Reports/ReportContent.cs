namespace Hotstack.Reports;

/// <summary>What a report is about.</summary>
public sealed record ReportContent
{
    /// <summary>The <see cref="Source"/> of objects of the pipeline: a text of ours.</summary>
    public const string OfPipeline = "Objects of the pipeline";

    /// <summary>The moment that counts as today, in UTC: by the cloud's clock where the sets were read from it.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>Where the objects come from, in a phrase: <c>SnapSets of cloud lab</c>.</summary>
    public required string Source { get; init; }

    /// <summary>SnapSets, in any order.</summary>
    public IReadOnlyList<ReportedSet> Sets { get; init; } = [];

    /// <summary>Runs with their steps.</summary>
    public IReadOnlyList<ReportedRun> Runs { get; init; } = [];

    /// <summary>Clusters with their certificates.</summary>
    public IReadOnlyList<ReportedCluster> Clusters { get; init; } = [];

    /// <summary>The results of checks.</summary>
    public IReadOnlyList<ReportedFinding> Findings { get; init; } = [];

    internal bool IsEmpty => Sets.Count + Runs.Count + Clusters.Count + Findings.Count == 0;

    /// <summary>The sets, the newest first.</summary>
    internal IReadOnlyList<ReportedSet> NewestFirst() =>
        [.. Sets.OrderByDescending(set => set.CreatedAt).ThenBy(set => set.Id, StringComparer.Ordinal)];

    /// <summary>The findings, failures first.</summary>
    internal IReadOnlyList<ReportedFinding> WorstFirst() =>
        [.. Findings.OrderBy(finding => Math.Max(0, Array.IndexOf(ReportedFinding.Order, finding.Result)))];
}

/// <summary>A SnapSet in a report.</summary>
public sealed record ReportedSet
{
    /// <summary>Its id.</summary>
    public required string Id { get; init; }

    /// <summary>The stack it was made from; null if not recorded.</summary>
    public string? StackName { get; init; }

    /// <summary>The Hotstack scenario; null if not recorded.</summary>
    public string? Scenario { get; init; }

    /// <summary>The version of its cluster; null if not recorded.</summary>
    public string? ClusterVersion { get; init; }

    /// <summary>When it was made; null if not known.</summary>
    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>Until then its cluster revives by itself; null if not recorded.</summary>
    public DateTimeOffset? UnattendedUntil { get; init; }

    /// <summary>Until then its cluster revives with approvals; null if not recorded.</summary>
    public DateTimeOffset? AssistedUntil { get; init; }

    /// <summary>Whether it is complete: a word of <see cref="SnapSets.SnapSetState"/>.</summary>
    public string State { get; init; } = "";

    /// <summary>The user's labels in one text; empty for none.</summary>
    public string Labels { get; init; } = "";

    /// <summary>Why it is not complete, one sentence each.</summary>
    public IReadOnlyList<string> Problems { get; init; } = [];

    /// <summary>Its images.</summary>
    public IReadOnlyList<ReportedMember> Members { get; init; } = [];

    /// <summary>Bytes stored in Glance by all members.</summary>
    internal long Size => Members.Total(member => member.Size);

    internal WindowState WindowAt(DateTimeOffset now) => ReportText.StateAt(UnattendedUntil, AssistedUntil, now);
}

/// <summary>An image of a SnapSet in a report.</summary>
/// <param name="Name">The instance's name.</param>
/// <param name="Size">Bytes stored in Glance.</param>
public sealed record ReportedMember(string Name, long Size);

/// <summary>A shutdown, a revival or a renewal in a report.</summary>
/// <param name="Title">What ran: <c>Revival of hs-lab</c>.</param>
/// <param name="Result">Its result, in a sentence; empty if not known.</param>
/// <param name="Duration">How long it took.</param>
/// <param name="Steps">Its steps.</param>
public sealed record ReportedRun(string Title, string Result, TimeSpan Duration, IReadOnlyList<ReportedStep> Steps)
{
    /// <summary>When its first step began; null without a step.</summary>
    internal DateTimeOffset? BeganAt => Steps.Count > 0 ? Steps.Min(step => step.At) : null;
}

/// <summary>A step of a run in a report.</summary>
/// <param name="At">When it began, in UTC.</param>
/// <param name="Step">Which.</param>
/// <param name="Result">Its result, in a sentence.</param>
/// <param name="Duration">How long it took.</param>
public sealed record ReportedStep(DateTimeOffset At, string Step, string Result, TimeSpan Duration);

/// <summary>A cluster in a report.</summary>
public sealed record ReportedCluster
{
    /// <summary>Its name for people.</summary>
    public required string Name { get; init; }

    /// <summary>Its version; null if not known.</summary>
    public string? Version { get; init; }

    /// <summary>Whether it may be shut down, or that it is: a word.</summary>
    public required string State { get; init; }

    /// <summary>It in a few sentences.</summary>
    public IReadOnlyList<string> Summary { get; init; } = [];

    /// <summary>When it was looked at; null if not known.</summary>
    public DateTimeOffset? SeenAt { get; init; }

    /// <summary>Until then it revives by itself; null if not known.</summary>
    public DateTimeOffset? UnattendedUntil { get; init; }

    /// <summary>Until then it revives with approvals; null if not known.</summary>
    public DateTimeOffset? AssistedUntil { get; init; }

    /// <summary>Its certificates, in any order.</summary>
    public IReadOnlyList<ReportedCertificate> Certificates { get; init; } = [];

    /// <summary>The certificates, those that end first at the front, those without a date at the end.</summary>
    internal IReadOnlyList<ReportedCertificate> FirstToEnd() =>
        [.. Certificates.OrderBy(one => one.NotAfter ?? DateTimeOffset.MaxValue).ThenBy(one => one.Name, StringComparer.Ordinal)];
}

/// <summary>A certificate in a report.</summary>
/// <param name="Name">Its namespace and name, or its node and purpose.</param>
/// <param name="NotBefore">From when it is valid; null if not known.</param>
/// <param name="NotAfter">Until when it is valid; null if not known.</param>
/// <param name="Note">What else is to be known of it; empty for nothing.</param>
public sealed record ReportedCertificate(string Name, DateTimeOffset? NotBefore, DateTimeOffset? NotAfter, string Note);

/// <summary>The result of a check in a report.</summary>
/// <param name="Subject">The cluster, or the set.</param>
/// <param name="Result">The result: a word, as <c>Failed</c>.</param>
/// <param name="Check">The check.</param>
/// <param name="Target">The part that it is about; empty for the whole.</param>
/// <param name="Message">The reason, in a sentence.</param>
public sealed record ReportedFinding(string Subject, string Result, string Check, string Target, string Message)
{
    /// <summary>A word that is not among them counts as a failure.</summary>
    internal static readonly string[] Order = ["Failed", "Unknown", "Warning", "Skipped", "Passed"];

    /// <summary>Somebody should read it.</summary>
    internal bool IsProblem => Result != "Passed" && !IsSkipped;

    /// <summary>It compared nothing: whether all is well is not known.</summary>
    internal bool IsSkipped => Result == "Skipped";
}

/// <summary>How the cluster of a set can be revived at one moment.</summary>
internal enum WindowState
{
    /// <summary>By itself.</summary>
    Unattended,

    /// <summary>With approvals.</summary>
    Assisted,

    /// <summary>No more.</summary>
    Expired,

    /// <summary>That is not recorded.</summary>
    Unknown,
}
