using Hotstack.Sandbox.Compute;
using Hotstack.Sandbox.Compute.HostKeys;
using Hotstack.Sandbox.Imaging;
using Hotstack.Sandbox.Orchestration;
using Hotstack.Sandbox.Seeds;
using Hotstack.Sandbox.Volumes;

namespace Hotstack.Sandbox;

/// <content>What tests, the demo and the admin endpoint see and do behind the APIs.</content>
public sealed partial class SandboxCloud
{
    private const long GiB = 1L << 30;

    /// <summary>All servers, of all projects.</summary>
    public IReadOnlyList<Server> Servers => Do<IReadOnlyList<Server>>(() => [.. ServerList]);

    /// <summary>All images, of all projects.</summary>
    public IReadOnlyList<Image> Images => Do<IReadOnlyList<Image>>(() => [.. ImageList]);

    /// <summary>All Cinder snapshots, of all projects.</summary>
    public IReadOnlyList<VolumeSnapshot> VolumeSnapshots => Do<IReadOnlyList<VolumeSnapshot>>(() => [.. VolumeSnapshotList]);

    /// <summary>All volumes, of all projects.</summary>
    public IReadOnlyList<Volume> Volumes => Do<IReadOnlyList<Volume>>(() => [.. VolumeList]);

    /// <summary>All stacks.</summary>
    public IReadOnlyList<Stack> Stacks => Do<IReadOnlyList<Stack>>(() => [.. StackList]);

    /// <summary>The id of the project the deployment is in.</summary>
    public string ProjectId => Accounts.Project(SeedAccounts.Own).Id;

    /// <summary>The first server of this name, or that its template calls so.</summary>
    /// <exception cref="KeyNotFoundException">There is none.</exception>
    public Server Server(string name) => Do(() => Named(name));

    /// <summary>The images of this name.</summary>
    public IReadOnlyList<Image> ImagesNamed(string name) => Do<IReadOnlyList<Image>>(() => [.. ImageList.Where(i => i.Name == name)]);

    /// <summary>Sets a server's state as if its guest or an operator had done it.</summary>
    public void SetServer(string name, string? vmState = null, string? taskState = null, bool? locked = null) => Do(() =>
    {
        var server = Named(name);
        server.VmState = vmState ?? server.VmState;
        server.TaskState = taskState is null ? server.TaskState : taskState.Length == 0 ? null : taskState;
        server.Locked = locked ?? server.Locked;
        server.UpdatedAt = Now;
    });

    /// <summary>Sets what the next boot of a server, or one that is not over, tells of its host keys.</summary>
    public void SetConsoleKeys(string name, ConsoleKeys keys) => Do(() => Named(name).Console.Keys = keys);

    /// <summary>The host keys of a server's disk.</summary>
    public IReadOnlyList<SshKey> HostKeys(string name) => Do(() => Named(name).Disk.HostKeys.Keys);

    /// <summary>Gives a server new host keys, as somebody does who deletes the old ones on it. No console tells them.</summary>
    public void ChangeHostKeys(string name) => Do(() => Named(name).Disk.HostKeys = new HostKeySet());

    /// <summary>Takes away the cell in which a server is, or gives it back. Each server has a cell of its own.</summary>
    public void SetCell(string server, bool isDown) => Do(() => Named(server).IsInDownCell = isDown);

    /// <summary>Gives a server or a stack a name that the services would refuse: a cloud may not be what it says.</summary>
    public void Rename(string name, string hostile) => Do(() =>
    {
        if (StackList.Find(s => s.Name == name) is { } stack)
        {
            stack.Name = hostile;
        }
        else
        {
            Named(name).Name = hostile;
        }
    });

    /// <summary>Stops all servers of the deployment at once.</summary>
    public void StopServers() => Do(() =>
    {
        foreach (var server in ServerList.Where(s => s.ProjectId == ProjectId))
        {
            server.VmState = "stopped";
            server.TaskState = null;
        }
    });

    /// <summary>Takes a server away, as if deleted long ago.</summary>
    public void RemoveServer(string name) => Do(() => RemoveServer(Named(name)));

    /// <summary>Adds servers that are shut off, <c>extra0</c> and on, like the first of the deployment but for their names
    /// and addresses, spread over so many hosts.</summary>
    public void AddServers(int count, int hosts = 1) => Do(() =>
    {
        var model = ServerList.First(s => s.ProjectId == ProjectId);
        for (var i = 0; i < count; i++)
        {
            var server = new Server
            {
                Id = NewId(), Name = $"extra{i}", ProjectId = model.ProjectId, UserId = model.UserId, Flavor = model.Flavor,
                Host = hosts == 1 ? model.Host : $"compute-{i % hosts}", ImageId = model.ImageId, CreatedAt = Now, UpdatedAt = Now,
                    DiskBytes = model.DiskBytes, VmState = "stopped",
            };
            var port = new Networking.Port
            {
                Id = NewId(), Name = server.Name, Network = model.Ports[0].Network, MacAddress = $"fa:16:3e:01:{i / 256:x2}:{i % 256:x2}",
                Device = server, CreatedAt = Now,
                FixedIps = [new Networking.FixedIp(model.Ports[0].Network.Subnets[0], $"192.168.{33 + (i / 200)}.{1 + (i % 200)}")],
            };
            server.Ports.Add(port);
            PortList.Add(port);
            AddServer(server, GuestDisk.New(server.Id, boots: 1));
        }
    });

