namespace Hotstack.SnapSets;

/// <summary>How whole a SnapSet is.</summary>
/// <remarks>Words and no enum: so they are words in JSON too, and after Export-Clixml and in jobs.</remarks>
public static class SnapSetState
{
    /// <summary>Every member that its maker counted is there, active and tagged, and every volume snapshot is available.</summary>
    public const string Complete = nameof(Complete);

    /// <summary>A member is missing, not active or not tagged; a volume snapshot is missing or not available; or the set is being made just now.</summary>
    public const string Incomplete = nameof(Incomplete);

    /// <summary>What is there is active, with a controller and another member; but its maker, upstream's playbook,
    /// did not record how many belong to it, or Cinder could not be asked for its volume snapshots.</summary>
    public const string Unverified = nameof(Unverified);
}
