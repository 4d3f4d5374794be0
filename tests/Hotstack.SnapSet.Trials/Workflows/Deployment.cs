using Hotstack.Deployments;
using Hotstack.SnapSets;
using Hotstack.SnapSets.Create;

namespace Hotstack.Trials.Workflows;

/// <summary>The small deployment that most workflows are done with: two servers, one of them with two data volumes.</summary>
internal static class Deployment
{
    public const string Stack = "hs-sno";

    public static readonly string[] Servers = ["controller", "master0"];

    public static NewSnapSetRequest Freeze => new()
    {
        Source = new InstanceSource { StackName = Stack },
        IncludeVolumes = true,
        Timeout = TimeSpan.FromMinutes(20),
    };

    /// <summary>Freezes it, and notes the set.</summary>
    public static async Task<SnapSet> FreezeAsync(World world, Session session, bool withVolumes, CancellationToken stop)
    {
        world.Sandbox.Cloud.StopServers();
        SnapSet? set = await new NewSnapSet(session.Cloud)
            .RunAsync(Freeze with { IncludeVolumes = withVolumes }, session.Activity, (_, _) => Task.FromResult(true), stop);
        world.Notes["set"] = set!.Id;
        return set;
    }

    /// <summary>What is wrong with the sets of the deployment if there is to be exactly one that was not there before.</summary>
    /// <remarks>A server that could not be started again afterwards, as the user wanted beside the set, has to be warned of.</remarks>
    public static IEnumerable<string> WrongsOfNewSet(WorldState before, WorldState now, bool withVolumes = true, string warned = "")
    {
        Change[] changes = [.. now.Since(before)];
        string[] ids = [.. changes.Where(c => c.Thing.Kind == "image" && c.After is not null).SelectMany(c => c.Thing.PartOf).Distinct()];
        if (ids is not [var id])
        {
            return [$"there are images of {ids.Length} new sets: {string.Join(", ", ids)}", .. changes.Select(c => $"{c}")];
        }

        Thing[] images = [.. now.All("image").Where(i => i.PartOf.Contains(id))];
        Thing[] snapshots = [.. now.All("volume snapshot").Where(s => s.PartOf.Contains(id))];
        return
        [
            .. Servers.SelectMany(server => WrongsOfImage(images, now.All("server").First(s => s.Name == server), id)),
            .. images.Length != Servers.Length ? [$"it has {images.Length} images"] : Array.Empty<string>(),
            .. now.All("blueprint").Where(b => b.PartOf.Contains(id)).Select(b => b.Facts.Split(' ')[0]).ToArray() is not ["active"]
                // What Heat answered for good is no blueprint, and the user is told.
                && !warned.Contains("The SnapSet gets no blueprint", StringComparison.Ordinal)
                ? ["it has not one blueprint that is active"] : Array.Empty<string>(),
            .. withVolumes ? now.All("volume").SelectMany(volume => WrongsOfSnapshot(snapshots, images, volume)) : [],
            .. snapshots.Length != (withVolumes ? now.All("volume").Count() : 0)
                ? [$"it has {snapshots.Length} volume snapshots"] : Array.Empty<string>(),
            .. changes.Where(c => !c.Thing.PartOf.Contains(id) && !IsWarnedOf(c.Thing)).Select(c => $"{c}"),
        ];

        bool IsWarnedOf(Thing thing) => thing.Kind == "server" && warned.Contains(thing.Id, StringComparison.Ordinal);
    }

    private static IEnumerable<string> WrongsOfImage(Thing[] images, Thing server, string id)
    {
        Thing[] ofServer = [.. images.Where(i => Has(i, $"instance_uuid={server.Id}"))];
        if (ofServer is not [var image])
        {
            return [$"there are {ofServer.Length} images of {server}"];
        }

        string role = server.Name == "controller" ? "controller" : "ocp_master";
        return new[]
        {
            "active ", $" name={server.Name} ", $" role={role} ", $" snap_id={id}]", "[hotstack hotstack-snapset mac_address=",
            $"hotstack_source_uuid={server.Id}", $"hotstack_set_size={Servers.Length}",
        }.Where(part => !Has(image, part)).Select(part => $"{image} lacks '{part}': {image.Facts}");
    }

    private static IEnumerable<string> WrongsOfSnapshot(Thing[] snapshots, Thing[] images, Thing volume)
    {
        Thing[] ofVolume = [.. snapshots.Where(s => Has(s, $" of {volume.Id} "))];
        return ofVolume is not [var snapshot] ? [$"there are {ofVolume.Length} snapshots of {volume}"]
            : !Has(snapshot, "available ") ? [$"{snapshot}: {snapshot.Facts}"]
            : !images.Any(i => Has(i, snapshot.Id)) ? [$"no image names {snapshot}"]
            : [];
    }

    private static bool Has(Thing thing, string part) => thing.Facts.Contains(part, StringComparison.Ordinal);
}
