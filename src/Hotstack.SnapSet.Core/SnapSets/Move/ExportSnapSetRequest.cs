namespace Hotstack.SnapSets.Move;

/// <summary>What set to export, and where to.</summary>
public sealed record ExportSnapSetRequest
{
    /// <summary>How many images are moved at once by default.</summary>
    public const int DefaultThrottleLimit = 4;

    /// <summary>The set.</summary>
    public required SnapSetReference Id { get; init; }

    /// <summary>The folder to put the set's own folder into; absolute.</summary>
    public required string Path { get; init; }

    /// <summary>Leave data volumes out, which are in Cinder. Without it they are an error.</summary>
    public bool SkipVolumes { get; init; }

    /// <summary>Read the files of an export that is there already, and compare their hashes too.</summary>
    public bool Verify { get; init; }

    /// <summary>Take also images of which Glance tells neither the size nor a hash.</summary>
    public bool SkipVerify { get; init; }

    /// <summary>How many images are fetched at once.</summary>
    public int ThrottleLimit { get; init; } = DefaultThrottleLimit;
}
