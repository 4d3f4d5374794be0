using Hotstack.Sandbox.Imaging;

namespace Hotstack.Sandbox.Compute;

/// <summary>Which disk which server had, also when the server is gone.</summary>
internal sealed class DiskLedger
{
    private readonly Dictionary<string, GuestDisk> _byServer = [];

    public void Clear() => _byServer.Clear();

    public void Boot(Server server, GuestDisk disk) => _byServer[server.Id] = server.Disk = disk;

    public GuestDisk? Find(string server) => _byServer.GetValueOrDefault(server);

    /// <summary>
    /// What a server that boots from the image gets. An image that came here without its disk, by an upload or
    /// a back door, tells in its properties whose disk it is.
    /// </summary>
    public GuestDisk From(Image image, string server)
    {
        if (image.Disk is { } own)
        {
            return own.Copy();
        }

        var source = image.Properties.GetValueOrDefault("hotstack_source_uuid", image.Properties.GetValueOrDefault("instance_uuid", ""));
        return source.Length == 0 ? GuestDisk.New(server) : Find(source)?.Copy() ?? GuestDisk.New(source);
    }
}
