using System.Globalization;

namespace Hotstack.SnapSets.Create;

/// <summary>A volume that is attached to a server of a set that is to be made.</summary>
/// <param name="Id">Its UUID.</param>
/// <param name="Name">Its name; may be empty.</param>
/// <param name="Device">What it is to this server; null if Cinder does not know.</param>
/// <param name="Size">GiB.</param>
/// <param name="ResourceName">Its name among the resources of its stack; null if it is from none, or that is not known.</param>
internal sealed record AttachedVolume(string Id, string Name, string? Device, long Size, string? ResourceName)
{
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{(Name.Length > 0 ? Name : "unnamed")} ({Id}, {Size} GiB{(Device is null ? "" : $", {Device}")})");
}

/// <summary>A volume of which a snapshot is to be made, once also if several members share it.</summary>
/// <param name="Volume">The volume.</param>
/// <param name="Member">The first member that it is attached to.</param>
/// <param name="Index">Which of that member's volumes it is, from 0.</param>
/// <param name="ExistingId">The snapshot that an earlier run made of it; null for none.</param>
internal sealed record PlannedVolume(AttachedVolume Volume, string Member, int Index, string? ExistingId);
