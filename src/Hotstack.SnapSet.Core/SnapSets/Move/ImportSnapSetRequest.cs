namespace Hotstack.SnapSets.Move;

/// <summary>What export to import, and how.</summary>
public sealed record ImportSnapSetRequest
{
    /// <summary>The export's folder, or its manifest; absolute.</summary>
    public required string Path { get; init; }

    /// <summary>Give the set a new id, so that it can stand beside the one that it is a copy of.</summary>
    public bool NewId { get; init; }

    /// <summary>Do not compare what the cloud stored with the files.</summary>
    public bool SkipVerify { get; init; }

    /// <summary>How many images are uploaded at once.</summary>
    public int ThrottleLimit { get; init; } = ExportSnapSetRequest.DefaultThrottleLimit;
}
