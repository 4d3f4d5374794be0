namespace Hotstack.Clusters;

/// <summary>Whether a cluster may be shut down now, to come back when it is started again.</summary>
/// <remarks>Words and no enum: so they are words in JSON too, and after Export-Clixml and in jobs.</remarks>
public static class ClusterVerdict
{
    /// <summary>It may.</summary>
    public const string Safe = nameof(Safe);

    /// <summary>It may not: something is not as it should be.</summary>
    public const string NotYet = nameof(NotYet);

    /// <summary>Nothing speaks against it, but not everything could be found out. Never the same as safe.</summary>
    public const string Unknown = nameof(Unknown);

    /// <summary>It may not, and waiting does not change that: its control plane is hosted by another cluster.</summary>
    public const string NotSupported = nameof(NotSupported);
}
