namespace Hotstack.SnapSets.Restore.Overlay;

/// <summary>A template that a set was laid over.</summary>
internal sealed record OverlayResult
{
    /// <summary>The new template, as YAML.</summary>
    public required string Text { get; init; }

    /// <summary>What was changed, a sentence each: <c>controller: image -> 5f0c…</c>.</summary>
    public required IReadOnlyList<string> Changes { get; init; }

    /// <summary>What the set holds and the template cannot take, a sentence each; the restored stack would lack it.</summary>
    public required IReadOnlyList<string> Problems { get; init; }

    /// <summary>What should be known before, a sentence each.</summary>
    public required IReadOnlyList<string> Warnings { get; init; }

    /// <summary>The volume resources that are made of snapshots.</summary>
    public required IReadOnlyList<PlacedVolume> Volumes { get; init; }

    /// <summary>Servers of the template that have no member: they would be installed afresh.</summary>
    public required IReadOnlyList<string> Uncovered { get; init; }
}
