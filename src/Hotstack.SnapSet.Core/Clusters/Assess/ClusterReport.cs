using Hotstack.Clusters.Certificates;
using Hotstack.OpenShift.Objects;
using k8s.Models;

namespace Hotstack.Clusters;

/// <summary>The state of a cluster: whether it works, and whether it may be shut down.</summary>
public sealed record ClusterReport
{
    /// <summary>OpenShift's documentation lets a cluster hibernate for this long. A cluster that was shut down may stay off for a
    /// year.</summary>
    private static readonly TimeSpan DocumentedLimit = TimeSpan.FromDays(90);

    /// <summary>Its name for people: its stack's if it was reached through a controller, otherwise its context's.</summary>
    public required string Name { get; init; }

    /// <summary>The kubeconfig's context.</summary>
    public required string Context { get; init; }

    /// <summary>The cluster's UUID; null if it does not report it.</summary>
    public string? ClusterId { get; init; }

    /// <summary>Its version: <c>4.18.6</c>; null if the cluster does not report it.</summary>
    public string? Version { get; init; }

    /// <summary>Whether it may be shut down now: a word of <see cref="ClusterVerdict"/>.</summary>
    public required string Verdict { get; init; }

    /// <summary>When a shutdown should be safe, at the latest; null if it is safe now, or if that is not known.</summary>
    public DateTimeOffset? Eta { get; init; }

    /// <summary>Why a shutdown is not safe; empty if it is.</summary>
    public Listing<string> Reasons { get; init; } = [];

    /// <summary>Until when it revives by itself if it is shut down now; null if that is not known.</summary>
    public DateTimeOffset? UnattendedUntil { get; init; }

    /// <summary>Until when it revives if somebody approves its nodes' signing requests; null if that is not known.</summary>
    public DateTimeOffset? AssistedUntil { get; init; }

    /// <summary>The certificate that sets <see cref="AssistedUntil"/>, or the one because of which that is not known.</summary>
    public string? AssistedLimit { get; init; }

    /// <summary>Why <see cref="UnattendedUntil"/> and <see cref="AssistedUntil"/> are upper bounds: a certificate that could not be read
    /// may end earlier. Null if they are not.</summary>
    public string? DatesDoubt { get; init; }

    /// <summary>It works: no check of its services failed or is unknown.</summary>
    public bool IsHealthy => Health.Verdict == ClusterVerdict.Safe;

    /// <summary>It may be shut down now, and that is certain.</summary>
    public bool IsSafe => Verdict == ClusterVerdict.Safe;

    /// <summary>One finding for each check, passed or not; those that failed first.</summary>
    public Listing<ClusterCheck> Checks { get; init; } = [];

    /// <summary>The report in a few sentences.</summary>
    public Listing<string> Summary =>
        Verdict switch
        {
            ClusterVerdict.NotSupported => [ShutdownText],
            ClusterVerdict.NotApplicable => HasCluster ? [ShutdownText, HealthText] : [ShutdownText],
            _ => [ShutdownText, HealthText, DatesText],
        };

    /// <summary>The checks that failed, then the unknown ones, then warnings.</summary>
    public Listing<ClusterCheck> Problems => ClusterCheck.WorstFirst(Checks.Where(check => check.IsProblem));

    /// <summary>Its nodes, the masters first, then by name.</summary>
    public Listing<NodeReport> Nodes { get; init; } = [];

    /// <summary>OpenShift's own services, those that are not stable first, then by name.</summary>
    public Listing<OperatorReport> Operators { get; init; } = [];

    /// <summary>Its certificates.</summary>
    public Listing<ClusterCertificate> Certificates { get; init; } = [];

    /// <summary>When it was checked, by its own clock.</summary>
    public DateTimeOffset CheckedAt { get; init; }

    /// <summary>The judgement of its services.</summary>
    internal ClusterJudgement Health { get; init; } = ClusterJudgement.Of([]);

    /// <summary>The checks of its certificates.</summary>
    internal IReadOnlyList<ClusterCheck> CertificateChecks { get; init; } = [];

    /// <summary>The checks of its services that must pass before a shutdown.</summary>
    internal IReadOnlyList<ClusterCheck> RolloutChecks { get; init; } = [];

    /// <summary>The registered API groups of OpenShift's own API servers.</summary>
    internal IReadOnlyList<string> ApiGroups { get; init; } = [];

    /// <summary>The API services that are not available.</summary>
    internal IReadOnlyList<string> BrokenApiServices { get; init; } = [];

    /// <summary>The installed operators that have not succeeded.</summary>
    internal IReadOnlyList<string> BrokenInstalledOperators { get; init; } = [];

    /// <summary>False for a deployment of servers alone.</summary>
    internal bool HasCluster { get; init; } = true;

    /// <summary>Its services work, except for what is ignored or was broken before.</summary>
    internal bool IsHealthyWithExcuses => IsHealthy && Checks.Any(check => check.IsExcused);

