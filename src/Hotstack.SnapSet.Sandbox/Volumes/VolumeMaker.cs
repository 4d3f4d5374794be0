using Hotstack.Sandbox.Compute;
using Hotstack.Sandbox.Http;
using Hotstack.Sandbox.Imaging;

namespace Hotstack.Sandbox.Volumes;

/// <summary>A volume as somebody wants it.</summary>
internal sealed record VolumeRequest
{
    public required string Name { get; init; }

    public required string ProjectId { get; init; }

    public required string UserId { get; init; }

    /// <summary>GiB.</summary>
    public required int Size { get; init; }

    public string? Description { get; init; }

    public VolumeSnapshot? Snapshot { get; init; }

    public Image? Image { get; init; }

    /// <summary>Name or id; null for the snapshot's, or the default.</summary>
    public string? Type { get; init; }

    /// <summary>Null for the snapshot's, or the default.</summary>
    public string? AvailabilityZone { get; init; }

    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();
}

/// <summary>Makes and deletes volumes, with Cinder's refusals.</summary>
internal sealed class VolumeMaker(SandboxCloud cloud)
{
    public bool HasSnapshots(Volume volume) => cloud.VolumeSnapshotList.Exists(s => s.Volume == volume);

    /// <summary>Starts to make a volume, which is <c>creating</c> until somebody says that it is not.</summary>
    public Volume Begin(VolumeRequest request)
    {
        var type = TypeOf(request);
        var zone = ZoneOf(request);
        if (request.Snapshot is { } snapshot)
        {
            if (snapshot.Status != "available")
            {
                throw new ApiException(
                    400, $"Invalid snapshot: Originating snapshot status must be one of 'available' values. Snapshot {snapshot.Id} is {snapshot.Status}.");
            }

            if (request.Size < snapshot.Volume.Size)
            {
                throw new ApiException(
                    400, $"Invalid input received: Volume size '{request.Size}'GB cannot be smaller than the snapshot size {snapshot.Volume.Size}GB."
                    + " They must be >= original snapshot size.");
            }
        }

        if (request.Image is { } image)
        {
            if (image.Status != "active")
            {
                throw new ApiException(400, $"Invalid image: Image {image.Id} is not active.");
            }

            if (request.Size < image.MinDisk)
            {
                throw new ApiException(
                    400, $"Invalid input received: Volume size {request.Size}GB cannot be smaller than the image minDisk size {image.MinDisk}GB.");
            }
        }

        new VolumeQuotas(cloud, request.ProjectId).Check(request.Size);
        var id = cloud.NewId();
        var volume = new Volume
        {
            Id = id, Name = request.Name, ProjectId = request.ProjectId, UserId = request.UserId, Size = request.Size,
                CreatedAt = cloud.Now,
            Type = type.Name, AvailabilityZone = zone, Description = request.Description, SnapshotId = request.Snapshot?.Id,
                State = "creating",
            Bootable = request.Image is not null || request.Snapshot?.Volume.Bootable == true,
            Disk = request.Snapshot?.Disk.Copy() ?? (request.Image is null ? GuestDisk.New(id) : cloud.Disks.From(request.Image, id)),
        };
        foreach (var (key, value) in request.Metadata)
        {
            volume.Metadata[key] = value;
        }

        cloud.VolumeList.Add(volume);
        return volume;
    }

    /// <summary>Attaches a volume under the first device name that is free.</summary>
    public static void Attach(Volume volume, Server server, string? device)
    {
        if (!CanTake(volume))
        {
            throw new ApiException(
                400, $"Invalid volume: Volume {volume.Id} status must be available or downloading to reserve, but the current status is {volume.Status}.");
        }

        var free = Enumerable.Range(server.ImageId is null ? 0 : 1, 25).Select(i => $"/dev/vd{(char)('a' + i)}")
            .First(name => server.Volumes.TrueForAll(v => v.DeviceOn(server) != name));
        device = device is null ? free : device.StartsWith('/') ? device : "/dev/" + device;
        if (volume.Server is null)
        {
            (volume.Server, volume.Device) = (server, device);
        }
        else
        {
            volume.AlsoOn.Add((server, device));
        }

        server.Volumes.Add(volume);
    }

    /// <summary>Whether one more server can have it.</summary>
    public static bool CanTake(Volume volume) =>
        volume.Status == "available" || (volume.IsMultiattach && volume.Status == "in-use");

    /// <summary>Detaches a volume from one server.</summary>
    public static void Detach(Volume volume, Server server)
    {
        server.Volumes.Remove(volume);
        volume.AlsoOn.RemoveAll(other => other.Server == server);
        if (volume.Server == server)
        {
            (volume.Server, volume.Device) = (null, null);
            if (volume.AlsoOn is [var next, ..])
            {
                (volume.Server, volume.Device) = next;
                volume.AlsoOn.RemoveAt(0);
            }
        }
    }

    /// <summary>A snapshot's type changes only between types of one backend (cinder: volume/api.py, _retype_is_possible).</summary>
    private static VolumeType TypeOf(VolumeRequest request)
    {
        var source = request.Snapshot?.Volume.Type;
        if (string.IsNullOrEmpty(request.Type))
        {
            return VolumeType.Find(source ?? VolumeType.Default)!;
        }

        var type = VolumeType.Find(request.Type)
            ?? throw new ApiException(404, $"Volume type with name {request.Type} could not be found.");
        return source is null || VolumeType.Find(source)!.Backend == type.Backend
            ? type
            : throw new ApiException(
                400, $"Invalid input received: Invalid volume_type provided: {type.Id} (requested type is not compatible;"
                + " recommend omitting the type argument).");
    }

    /// <summary>With <c>cloned_volume_same_az</c>, as it is by default (cinder: volume/flows/api/create_volume.py).</summary>
    private static string ZoneOf(VolumeRequest request)
    {
        var source = request.Snapshot?.Volume.AvailabilityZone;
        var zone = string.IsNullOrEmpty(request.AvailabilityZone) ? source ?? VolumeType.Zones[0] : request.AvailabilityZone;
        if (!VolumeType.Zones.Contains(zone))
        {
            throw new ApiException(400, $"Availability zone '{zone}' is invalid.");
        }

        return source is null || source == zone
            ? zone
            : throw new ApiException(400, "Invalid input received: Volume must be in the same availability zone as the snapshot");
    }

    /// <summary>Starts to delete a volume.</summary>
    public void Delete(Volume volume)
    {
        if (volume.Status is not ("available" or "error") || HasSnapshots(volume))
        {
            throw new ApiException(
                400, "Invalid volume: Volume status must be available or error or error_restoring or error_extending or error_managing and must not be"
                + " migrating, attached, belong to a group, have snapshots, awaiting a transfer, or be disassociated from snapshots after volume transfer.");
        }

        volume.State = "deleting";
        cloud.After(cloud.Options.Durations.VolumeSnapshotDelete, () => cloud.VolumeList.Remove(volume));
    }
}
