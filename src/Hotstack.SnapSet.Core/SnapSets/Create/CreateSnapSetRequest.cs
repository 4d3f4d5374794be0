using Hotstack.Deployments;

namespace Hotstack.SnapSets.Create;

/// <summary>What set to make, and how.</summary>
public sealed record CreateSnapSetRequest
{
    /// <summary>The instances. With <see cref="ResumeId"/> it may be left out if the set remembers its stack.</summary>
    public InstanceSource Source { get; init; } = new();

    /// <summary>The Hotstack scenario to record; null for none.</summary>
    public string? Scenario { get; init; }

    /// <summary>How the cluster was before it was shut down, to be recorded on the images; null if nobody knows.</summary>
    public ClusterRecord? Cluster { get; init; }

    /// <summary>An interrupted set to complete, instead of making a new one.</summary>
    public SnapSetReference? ResumeId { get; init; }

    /// <summary>Freeze the data volumes too that are attached to servers which boot from an image. A set that is resumed goes on
    /// as it was begun.</summary>
    public bool IncludeVolumes { get; init; }

    /// <summary>Shut down the servers that still run, the controller last. Without it they are an error.</summary>
    public bool StopServers { get; init; }

    /// <summary>How the cluster of running nodes is inspected before they are shut down.</summary>
    public ClusterInspectionRequest Inspection { get; init; } = new();

    /// <summary>Start all servers when the run ends, well or badly, the controller first; but not after a failure with
    /// <see cref="KeepPartial"/>, since then the set could not be resumed.</summary>
    public bool StartServers { get; init; }

    /// <summary>On failure keep the images that were made, for <see cref="ResumeId"/>.</summary>
    public bool KeepPartial { get; init; }

    /// <summary>For the whole run, the shutdown included, from the user's consent on.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromHours(1);

    /// <summary>The pause between two looks at the images.</summary>
    public TimeSpan PollInterval { get; init; } = TimeSpan.FromSeconds(2);
}
