using Hotstack.Sandbox.Compute;
using Hotstack.Sandbox.Networking;
using Hotstack.Sandbox.Volumes;

namespace Hotstack.Sandbox;

/// <content>How servers come and go.</content>
public sealed partial class SandboxCloud
{
    /// <summary>The server of this id; null if there is none (any more).</summary>
    public Server? FindServer(string id) => Do(() => ServerList.Find(s => s.Id == id));

    /// <summary>The id of the server whose disk a server, which may be deleted, boots from.</summary>
    /// <exception cref="KeyNotFoundException">There never was such a server.</exception>
    public string OriginOf(string serverId) => Do(() => DiskOf(serverId).Origin);

    /// <summary>How often its disk has been booted, on this server and on those whose snapshots it was made from.</summary>
    /// <exception cref="KeyNotFoundException">There never was such a server.</exception>
    public int BootsOf(string serverId) => Do(() => DiskOf(serverId).Boots);

    /// <summary>The servers that boot from a disk that was first this server's, the latest last.</summary>
    public IReadOnlyList<Server> CopiesOf(string serverId) =>
        Do<IReadOnlyList<Server>>(() => [.. ServerList.Where(s => s.Disk.Origin == serverId && s.Id != serverId)]);

    internal void AddServer(Server server, GuestDisk disk)
    {
        Disks.Boot(server, disk);
        ServerList.Add(server);
        server.Console.Keys = Options.ConsoleKeys;
        if (server.IsOn)
        {
            server.Console.Boot(server, server.CreatedAt);
        }

        server.PowerChanged = () =>
        {
            if (server.IsOn)
            {
                server.Disk.Boots++;
                server.Console.Boot(server, Now);
            }

            Clusters.Switched(server);
        };
    }

    /// <summary>Takes a server away with what is its own; what it only uses is free again.</summary>
    internal void RemoveServer(Server server)
    {
        Clusters.Keep(server);
        server.Deleted = true;
        ServerList.Remove(server);
        foreach (var port in server.Ports.ToList())
        {
            if (port.IsNovas)
            {
                new NetworkMaker(this).RemovePort(port);
            }

            port.Device = null;
        }

        var volumes = new VolumeMaker(this);
        foreach (var volume in server.Volumes.ToList())
        {
            VolumeMaker.Detach(volume, server);

            // One that has snapshots stays.
            if (volume.DeleteOnTermination && volume.Server is null && !volumes.HasSnapshots(volume))
            {
                VolumeList.Remove(volume);
            }
        }

        // What was being made of it has no one to finish it.
        ImageList.RemoveAll(i => i.Status == "queued" && i.Properties.GetValueOrDefault("instance_uuid") == server.Id);
    }

    /// <summary>What a server has printed on its console by now.</summary>
    internal string ConsoleOf(Server server) => server.Console.Read(
        server, OpenShift?.Nodes.Any(n => n.Origin == server.Disk.Origin) == true, BootOf(server));

    /// <summary>The floating IP of the deployment's controller; null if it has none.</summary>
    internal string? AddressOfController => Do(() => ServerList.Find(s => s.Disk.Origin == OpenShift?.Control.ControllerOrigin)?.Ports
        .Select(p => p.FloatingIp?.Address).FirstOrDefault(a => a is not null));

    /// <summary>How far the boot of a server has come: 1 when its sshd listens.</summary>
    internal double BootOf(Server server)
    {
        var passed = Now - (server.Console.BootedAt ?? Now);
        return Options.Durations.GuestBoot > TimeSpan.Zero ? passed * Options.Speed / Options.Durations.GuestBoot : double.MaxValue;
    }

    private GuestDisk DiskOf(string serverId) => Disks.Find(serverId) ?? throw new KeyNotFoundException("no server " + serverId);
}
