using Hotstack.OpenStack.Imaging;

namespace Hotstack.SnapSets.Move;

/// <summary>An export that can be made: everything that could be checked beforehand has been.</summary>
internal sealed record ExportPlan
{
    public required SnapSet Set { get; init; }

    public required string Folder { get; init; }

    public required IReadOnlyList<PlannedExport> Members { get; init; }

    public required IReadOnlyList<string> Warnings { get; init; }

    /// <summary>It is there already, whole.</summary>
    public bool IsFinished { get; init; }

    /// <summary>When the manifest that was looked at was written; long ago for none.</summary>
    public DateTime ManifestWrittenAt { get; init; }

    public string ManifestPath => Path.Combine(Folder, ExportManifest.FileName);

    public long Size => Members.Total(member => member.Image.Size);
}

/// <param name="Member">The member of the set.</param>
/// <param name="Image">Its image.</param>
/// <param name="File">The name of its file.</param>
/// <param name="SkippedVolumes">Its data volumes, which are left out.</param>
internal sealed record PlannedExport(SnapSetMember Member, Image Image, string File, IReadOnlyList<string> SkippedVolumes);
