using Hotstack.OpenStack.Orchestration;
using Hotstack.SnapSets.Restore.Overlay;

namespace Hotstack.SnapSets.Restore;

/// <summary>A restore that can be done: everything that could be checked beforehand has been.</summary>
internal sealed record RestorePlan
{
    public required SnapSet Set { get; init; }

    /// <summary>The members that are restored.</summary>
    public required IReadOnlyList<PlannedServer> Servers { get; init; }

    public required RestoreMode Mode { get; init; }

    /// <summary>Why in that mode, one sentence each.</summary>
    public required IReadOnlyList<string> Reasons { get; init; }

    public required StackRequest Stack { get; init; }

    /// <summary>The stack that has that name already; null for none.</summary>
    public Stack? Existing { get; init; }

    /// <summary>That stack was begun from this very set: all that is left is to wait for it.</summary>
    public bool IsContinued { get; init; }

    /// <summary>What is changed in the template, one sentence each.</summary>
    public IReadOnlyList<string> Changes { get; init; } = [];

    /// <summary>The template's volumes that are made of snapshots.</summary>
    public IReadOnlyList<PlacedVolume> Volumes { get; init; } = [];

    /// <summary>What the user should know before, one sentence each.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>What the stack would have; empty if Heat did not tell.</summary>
    public IReadOnlyList<PreviewedResource> Resources { get; init; } = [];

    /// <summary>What would become of the resources that there are, for a stack that is changed.</summary>
    public ILookup<string, string>? ResourceChanges { get; init; }

    /// <summary>Files from outside the template's own folder that are sent along, by their real paths.</summary>
    public IReadOnlyList<string> OutsideFiles { get; init; } = [];

    /// <summary>The plan may be shown and not be carried out: nothing of those files may be sent.</summary>
    public bool IsOnlyShown { get; init; }

    /// <summary>Where the outputs are written; null for nowhere.</summary>
    public string? OutputFile { get; init; }
}

/// <param name="Member">The image.</param>
/// <param name="ResourceName">The server's resource in the template.</param>
/// <param name="PinnedImage">The image that the user wants instead of the member's; null for none.</param>
internal sealed record PlannedServer(SnapSetMember Member, string ResourceName, string? PinnedImage)
{
    /// <summary>The flavor, if it could be found out beforehand.</summary>
    public string? Flavor { get; init; }
}
