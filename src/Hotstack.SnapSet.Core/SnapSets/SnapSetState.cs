namespace Hotstack.SnapSets;

/// <summary>How whole a SnapSet is.</summary>
public enum SnapSetState
{
    /// <summary>Every member that its maker counted is there, active and tagged, and every volume snapshot is available.</summary>
    Complete,

    /// <summary>A member is missing, not active or not tagged; a volume snapshot is missing or not available; or the set is being made just now.</summary>
    Incomplete,

    /// <summary>What is there is active, with a controller and another member; but its maker, upstream's playbook,
    /// did not record how many belong to it, or Cinder could not be asked for its volume snapshots.</summary>
    Unverified,
}
