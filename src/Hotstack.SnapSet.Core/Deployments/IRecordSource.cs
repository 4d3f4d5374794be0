namespace Hotstack.Deployments;

/// <summary>A cluster's record found in the cloud, not given by the caller.</summary>
/// <param name="Record">The record.</param>
/// <param name="Source">Where it was found, for people.</param>
/// <param name="MayHaveRenewed">The servers ran since while certificates could still be renewed: the record's dates may be too
/// early.</param>
public sealed record FoundRecord(ClusterRecord Record, string Source, bool MayHaveRenewed)
{
    /// <summary>When the last node was to shut itself down; null if the run that recorded the cluster did not come so far.</summary>
    public DateTimeOffset? DueAt { get; init; }
}

/// <summary>Finds the record of a deployment's cluster where the caller gives none.</summary>
public interface IRecordSource
{
    /// <returns>Null if there is no record.</returns>
    /// <exception cref="HotstackException">The cloud failed.</exception>
    Task<FoundRecord?> FindAsync(IReadOnlyCollection<Instance> instances, IActivity activity, CancellationToken token);
}
