namespace Hotstack.SnapSets.Restore.Overlay;

/// <summary>A volume resource of a template that is made of a snapshot.</summary>
/// <param name="Member">The first member that it is attached to.</param>
/// <param name="Resource">The name of the resource.</param>
/// <param name="Volume">The snapshot.</param>
internal sealed record PlacedVolume(string Member, string Resource, SnapSetVolume Volume)
{
    /// <summary>The zone as the template writes it; null if it writes none, or a function.</summary>
    public string? AvailabilityZone { get; init; }

    /// <summary>The type as the template writes it, a name or an id; null if it writes none, or a function.</summary>
    public string? VolumeType { get; init; }
}
