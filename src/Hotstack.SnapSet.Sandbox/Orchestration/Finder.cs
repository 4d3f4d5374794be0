using Hotstack.Sandbox.Compute;
using Hotstack.Sandbox.Imaging;
using Hotstack.Sandbox.Networking;
using Hotstack.Sandbox.Volumes;

namespace Hotstack.Sandbox.Orchestration;

/// <summary>Things of the other services, by id or name, as far as a project sees them.</summary>
internal sealed class Finder(SandboxCloud cloud, string project)
{
    /// <summary>The one of this id, or all of this name.</summary>
    public IReadOnlyList<Image> Images(string value)
    {
        var visible = cloud.ImageList.FindAll(i => i.Owner == project || i.Visibility is "public" or "community"
            || (i.Visibility == "shared" && i.Members.ContainsKey(project)));
        return visible.Find(i => i.Id == value) is { } byId ? [byId] : visible.FindAll(i => i.Name == value && !i.Hidden);
    }

    public Flavor? Flavor(string value) => cloud.FlavorList.Find(f => f.Id == value) ?? cloud.FlavorList.Find(f => f.Name == value);

    public KeyPair? KeyPair(string value) => cloud.KeyPairList.Find(k => k.Name == value);

    public IReadOnlyList<Network> Networks(string value)
    {
        var visible = cloud.NetworkList.FindAll(n => n.ProjectId == project || n.External);
        return visible.Find(n => n.Id == value) is { } byId ? [byId] : visible.FindAll(n => n.Name == value);
    }

    public Network? Network(string value) => Networks(value) is [var one] ? one : null;

    public Subnet? Subnet(string value) => One(
        cloud.NetworkList.Where(n => n.ProjectId == project || n.External).SelectMany(n => n.Subnets), s => s.Id, s => s.Name, value);

    public Port? Port(string value) => One(cloud.PortList.Where(p => p.Network.ProjectId == project), p => p.Id, p => p.Name, value);

    public Router? Router(string value) => One(cloud.RouterList.Where(r => r.ProjectId == project), r => r.Id, r => r.Name, value);

    public SecurityGroup? SecurityGroup(string value) =>
        One(cloud.SecurityGroupList.Where(g => g.ProjectId == project), g => g.Id, g => g.Name, value);

    public Volume? Volume(string value) => One(cloud.VolumeList.Where(v => v.ProjectId == project), v => v.Id, v => v.Name, value);

    public VolumeSnapshot? Snapshot(string value) =>
        One(cloud.VolumeSnapshotList.Where(s => s.Volume.ProjectId == project), s => s.Id, s => s.Name, value);

    public Server? Server(string value) => One(cloud.ServerList.Where(s => s.ProjectId == project), s => s.Id, s => s.Name, value);

    private static T? One<T>(IEnumerable<T> all, Func<T, string> id, Func<T, string> name, string value)
        where T : class
    {
        var list = all.ToList();
        return list.Find(x => id(x) == value) ?? (list.FindAll(x => name(x) == value) is [var one] ? one : null);
    }
}