    private string ShutdownText => Verdict switch
    {
        ClusterVerdict.Safe => "It may be shut down now.",
        ClusterVerdict.NotYet => $"It must not be shut down yet{(Eta is { } eta ? $"; it should be safe by {TimeText.Of(eta)}" : "")}.",
        ClusterVerdict.NotSupported => "It cannot be frozen: its control plane is hosted by another cluster.",
        ClusterVerdict.NotApplicable when HasCluster =>
            "It is MicroShift: nothing of it has to be waited for before its servers are shut down.",
        ClusterVerdict.NotApplicable => "There is no OpenShift cluster; the servers may be shut down at any time.",
        _ => "Nothing known speaks against a shutdown, but something is unknown.",
    };

    private string HealthText => Health.Verdict switch
    {
        ClusterVerdict.Safe when IsHealthyWithExcuses => "All its services work, except those that do not count.",
        ClusterVerdict.Safe => "All its services work.",
        ClusterVerdict.NotYet => "Not all its services work.",
        _ => "It is not known whether all its services work.",
    };

    private string DatesText => CertificatesText + DoubtText + (AssistedUntil - CheckedAt > DocumentedLimit
        ? " (OpenShift's documentation promises 90 days for a hibernation, a year for a shutdown.)" : "");

    private string DoubtText => DatesDoubt is { } doubt && (UnattendedUntil ?? AssistedUntil) is not null
        ? $" The true dates are not later, but may be earlier: {doubt}." : "";

    private string CertificatesText => (UnattendedUntil, AssistedUntil) switch
    {
        (null, null) => "Until when it could be revived after a shutdown now is not known.",
        ({ } alone, null) => $"After a shutdown now it comes back by itself until {TimeText.Of(alone)}.",
        (null, { } helped) => $"After a shutdown now it comes back until {TimeText.Of(helped)} if its signing requests are approved.",
        ({ } alone, { } helped) => $"After a shutdown now it comes back by itself until {TimeText.Of(alone)}, "
            + $"and until {TimeText.Of(helped)} if its signing requests are approved.",
    };

    /// <summary>The cluster and the verdict.</summary>
    public override string ToString() => $"{Name}: {Verdict}";
}

/// <summary>The state of a node.</summary>
public sealed record NodeReport
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>Its roles: <c>master</c>, <c>worker</c>.</summary>
    public Listing<string> Roles { get; init; } = [];

    /// <summary>Its condition <c>Ready</c>; null if that is unknown, as of a node that has not been heard of for a while.</summary>
    public bool? Ready { get; init; }

    /// <summary>Its kubelet says that it is ready; <see cref="HeartbeatAge"/> says how long ago.</summary>
    public bool IsReady => Ready == true;

    /// <summary><c>Ready</c> or <c>NotReady</c>, and whether it is cordoned: <c>Ready, cordoned</c>.</summary>
    public string Status => $"{(IsReady ? "Ready" : "NotReady")}{(IsUnschedulable ? ", cordoned" : "")}";

    /// <summary>It is cordoned: no new pods are placed on it.</summary>
    public bool IsUnschedulable { get; init; }

    /// <summary>Its conditions that are true and should not be: <c>MemoryPressure</c>, <c>DiskPressure</c>, <c>PIDPressure</c>,
    /// <c>NetworkUnavailable</c>.</summary>
    public Listing<string> Pressures { get; init; } = [];

    /// <summary>The version of its kubelet: <c>v1.31.7</c>; null if it does not report it.</summary>
    public string? KubeletVersion { get; init; }

    /// <summary>When the node joined the cluster, by the cluster's clock; null if that is not known.</summary>
    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>The time since then; null if that is not known.</summary>
    public TimeSpan? Age { get; init; }

    /// <summary><see cref="Age"/> for people: <c>6 d 3 h</c>.</summary>
    public string? AgeText => Age is { } age ? TimeText.Of(age) : null;

    /// <summary>The age of its last heartbeat; null if that is not known.</summary>
    public TimeSpan? HeartbeatAge { get; init; }

    /// <summary><see cref="HeartbeatAge"/> for people: <c>12 s</c>.</summary>
    public string? HeartbeatAgeText => HeartbeatAge is { } age ? TimeText.Of(age) : null;

    /// <summary>Changes with every boot.</summary>
    public string? BootId { get; init; }

    /// <summary>Its addresses.</summary>
    public Listing<NodeAddress> Addresses { get; init; } = [];

    /// <summary>Its addresses of the type InternalIP.</summary>
    public Listing<string> InternalIps => [.. Addresses.Where(address => address.Type == "InternalIP").Select(address => address.Address)];

    /// <summary>Until when its certificate for calling the API server is valid; null if that is not known.</summary>
    public DateTimeOffset? ClientCertificateUntil { get; init; }

    /// <summary>Until when its certificate for being called is valid; null if that is not known, or if it has none.</summary>
    public DateTimeOffset? ServingCertificateUntil { get; init; }

    /// <summary>What is wrong with it, or unknown.</summary>
    public Listing<string> Problems { get; init; } = [];

    /// <summary>The name, so that a list of nodes reads well.</summary>
    public override string ToString() => Name;

    /// <summary>What a node and its kubelet report; without problems.</summary>
    /// <param name="node">The node.</param>
    /// <param name="now">When it was read, by the cluster's clock.</param>
    /// <param name="heartbeatAge">The age of its last heartbeat; null if that is not known.</param>
    /// <param name="certificates">The certificates of its kubelet; null if they were not read.</param>
    internal static NodeReport Of(V1Node node, DateTimeOffset now, TimeSpan? heartbeatAge, NodeCertificates? certificates) => new()
    {
        Name = node.Name,
        Roles = [.. node.Roles],
        Ready = node.Conditions.Find("Ready")?.Truth,
        IsUnschedulable = node.IsUnschedulable,
        Pressures = [.. node.Pressures.Select(condition => condition.Type)],
        KubeletVersion = node.KubeletVersion,
        CreatedAt = node.CreatedAt,
        Age = now - node.CreatedAt,
        HeartbeatAge = heartbeatAge,
        BootId = node.BootId,
        Addresses = [.. node.Addresses],
        ClientCertificateUntil = certificates?.ClientNotAfter,
        ServingCertificateUntil = certificates?.ServingNotAfter,
    };
}

