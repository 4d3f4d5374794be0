namespace Hotstack.Clusters;

/// <summary>Whether a cluster may be shut down now, to come back when it is started again.</summary>
public enum ClusterVerdict
{
    /// <summary>It may.</summary>
    Safe,

    /// <summary>It may not: something is not as it should be.</summary>
    NotYet,

    /// <summary>Nothing speaks against it, but not everything could be found out. Never the same as safe.</summary>
    Unknown,
}
