namespace Hotstack.Deployments;

/// <summary>A record of a cluster that was found in the cloud, not given by the caller.</summary>
/// <param name="Record">What was recorded.</param>
/// <param name="Source">Where, for people.</param>
/// <param name="MayHaveRenewed">The servers have run since in a time when certificates still could be renewed: the record's dates may
/// be too early.</param>
public sealed record FoundRecord(ClusterRecord Record, string Source, bool MayHaveRenewed);

/// <summary>Finds what was recorded of a deployment's cluster where the caller brings no record.</summary>
public interface IRecordSource
{
    /// <returns>Null if there is no record.</returns>
    /// <exception cref="HotstackException">The cloud failed.</exception>
    Task<FoundRecord?> FindAsync(IReadOnlyCollection<Instance> instances, IActivity activity, CancellationToken token);
}
