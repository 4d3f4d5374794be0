using System.Text.Json.Nodes;
using Hotstack.Sandbox.Http;
using Hotstack.Sandbox.Identity;
using Hotstack.Sandbox.Imaging;
using Hotstack.Sandbox.Networking;
using Hotstack.Sandbox.Volumes;

namespace Hotstack.Sandbox.Compute;

/// <summary>A server as somebody wants it.</summary>
internal sealed record ServerRequest
{
    public required string Name { get; init; }

    /// <summary>What its template calls it; null if no template does.</summary>
    public string? Resource { get; init; }

    /// <summary>The stack it is for; null if it is for none.</summary>
    public string? StackId { get; init; }

    public required Flavor Flavor { get; init; }

    public Image? Image { get; init; }

    /// <summary>In order; made or found before.</summary>
    public IReadOnlyList<Port> Ports { get; init; } = [];

    public IReadOnlyList<ServerVolume> Volumes { get; init; } = [];

    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();

    public string? KeyName { get; init; }

    public string UserData { get; init; } = "";

    public bool ConfigDrive { get; init; }
}

/// <summary>A volume of a server: one that is there, or one to be made of a snapshot or an image.</summary>
internal sealed record ServerVolume
{
    public Volume? Volume { get; init; }

    public VolumeSnapshot? Snapshot { get; init; }

    public Image? Image { get; init; }

    /// <summary>GiB, of one that is to be made.</summary>
    public int? Size { get; init; }

    public bool IsRoot { get; init; }

    public bool DeleteOnTermination { get; init; }

    public string? Device { get; init; }
}

/// <summary>Makes servers, with Nova's refusals.</summary>
internal sealed class ServerMaker(SandboxCloud cloud, User user, string project)
{
    private readonly VolumeMaker _volumes = new(cloud);

    /// <summary>Refuses an image that a server of this flavor cannot boot from.</summary>
    public static void Check(Image image, Flavor flavor)
    {
        if (image.Status != "active")
        {
            throw new ApiException(400, $"Image {image.Id} is not active.");
        }

        if (flavor.Ram < image.MinRam)
        {
            throw new ApiException(400, "Flavor's memory is too small for requested image.");
        }

        long disk = (long)flavor.Disk << 30;
        if (image.Size > disk)
        {
            throw new ApiException(
                400, $"Flavor's disk is too small for requested image. Flavor disk is {disk} bytes, image is {image.Size} bytes.");
        }

        if (flavor.Disk < image.MinDisk)
        {
            throw new ApiException(
                400, "Flavor's disk is smaller than the minimum size specified in image metadata."
                + $" Flavor disk is {disk} bytes, minimum size is {(long)image.MinDisk << 30} bytes.");
        }
    }

    /// <summary>Starts to build a server; see <see cref="Finish"/>.</summary>
    public Server Begin(ServerRequest request)
    {
        var host = HostFor(SourceOf(request));
        if (request.Image is { } image)
        {
            Check(image, request.Flavor);
            request = Unfold(request, image);
        }

        new ComputeQuotas(cloud, project).Check(request.Flavor);
        if (request.Ports.FirstOrDefault(p => p.Device is not null || p.Router is not null) is { } busy)
        {
            throw new ApiException(409, $"Port {busy.Id} is still in use.");
        }

        if (request.Volumes.FirstOrDefault(v => v.Volume is { } volume && !VolumeMaker.CanTake(volume))?.Volume is { } taken)
        {
            throw new ApiException(
                400, $"Invalid volume: Volume {taken.Id} status must be available or downloading to reserve, but the current status is {taken.Status}.");
        }

        var server = new Server
        {
            Id = cloud.NewId(), Name = request.Name, Resource = request.Resource, StackId = request.StackId, ProjectId = project, UserId = user.Id, Flavor = request.Flavor,
                ImageId = request.Image?.Id,
            Host = host, CreatedAt = cloud.Now, UpdatedAt = cloud.Now, VmState = "building",
                TaskState = "spawning",
            DiskBytes = Content(request), KeyName = request.KeyName, UserData = request.UserData, ConfigDrive = request.ConfigDrive,
        };
        foreach (var (key, value) in request.Metadata)
        {
            server.Metadata[key] = value;
        }

        server.Actions.Add(new InstanceAction
        {
            Action = "create", RequestId = "req-" + cloud.NewId(), UserId = user.Id, StartTime = cloud.Now, UpdatedAt = cloud.Now,
        });
        var disk = request.Image is { } from ? Inherit(server, from) : Attach(server, request);
        if (request.Image is not null)
        {
            Attach(server, request);
        }

        foreach (var port in request.Ports)
        {
            port.Device = server;
            server.Ports.Add(port);
        }

        cloud.AddServer(server, disk);
        return server;
    }

