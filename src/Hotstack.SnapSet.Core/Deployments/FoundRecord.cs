namespace Hotstack.Deployments;

/// <summary>A record of a cluster that was found in the cloud, not given by the caller.</summary>
/// <param name="Record">What was recorded.</param>
/// <param name="Source">Where, for people.</param>
/// <param name="MayHaveRenewed">The servers have run since in a time when certificates still could be renewed: the record's dates may
/// be too early.</param>
internal sealed record FoundRecord(ClusterRecord Record, string Source, bool MayHaveRenewed);