    /// <summary>What the disk of a server holds.</summary>
    public void SetDisk(string name, long bytes) => Do(() => Named(name).DiskBytes = bytes);

    /// <summary>Has a server boot from a volume, as it would had its template said so.</summary>
    public void MakeVolumeBacked(string name) => Do(() =>
    {
        var server = Named(name);
        var volume = new Volume
        {
            Id = NewId(), Name = name + "-root", ProjectId = server.ProjectId, UserId = server.UserId, Size = server.Flavor.Disk,
            CreatedAt = Now, Bootable = true, DeleteOnTermination = true, Device = "/dev/vda", Server = server, Disk = server.Disk,
        };
        server.ImageId = null;
        server.Volumes.Insert(0, volume);
        VolumeList.Add(volume);
    });

    /// <summary>Attaches a new data volume to a server.</summary>
    /// <returns>Its id.</returns>
    public string AttachVolume(string server, string device, int size = 20, string? name = null) => Do(() =>
    {
        var on = Named(server);
        var volume = new Volume
        {
            Id = NewId(), Name = name ?? $"{server}-{device[^3..]}", ProjectId = on.ProjectId, UserId = on.UserId, Size = size,
                CreatedAt = Now,
            Device = device, Server = on,
        };
        on.Volumes.Add(volume);
        VolumeList.Add(volume);
        return volume.Id;
    });

    /// <summary>Makes a volume from a snapshot.</summary>
    public string CloneVolume(string snapshot) => Do(() =>
    {
        var from = VolumeSnapshotList.First(s => s.Id == snapshot).Volume;
        var volume = new Volume
        {
            Id = NewId(), Name = "clone", ProjectId = from.ProjectId, UserId = from.UserId, Size = from.Size, CreatedAt = Now,
            SnapshotId = snapshot,
        };
        VolumeList.Add(volume);
        return volume.Id;
    });

    /// <summary>Deletes a volume that no server has; false if there is none.</summary>
    public bool DeleteVolume(string id) => Do(() => VolumeList.RemoveAll(v => v.Id == id) > 0);

    /// <summary>Attaches a volume to one more server.</summary>
    public void ShareVolume(string id, string server, string device) => Do(() =>
    {
        var volume = VolumeList.First(v => v.Id == id);
        volume.Type = "multiattach";
        volume.AlsoOn.Add((Named(server), device));
        Named(server).Volumes.Add(volume);
    });

    /// <summary>Changes a volume behind everybody's back.</summary>
    public void SetVolume(string id, string? status = null, bool? encrypted = null, string? type = null, string? zone = null) => Do(() =>
    {
        var volume = VolumeList.First(v => v.Id == id);
        volume.OddStatus = status ?? volume.OddStatus;
        volume.Encrypted = encrypted ?? volume.Encrypted;
        volume.Type = type ?? volume.Type;
        volume.AvailabilityZone = zone ?? volume.AvailabilityZone;
    });

    /// <summary>Changes the status of a Cinder snapshot behind everybody's back.</summary>
    public void SetVolumeSnapshot(string id, string status) => Do(() => VolumeSnapshotList.First(s => s.Id == id).Status = status);

    /// <summary>Has Cinder tell its users something of a volume or snapshot.</summary>
    public void TellOfVolume(string id, string text, string type = "VOLUME") => Do(() => VolumeMessageList.Add(new VolumeMessage
    {
        Id = NewId(), ProjectId = ProjectId, ResourceType = type, ResourceId = id, Event = $"VOLUME_{type}_001_001", Text = text,
            CreatedAt = Now,
    }));

    /// <summary>Changes the status of a stack without any call to Heat.</summary>
    public void SetStack(string name, string status, string reason) => Do(() =>
    {
        var stack = StackList.Find(s => s.Name == name) ?? throw new KeyNotFoundException("no stack " + name);
        (stack.Status, stack.StatusReason) = (status, reason);
    });

    /// <summary>Takes an image away, as if somebody had deleted it.</summary>
    public bool DeleteImage(string id) => Do(() => ImageList.RemoveAll(i => i.Id == id) > 0);