    /// <summary>The server is up, or without a reason not to, in error.</summary>
    public void Finish(Server server, string? fault)
    {
        if (server.Deleted)
        {
            return;
        }

        server.TaskState = null;
        server.UpdatedAt = cloud.Now;
        server.Fault = fault;
        server.VmState = fault is null ? "active" : "error";
    }

    /// <summary>Puts another image on a server's disk; see <see cref="Finish"/>.</summary>
    public void Rebuild(Server server, Image image)
    {
        Check(image, server.Flavor);
        server.TaskState = "rebuilding";
        server.UpdatedAt = cloud.Now;
        server.ImageId = image.Id;
        server.ImageProperties.Clear();
        server.Actions.Insert(0, new InstanceAction
        {
            Action = "rebuild", RequestId = "req-" + cloud.NewId(), UserId = user.Id, StartTime = cloud.Now, UpdatedAt = cloud.Now,
        });
        cloud.Disks.Boot(server, Inherit(server, image));
    }

    /// <summary>The server that what it boots from is a snapshot of.</summary>
    private Server? SourceOf(ServerRequest request)
    {
        if (request.Image is { } image)
        {
            return cloud.ServerList.Find(s => s.Id == image.Properties.GetValueOrDefault("instance_uuid"));
        }

        var root = request.Volumes.FirstOrDefault(v => v.IsRoot);
        return (root?.Snapshot ?? cloud.VolumeSnapshotList.Find(s => s.Id == root?.Volume?.SnapshotId))?.Volume.Server;
    }

    /// <summary>One of two in turn; a server from a snapshot does not come to the host of the server that it is of.</summary>
    private string HostFor(Server? source)
    {
        var number = cloud.ServerList.Count % 2;
        return source?.Host == $"compute-{number}" ? $"compute-{1 - number}" : $"compute-{number}";
    }

    /// <summary>The image of a volume-backed server only names the snapshots to make volumes of.</summary>
    private ServerRequest Unfold(ServerRequest request, Image image)
    {
        if (!image.Properties.TryGetValue("block_device_mapping", out var text)
            || JsonNode.Parse(text) is not JsonArray { Count: > 0 } mappings)
        {
            return request;
        }

        var volumes = mappings.OfType<JsonObject>().Select(m => new ServerVolume
        {
            Snapshot = cloud.VolumeSnapshotList.Find(s => s.Id == (string?)m["snapshot_id"])
                ?? throw new ApiException(400, $"Block Device Mapping is Invalid: failed to get snapshot {m["snapshot_id"]}."),
            Size = (int?)m["volume_size"], IsRoot = (int?)m["boot_index"] == 0, DeleteOnTermination = (bool?)m["delete_on_termination"]
                ?? false,
        });
        return request with { Image = null, Volumes = [.. volumes, .. request.Volumes] };
    }

    private static long Content(ServerRequest request) =>
        request.Image?.Size ?? request.Volumes.Where(v => v.IsRoot).Select(v => v.Image?.Size ?? 0).FirstOrDefault();

    private GuestDisk Inherit(Server server, Image image)
    {
        foreach (var (name, value) in image.Properties)
        {
            server.ImageProperties[name] = value;
        }

        return cloud.Disks.From(image, server.Id);
    }

    /// <summary>Attaches the volumes, the root first.</summary>
    /// <returns>What the root volume carries.</returns>
    private GuestDisk Attach(Server server, ServerRequest request)
    {
        foreach (var wanted in request.Volumes.OrderBy(v => v.IsRoot ? 0 : 1))
        {
            var volume = wanted.Volume ?? _volumes.Begin(new VolumeRequest
            {
                Name = "", ProjectId = project, UserId = user.Id, Size = wanted.Size ?? wanted.Snapshot?.Volume.Size ?? request.Flavor.Disk,
                Snapshot = wanted.Snapshot, Image = wanted.Image,
            });
            volume.State = "available";
            volume.DeleteOnTermination = wanted.DeleteOnTermination;
            VolumeMaker.Attach(volume, server, wanted.Device);
        }

        var root = request.Volumes.Any(v => v.IsRoot) ? server.Volumes[0] : null;
        if (root is { Disk.Origin: var origin } && (origin.Length == 0 || origin == root.Id))
        {
            // The first guest that boots from it.
            root.Disk = GuestDisk.New(server.Id);
        }

        return root?.Disk ?? GuestDisk.New(server.Id);
    }
}