/// <summary>The state of one of OpenShift's own services.</summary>
public sealed record OperatorReport
{
    /// <summary>Its name: <c>authentication</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The version that it has reached: <c>4.18.6</c>; null if it reports none.</summary>
    public string? Version { get; init; }

    /// <summary>It works; null if it does not report that.</summary>
    public bool? Available { get; init; }

    /// <summary>It is being changed; null if it does not report that.</summary>
    public bool? Progressing { get; init; }

    /// <summary>It does not work as it should; null if it does not report that.</summary>
    public bool? Degraded { get; init; }

    /// <summary>Available, not progressing, not degraded, and it reports all three: as <c>oc adm wait-for-stable-cluster</c>
    /// judges.</summary>
    public bool IsStable => Available == true && Progressing == false && Degraded == false;

    /// <summary>The user ignores it.</summary>
    public bool IsIgnored { get; init; }

    /// <summary>Since when it has this state; null if it does not report that.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>How long it had this state when it was read, by the cluster's clock; null if that is not known.</summary>
    public TimeSpan? StateFor { get; init; }

    /// <summary><see cref="StateFor"/> for people: <c>3 h 12 min</c>.</summary>
    public string? StateForText => StateFor is { } time ? TimeText.Of(time) : null;

    /// <summary>Why it is not stable, in one word; null if it is stable, or reports no reason.</summary>
    public string? Reason { get; init; }

    /// <summary>The same in words.</summary>
    public string? Message { get; init; }

    /// <summary>What is wrong with it, in words; <c>stable</c> if nothing is.</summary>
    public string State => IsStable ? "stable" : string.Join(" and ", new[]
    {
        Available switch { true => null, false => "unavailable", null => "perhaps unavailable" },
        Progressing switch { false => null, true => "progressing", null => "perhaps progressing" },
        Degraded switch { false => null, true => "degraded", null => "perhaps degraded" },
    }.OfType<string>());

    /// <summary>The name, and what is wrong with it.</summary>
    public override string ToString() => IsStable ? Name : $"{Name}: {State}";

    /// <param name="source">The operator.</param>
    /// <param name="isIgnored">The user ignores it.</param>
    /// <param name="now">When it was read, by the cluster's clock; null if that does not matter.</param>
    internal static OperatorReport Of(ClusterOperator source, bool isIgnored, DateTimeOffset? now = null)
    {
        Condition? available = source.Conditions.Find("Available");
        Condition? progressing = source.Conditions.Find("Progressing");
        Condition? degraded = source.Conditions.Find("Degraded");
        Condition? culprit = degraded is { IsFalse: false } ? degraded
            : available is { IsTrue: false } ? available
            : progressing is { IsFalse: false } ? progressing
            : null;
        string[] unreported =
        [
            .. new[] { ("available", available), ("progressing", progressing), ("degraded", degraded) }
                .Where(c => c.Item2 is null).Select(c => c.Item1),
        ];
        bool isUnreported = culprit is null && unreported.Length > 0;
        DateTimeOffset? since = isUnreported ? null
            : new[] { available, progressing, degraded }.Max(condition => condition?.LastTransitionTime);
        return new OperatorReport
        {
            Name = source.Name,
            Version = source.Version,
            Available = available?.Truth,
            Progressing = progressing?.Truth,
            Degraded = degraded?.Truth,
            IsIgnored = isIgnored,
            Since = since,
            StateFor = now - since,
            Reason = culprit?.Reason,
            Message = isUnreported
                ? $"it does not report whether it is {string.Join(" or ", unreported)}"
                : culprit?.Message,
        };
    }
}
