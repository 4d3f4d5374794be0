using Hotstack.Clusters.Revive;
using Hotstack.Clusters.Suspend;
using Hotstack.SnapSets;
using Hotstack.SnapSets.Restore;

namespace Hotstack.Runs.Renewal;

/// <summary>Which sets to renew, and how.</summary>
public sealed record UpdateSnapSetRequest
{
    /// <summary>The sets: exact ids and patterns.</summary>
    public IReadOnlyList<SnapSetReference> Ids { get; init; } = [];

    /// <summary>The temporary stack: template and parameters. Its set, its name and its rollback are given by the renewal.</summary>
    public RestoreSnapSetRequest Restore { get; init; } = new();

    /// <summary>The revival. Its source and its record are given by the renewal.</summary>
    public ReviveClusterRequest Revive { get; init; } = new() { Source = new() };

    /// <summary>The shutdown. Its source is given by the renewal.</summary>
    public SuspendClusterRequest Suspend { get; init; } = new() { Source = new() };

    /// <summary>How long all operators have to be stable without a break before the shutdown, one value for each round.</summary>
    public IReadOnlyList<TimeSpan> StableFor { get; init; } = [TimeSpan.FromSeconds(60)];

    /// <summary>How long the certificates may take to allow a shutdown. A kubelet that renews its certificate right after the revival may get
    /// one of the old signer, of some days only, and waits until most of its time has passed.</summary>
    public TimeSpan RotationTimeout { get; init; } = TimeSpan.FromDays(5);

    /// <summary>The pause between two looks at the certificates; null for five minutes.</summary>
    public TimeSpan? RotationInterval { get; init; }

    /// <summary>How long the images may take.</summary>
    public TimeSpan FreezeTimeout { get; init; } = TimeSpan.FromHours(1);

    /// <summary>How long Heat may take to delete the temporary stack.</summary>
    public TimeSpan DeleteTimeout { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>Another description for the new set; null keeps the old one's.</summary>
    public string? Description { get; init; }

    /// <summary>Changes of the labels for the new set: null removes one.</summary>
    public IReadOnlyDictionary<string, string?> Labels { get; init; } = new Dictionary<string, string?>();

    /// <summary>Delete the old set once the new one is complete, tested, and lasts longer.</summary>
    public bool RemoveOld { get; init; }

    /// <summary>After a failure delete what was made.</summary>
    public bool RollbackOnFailure { get; init; }

    /// <summary>How many sets are renewed at a time, if the quotas allow it.</summary>
    public int ThrottleLimit { get; init; } = 4;
}
