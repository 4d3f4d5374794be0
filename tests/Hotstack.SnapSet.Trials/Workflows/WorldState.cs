using System.Globalization;
using System.Security.Cryptography;
using Hotstack.Sandbox;

namespace Hotstack.Trials.Workflows;

/// <summary>Something that is in the cloud, the cluster, the user's folder or among the user's processes.</summary>
/// <param name="Kind">What it is: <c>image</c>.</param>
/// <param name="Id">The id by which a user finds it.</param>
/// <param name="Name">Its name; the same as the id where it has no other.</param>
/// <param name="Facts">All that a workflow may change in it, and nothing that changes by itself.</param>
/// <param name="PartOf">What it is found by as well: the stack that made it, the set that it belongs to.</param>
internal sealed record Thing(string Kind, string Id, string Name, string Facts, IReadOnlyList<string> PartOf)
{
    public override string ToString() => Id == Name ? $"{Kind} {Id}" : $"{Kind} {Id} ({Name})";
}

/// <summary>A thing that was not there before, is no longer there, or is otherwise.</summary>
internal sealed record Change(Thing? Before, Thing? After)
{
    public Thing Thing => After ?? Before!;

    public override string ToString() => (Before, After) switch
    {
        (null, _) => $"{After} is there: {After!.Facts}",
        (_, null) => $"{Before} is gone",
        _ => $"{Before} was {Before!.Facts}, and is {After!.Facts}",
    };
}

/// <summary>How all was at one moment: the cloud of all projects, the cluster, and the user's folder.</summary>
internal sealed class WorldState
{
    private readonly Dictionary<string, Thing> _things;

    /// <summary>A state of the things given.</summary>
    public WorldState(IEnumerable<Thing> things) => _things = things.ToDictionary(t => $"{t.Kind} {t.Id}");

    public IReadOnlyCollection<Thing> Things => _things.Values;

    public static WorldState Of(World world)
    {
        Thing[] cloud = world.Sandbox.Cloud.Do(() => InCloud(world.Sandbox.Cloud).ToArray());
        Thing[] cluster = world.Sandbox.Kubeconfig.Length > 0 ? [.. InCluster(world.Sandbox.Cluster)] : [];
        return new WorldState([.. cloud, .. cluster, .. InFolder(world.Folder), .. world.LeftOfSsh]);
    }

    /// <summary>All things of a kind.</summary>
    public IEnumerable<Thing> All(string kind) => _things.Values.Where(t => t.Kind == kind);

    /// <summary>What is otherwise than it was before.</summary>
    public IReadOnlyList<Change> Since(WorldState before) =>
    [
        .. _things.Where(t => before._things.GetValueOrDefault(t.Key) is var was && was != t.Value && was?.Facts != t.Value.Facts)
            .Select(t => new Change(before._things.GetValueOrDefault(t.Key), t.Value)),
        .. before._things.Where(t => !_things.ContainsKey(t.Key)).Select(t => new Change(t.Value, null)),
    ];