    /// <summary>Takes a Cinder snapshot away, as if somebody had deleted it.</summary>
    public bool DeleteVolumeSnapshot(string id) => Do(() => VolumeSnapshotList.RemoveAll(s => s.Id == id) > 0);

    /// <summary>Changes an image behind everybody's back.</summary>
    public void SetImage(string id, string? status = null, bool? isProtected = null, string? visibility = null,
        IEnumerable<string>? tags = null, bool? hidden = null) => Do(() =>
    {
        var image = ImageList.Find(i => i.Id == id) ?? throw new KeyNotFoundException("no image " + id);
        image.Hidden = hidden ?? image.Hidden;
        image.Status = status ?? image.Status;
        image.Protected = isProtected ?? image.Protected;
        image.Visibility = visibility ?? image.Visibility;
        if (tags is not null)
        {
            image.Tags.Clear();
            image.Tags.AddRange(tags);
        }
    });

    /// <summary>Sets a custom property of an image, or removes it if null.</summary>
    public void SetImageProperty(string id, string name, string? value) => Do(() =>
    {
        var image = ImageList.Find(i => i.Id == id) ?? throw new KeyNotFoundException("no image " + id);
        if (value is null)
        {
            image.Properties.Remove(name);
        }
        else
        {
            image.Properties[name] = value;
        }
    });

    /// <summary>
    /// Adds a set as the Ansible roles make it: six tags an image, no properties. The id is theirs to
    /// choose, from a URL-safe alphabet, with cases that matter.
    /// </summary>
    /// <returns>The images' ids.</returns>
    public IReadOnlyList<string> AddUpstreamSnapSet(
        string snapId = "AbC_-d3F", TimeSpan age = default, string? project = null, string visibility = "private",
        params (string Name, string Role, string Mac)[] members) => Do<IReadOnlyList<string>>(() =>
    {
        var owner = Accounts.Project(project ?? SeedAccounts.Own);
        (string Name, string Role, string Mac)[] all = members.Length > 0
            ? members
            : [("controller", "controller", Seed.ControllerMac), ("master0", "ocp_master", "fa:16:9e:81:f6:10")];
        return [.. all.Select(member =>
        {
            var image = new Image
            {
                Id = NewId(), Owner = owner.Id, Name = $"hotstack-{member.Name}-snapshot-{snapId}", Visibility = visibility,
                CreatedAt = Now - age, UpdatedAt = Now - age, Status = "active", VirtualSize = 20 * GiB,
                DiskFormat = "qcow2", ContainerFormat = "bare", MinDisk = 20,
            };
            image.Data = DataOf(image.Id, 2 * GiB);
            image.Properties["image_type"] = "snapshot";
            image.Properties["instance_uuid"] = ServerList.Find(s => s.Is(member.Name))?.Id ?? NewId();
            image.Tags.AddRange(
                ["hotstack", "hotstack-snapset", "name=" + member.Name, "role=" + member.Role, "snap_id=" + snapId, "mac_address="
                    + member.Mac]);
            ImageList.Add(image);
            return image.Id;
        })];
    });

    /// <summary>Adds an image that is part of no set.</summary>
    public string AddImage(string name, string? project = null, string visibility = "private", params string[] tags) => Do(() =>
    {
        var image = new Image
        {
            Id = NewId(), Owner = Accounts.Project(project ?? SeedAccounts.Own).Id, Name = name, Visibility = visibility,
            CreatedAt = Now, UpdatedAt = Now, Status = "active", VirtualSize = GiB, DiskFormat = "qcow2", ContainerFormat = "bare",
        };
        image.Data = DataOf(image.Id, GiB);
        image.Tags.AddRange(tags);
        ImageList.Add(image);
        return image.Id;
    });

    /// <summary>Sets an output of the stack from JSON text, or takes it away if null.</summary>
    public void SetStackOutput(string stack, string key, string? json, string? error = null) => Do(() =>
    {
        var found = StackList.Find(s => s.Name == stack) ?? throw new KeyNotFoundException("no stack " + stack);
        found.ForcedOutputs[key] = json is null && error is null
            ? null
            : new StackOutput(key, "", json is null ? null : System.Text.Json.Nodes.JsonNode.Parse(json), error);
    });

    /// <summary>Ends the life of all tokens.</summary>
    public void ExpireTokens() => Do(() =>
    {
        foreach (var token in Accounts.Tokens)
        {
            token.ExpiresAt = Now;
        }
    });

    /// <summary>Revokes all tokens; a snapshot under way under one gets stuck.</summary>
    public void RevokeTokens() => Do(() =>
    {
        foreach (var token in Accounts.Tokens)
        {
            token.Revoked = true;
        }
    });

    private Server Named(string name) =>
        ServerList.Find(s => s.Is(name)) ?? throw new KeyNotFoundException("no server " + name);
}
