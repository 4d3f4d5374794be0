namespace Hotstack.Moving;

/// <summary>A set in a folder, whole and verified.</summary>
public sealed record SnapSetExport
{
    /// <summary>The set's id.</summary>
    public required string Id { get; init; }

    /// <summary>The folder that holds it.</summary>
    public required string Path { get; init; }

    /// <summary>The names of its members, the controller first.</summary>
    public required IReadOnlyList<string> Members { get; init; }

    /// <summary>Bytes of all its images.</summary>
    public required long Size { get; init; }

    /// <summary>Bytes of them that this run fetched; 0 if the export was there already.</summary>
    public long Fetched { get; init; }

    /// <summary>How long this run took.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary>What is not in it, or is not certain, one sentence each.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];
}
