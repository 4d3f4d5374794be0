namespace Hotstack.SnapSets.Create;

/// <summary>How far the snapshot of one data volume is, while a set is made.</summary>
internal sealed class VolumeRun(PlannedVolume plan)
{
    public PlannedVolume Plan { get; } = plan;

    /// <summary>The snapshot; null until its id is known.</summary>
    public string? SnapshotId { get; set; } = plan.ExistingId;

    /// <summary>Its status as last seen.</summary>
    public string? Status { get; set; }

    /// <summary>Cinder was told by this run to make it.</summary>
    public bool WasOrdered { get; set; }

    /// <summary>The order got no answer: there may be a snapshot, or not.</summary>
    public bool IsOutcomeUnknown { get; set; }

    public int Orders { get; set; }

    public DateTimeOffset OrderedAt { get; set; }

    public bool IsReady => Status == "available";

    public HotstackException? Failure { get; set; }

    public override string ToString() => $"volume {Plan.Volume} ({Status ?? (IsOutcomeUnknown ? "unknown" : "ordered")})";
}
