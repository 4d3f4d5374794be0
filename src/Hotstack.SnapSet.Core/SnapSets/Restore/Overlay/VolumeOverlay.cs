using System.Globalization;
using Hotstack.Templates;
using Hotstack.Configuration;

namespace Hotstack.SnapSets.Restore.Overlay;

/// <summary>Assigns the snapshots of one member's volumes to the volumes of its server.</summary>
internal sealed class VolumeOverlay(ServerPart server, SnapSetMember member, TemplateResources resources, OverlayNotes notes)
{
    // The other sources of a volume, or of an entry that creates one.
    private static readonly string[] Origins =
        [
        "image", "image_id", "imageRef", "source_volid", "backup_id", "volume_id", "snapshot_id",
        "swap_size", "ephemeral_size", "ephemeral_format",
    ];

    public void Apply(bool keepsImage)
    {
        SnapSetVolume? root = member.Volumes.FirstOrDefault(volume => volume.IsRoot)
            ?? (member.IsVolumeBacked && member.Volumes.Count > 0 ? member.Volumes[0] : null);
        if (keepsImage)
        {
            notes.Change($"{server.Name}: image from the parameters");
        }
        else if (root is not null)
        {
            ApplyRoot(root);
        }
        else
        {
            ApplyImage();
        }

        ApplyData([.. member.Volumes.Where(volume => volume != root)]);
    }

    private void ApplyImage()
    {
        string key = BlockDeviceMapping.Of(server.Properties).Key;
        if (server.RootVolume?.Entry is { } entry && server.Properties[key] is DocList mapping)
        {
            TakeOut(entry, mapping, key);
        }
        else if (server.Properties["image"] is null && server.Properties[key] is not (null or DocList))
        {
            notes.Problem($"{member.Name}: the {key} of {server.Name} is not a list, so the boot device of the server is unknown.");
            return;
        }

        Properties().Set("image", member.ImageId);
        notes.Change($"{server.Name}: image -> {member.ImageId}");
    }

    private void TakeOut(DocMap entry, DocList mapping, string key)
    {
        mapping.Items.Remove(entry);
        if (mapping.Items.Count == 0)
        {
            server.Properties.Remove(key);
        }

        notes.Change($"{server.Name}: boots from the image, no longer from {server.RootVolume!.Label}");
        if (server.RootVolume.ResourceName is not { } volume)
        {
            return;
        }

        if (resources.Remove(volume))
        {
            notes.Change($"{server.Name}: volume {volume} removed, because nothing else uses it");
        }
        else
        {
            notes.Warn($"{member.Name}: the volume {volume} is still created, "
                + $"although {server.Name} no longer boots from it: the template refers to it elsewhere.");
        }
    }

    private void ApplyRoot(SnapSetVolume root)
    {
        var form = BlockDeviceMapping.Of(server.Properties);
        if (server.RootVolume is { } part)
        {
            Put(root, part);
        }
        else if (Mappings(form.Key) is { } mapping)
        {
            var entry = new DocMap(server.Properties.Mark);
            _ = form.IsOlder
                ? entry.Set("device_name", BlockDeviceMapping.RootDevice)
                : entry.Set("boot_index", DocScalar.Plain(server.Properties.Mark, "0"));
            mapping.Items.Insert(0, entry);
            Put(root, new VolumePart { Label = form.Key + "[0]", Entry = entry, IsRoot = true });
        }
        else
        {
            notes.Problem($"{member.Name}: the {form.Key} of {server.Name} is not a list, so the snapshot {root.SnapshotId} cannot be added to it.");
            return;
        }

        if (server.Properties.Remove("image"))
        {
            notes.Change($"{server.Name}: image removed, it boots from a volume");
        }
    }

    private DocList? Mappings(string key)
    {
        if (server.Properties[key] is null)
        {
            Properties().Set(key, new DocList(server.Properties.Mark, []));
        }

        return server.Properties[key] as DocList;
    }

    private DocMap Properties()
    {
        if (server.Resource.MapOrNull("properties") is null)
        {
            server.Resource.Set("properties", server.Properties);
        }

        return server.Properties;
    }

    private void ApplyData(List<SnapSetVolume> volumes)
    {
        List<VolumePart> places = [.. server.Volumes.Where(place => !place.IsRoot)];
        Pair(volumes, places, (volume, place) => volume.ResourceName is not null && volume.ResourceName == place.ResourceName);
        Pair(volumes, places, (volume, place) => place.ResourceName is { } resource
            && notes.PlacedIn(resource)?.Volume.SnapshotId == volume.SnapshotId);
        PlaceUnattached(volumes);
        Pair(volumes, places, (volume, place) => volume.Device is not null
            && BlockDeviceMapping.Short(volume.Device) == BlockDeviceMapping.Short(place.Device));
        if (places.Count > 0 && (volumes.Any(volume => volume.ResourceName is not null)
            || (volumes.Count > 0 && volumes.Count != places.Count)))
        {
            notes.Warn($"{member.Name}: "
                + $"{volumes.Count} snapshot(s) are assigned to {places.Count} volume(s) of the template by order alone.");
        }

        Pair(volumes, places, (_, _) => true);
        foreach (SnapSetVolume volume in volumes)
        {
            notes.Problem($"{member.Name}: {server.Name} has no volume in the template for the snapshot {Named(volume)}; "
                + $"-ExcludeVolume {CommandArgument.OfPattern(volume.NameIn(member.Name))} leaves it out.");
        }

        foreach (VolumePart place in places.Where(place => place.ResourceName is not null))
        {
            string? origin = Origins.FirstOrDefault(key => place.Properties?[key] is not null);
            notes.Warn($"{member.Name}: the volume {place.Label} is created "
                + (origin is null ? "empty" : $"from the template's own {origin}") + ": the set has no snapshot of it.");
        }
    }

