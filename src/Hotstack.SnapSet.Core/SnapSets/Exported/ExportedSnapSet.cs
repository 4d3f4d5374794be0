using Hotstack.SnapSets.Move;

namespace Hotstack.SnapSets.Exported;

/// <summary>A set in a folder, as its manifest describes it.</summary>
public sealed record ExportedSnapSet
{
    /// <summary>The set's id.</summary>
    public required string Id { get; init; }

    /// <summary>Its folder.</summary>
    public required string Path { get; init; }

    /// <summary>When the set was made, in UTC.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it was exported, in UTC.</summary>
    public required DateTimeOffset ExportedAt { get; init; }

    /// <summary>When the folder was read, by this machine's clock.</summary>
    public required DateTimeOffset ReadAt { get; init; }

    /// <summary>Its age when it was read, for people: <c>3 h 20 min</c>.</summary>
    public string AgeText => TimeText.Of(ReadAt - CreatedAt);

    /// <summary>Whether all files are there with their sizes: <see cref="SnapSetState.Complete"/> or <see cref="SnapSetState.Incomplete"/>.</summary>
    public string State => Problems.Count == 0 ? SnapSetState.Complete : SnapSetState.Incomplete;

    /// <summary>The names of its members, the controller first.</summary>
    public required Listing<string> Members { get; init; }

    /// <summary>Size of all its files in bytes.</summary>
    public required long Size { get; init; }

    /// <summary><see cref="Size"/> for people: <c>4.2 GiB</c>.</summary>
    public string SizeText => ByteText.Of(Size);

    /// <summary>It holds what made its stack.</summary>
    public required bool HasBlueprint { get; init; }

    /// <summary>The stack it was made from; null if not recorded.</summary>
    public string? StackName => Facts.StackName;

    /// <summary>The Hotstack scenario of that stack; null if not recorded.</summary>
    public string? Scenario => Facts.Scenario;

    /// <summary>What the user says of it; null for nothing.</summary>
    public string? Description => Facts.Description;

    /// <summary>The user's labels.</summary>
    public SnapSetLabels Labels => Facts.Labels;

    /// <summary><see cref="Labels"/> for people.</summary>
    public string LabelsText => Labels.ToString();

    /// <summary>The version of its cluster; null if not recorded.</summary>
    public string? ClusterVersion => Record?.Version;

    /// <summary>Until then the cluster revives by itself; null if not recorded.</summary>
    public DateTimeOffset? UnattendedUntil => Record?.UnattendedUntil;

    /// <summary>Until then the cluster revives with approvals; null if not recorded.</summary>
    public DateTimeOffset? AssistedUntil => Record?.AssistedUntil;

    /// <summary>Time left until <see cref="UnattendedUntil"/>: <c>15 d 18 h</c>, or <c>expired</c>.</summary>
    public string? UnattendedLeft => TimeText.Left(UnattendedUntil, ReadAt);

    /// <summary>Time left until <see cref="AssistedUntil"/>.</summary>
    public string? AssistedLeft => TimeText.Left(AssistedUntil, ReadAt);

    /// <summary>Which files are missing or have another size, one sentence each.</summary>
    public required Listing<string> Problems { get; init; }

    /// <summary>What the export leaves out, or is uncertain, one sentence each.</summary>
    public required Listing<string> Warnings { get; init; }

    internal ClusterRecord? Record { get; init; }

    internal SnapSetFacts Facts { get; init; } = new();

    internal ExportManifest Manifest { get; init; } = null!;

    /// <summary>The id.</summary>
    public override string ToString() => Id;
}