    private static IEnumerable<Thing> InCloud(SandboxCloud cloud)
    {
        var makers = cloud.StackList
            .SelectMany(stack => stack.ResourceIds.Values.Select(id => (Id: id, Stack: stack.Name)))
            .Where(r => r.Id.Length > 0).ToLookup(r => r.Id, r => r.Stack);
        foreach (var stack in cloud.StackList)
        {
            yield return new("stack", stack.Id, stack.Name, $"{stack.Status} [{string.Join(' ', stack.Tags)}]", [stack.Name]);
        }

        foreach (var server in cloud.ServerList)
        {
            string metadata = Pairs(server.Metadata);
            yield return new(
                "server", server.Id, server.GuestName, $"{server.Status} {server.TaskState} of {server.ImageId} {metadata}",
                [.. makers[server.Id]]);
        }

        foreach (var image in cloud.ImageList)
        {
            string? set = image.Properties.GetValueOrDefault("hotstack_snap_id");
            yield return new(
                image.Properties.GetValueOrDefault("hotstack_role") == "blueprint" ? "blueprint" : "image", image.Id, image.Name ?? image.Id,
                $"{image.Status} {image.Visibility}{(image.Protected ? " protected" : "")} of project {image.Owner} "
                    + $"[{string.Join(' ', image.Tags.Order())}] data={image.Data?.Hash("sha256")[..16]} {Pairs(image.Properties)}",
                set is null ? [] : [set]);
        }

        foreach (var volume in cloud.VolumeList)
        {
            yield return new(
                "volume", volume.Id, volume.Name, $"{volume.Status} at {volume.Server?.Name} {Pairs(volume.Metadata)}",
                [.. makers[volume.Id]]);
        }

        foreach (var snapshot in cloud.VolumeSnapshotList)
        {
            string? set = snapshot.Metadata.GetValueOrDefault("hotstack_snap_id");
            yield return new(
                "volume snapshot", snapshot.Id, snapshot.Name,
                $"{snapshot.Status} of {snapshot.Volume.Id} {Pairs(snapshot.Metadata)}", set is null ? [] : [set]);
        }

        foreach (var port in cloud.PortList)
        {
            // Without a name of its own it is part of what it belongs to.
            string?[] parts = [port.Id, port.Device?.Id, port.Router?.Id];
            string name = port.Name.Length > 0 ? port.Name : port.Id;
            string[] owners = [.. parts.OfType<string>().SelectMany(id => makers[id])];
            yield return new("port", port.Id, name, $"{port.MacAddress} at {port.Device?.Name}", owners);
        }

        foreach (var network in cloud.NetworkList)
        {
            yield return new(
                "network", network.Id, network.Name, $"{network.Subnets.Count} subnets", [.. makers[network.Id]]);
        }

        foreach (var router in cloud.RouterList)
        {
            yield return new(
                "router", router.Id, router.Name, $"{router.Ports.Count} ports", [.. makers[router.Id]]);
        }

        foreach (var address in cloud.FloatingIpList)
        {
            yield return new(
                "floating IP", address.Id, address.Address, $"at {address.Port?.Id}", [.. makers[address.Id]]);
        }
    }

    private static IEnumerable<Thing> InCluster(SandboxCluster cluster)
    {
        foreach (var node in cluster.List("nodes"))
        {
            string name = NameOf(node);
            string[] marks = [.. (node["metadata"]?["annotations"]?.AsObject() ?? []).Select(a => a.Key)
                .Where(key => key.StartsWith("hotstack", StringComparison.Ordinal))];
            bool isCordoned = (bool?)node["spec"]?["unschedulable"] == true;
            string? at = cluster.ScheduledShutdown(name)?.ToString("u", CultureInfo.InvariantCulture);
            string shutdown = at is null ? "" : $" shuts down at {at}";
            yield return new("node", name, name, $"{(isCordoned ? "cordoned" : "open")} {string.Join(' ', marks)}{shutdown}", []);
        }

        foreach (string name in cluster.List("namespaces").Select(NameOf).Where(IsHelpers))
        {
            yield return new("namespace", name, name, "", []);
        }

        foreach (var pod in cluster.List("pods").Where(p => IsHelpers((string?)p["metadata"]?["namespace"] ?? "")))
        {
            yield return new("pod", NameOf(pod), NameOf(pod), "", [(string)pod["metadata"]!["namespace"]!]);
        }
    }

    private static IEnumerable<Thing> InFolder(string folder)
    {
        foreach (string path in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
        {
            string name = Path.GetRelativePath(folder, path);
            string hash = Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path)));
            yield return new("file", name, path, $"{new FileInfo(path).Length} bytes {hash[..16]}", [Path.GetDirectoryName(path)!]);
        }
    }

    private static bool IsHelpers(string ns) => ns.StartsWith("hotstack-snapset", StringComparison.Ordinal);

    private static string NameOf(System.Text.Json.Nodes.JsonObject o) => (string)o["metadata"]!["name"]!;

    private static string Pairs(IEnumerable<KeyValuePair<string, string>> pairs) =>
        string.Join(' ', pairs.OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => $"{p.Key}={p.Value}"));
}