    private void Pair(List<SnapSetVolume> volumes, List<VolumePart> places, Func<SnapSetVolume, VolumePart, bool> belong)
    {
        foreach (SnapSetVolume volume in volumes.ToArray())
        {
            if (places.FirstOrDefault(place => belong(volume, place)) is { } place)
            {
                volumes.Remove(volume);
                places.Remove(place);
                Put(volume, place);
            }
        }
    }

    /// <summary>Volumes of the stack that were attached to the server outside its template.</summary>
    private void PlaceUnattached(List<SnapSetVolume> volumes)
    {
        foreach (SnapSetVolume volume in volumes.Where(volume => volume.ResourceName is not null).ToArray())
        {
            if (resources.Unattached.FirstOrDefault(place => place.ResourceName == volume.ResourceName) is { } place)
            {
                volumes.Remove(volume);
                Put(volume, place);
                notes.Warn($"{member.Name}: the template does not attach the volume {place.Label} to {server.Name}; attach it after the restore.");
            }
        }
    }

    /// <summary>Whether the volume resource already has a snapshot, from a volume shared with another member.</summary>
    private bool IsPlaced(string resource, SnapSetVolume volume)
    {
        if (notes.PlacedIn(resource) is not { } placed)
        {
            return false;
        }

        if (placed.Volume.SnapshotId != volume.SnapshotId)
        {
            // Nova makes separate snapshots for each server that boots from a volume. All servers were shut off meanwhile.
            if (volume.VolumeId is not null && volume.VolumeId == placed.Volume.VolumeId)
            {
                notes.Warn($"{member.Name}: the volume {resource} is made from the snapshot {placed.Volume.SnapshotId} of {placed.Member}; "
                    + $"{Named(volume)} is of the same volume.");
            }
            else
            {
                notes.Problem(
                    $"{member.Name}: the volume {resource} is already made from another snapshot, "
                        + $"{Named(placed.Volume)} of {placed.Member}, "
                    + $"so {Named(volume)} has no place.");
            }
        }

        return true;
    }

    private void Put(SnapSetVolume volume, VolumePart place)
    {
        if (place.ResourceName is { } resource && IsPlaced(resource, volume))
        {
            return;
        }

        if (notes.Placed.FirstOrDefault(placed => placed.Volume.SnapshotId == volume.SnapshotId) is { } twin)
        {
            notes.Warn($"{member.Name}: the volume {place.Label} is a second copy of {twin.Resource} of {twin.Member}, "
                + "with which it was shared; attach one volume to both servers in the template to share it again.");
        }

        if ((place.Properties ?? place.Entry) is not { } target)
        {
            notes.Problem($"{member.Name}: {place.Label} cannot be made from the snapshot {Named(volume)}.");
            return;
        }

        foreach (string origin in Origins)
        {
            target.Remove(origin);
        }

        target.Set("snapshot_id", volume.SnapshotId);
        if (place.ResourceName is { } name)
        {
            notes.Place(new PlacedVolume(member.Name, name, volume)
            {
                AvailabilityZone = target.TextOrNull("availability_zone"),
                VolumeType = target.TextOrNull("volume_type"),
            });
        }

        bool isEntry = place.Properties is null;
        Enlarge(target, isEntry ? "volume_size" : "size", volume, place);
        if (isEntry)
        {
            Default(target, "delete_on_termination", DocScalar.Plain(target.Mark, "true"));
            if (!BlockDeviceMapping.Of(server.Properties).IsOlder)
            {
                Default(target, "device_type", DocScalar.Of(target.Mark, "disk"));
            }
        }

        notes.Change($"{server.Name}: {place.Label}: snapshot_id -> {volume.SnapshotId}");
    }

    /// <summary>Cinder refuses a volume smaller than its snapshot.</summary>
    private void Enlarge(DocMap target, string key, SnapSetVolume volume, VolumePart place)
    {
        if (volume.Size <= 0)
        {
            return;
        }

        string size = volume.Size.ToString(CultureInfo.InvariantCulture);
        switch (target[key])
        {
            case null:
                target.Set(key, DocScalar.Plain(target.Mark, size));
                break;
            case DocScalar literal when long.TryParse(literal.Value, NumberStyles.None, CultureInfo.InvariantCulture, out long written):
                if (written < volume.Size)
                {
                    target.Set(key, DocScalar.Plain(literal.Mark, size));
                    notes.Change($"{server.Name}: {place.Label}: {key} {written} -> {size} GiB");
                }

                break;
            default:
                notes.Warn($"{member.Name}: the size of {place.Label} is given by a function; it must be at least {size} GiB.");
                break;
        }
    }

    private static void Default(DocMap target, string key, DocScalar value)
    {
        if (target[key] is null)
        {
            target.Set(key, value);
        }
    }

    private static string Named(SnapSetVolume volume) =>
        volume.SnapshotId + ((volume.ResourceName ?? volume.Device) is { } name ? $" ({name}, {volume.Size} GiB)"
            : $" ({volume.Size} GiB)");
}
