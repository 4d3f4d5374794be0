using Hotstack.Deployments;
using Hotstack.OpenStack;
using Hotstack.OpenStack.BlockStorage;
using Hotstack.OpenStack.Compute;
using Hotstack.OpenStack.Imaging;
using Hotstack.SnapSets.Find;
using Hotstack.SnapSets.Marks;

namespace Hotstack.SnapSets.Create;

/// <summary>A set that an earlier run left incomplete.</summary>
/// <param name="Set">The set.</param>
/// <param name="Images">Its images.</param>
/// <param name="Snapshots">The snapshots of its data volumes, the oldest first.</param>
internal sealed record ResumedSet(SnapSet Set, IReadOnlyList<SnapSetImage> Images, IReadOnlyList<VolumeSnapshot> Snapshots)
{
    /// <summary>It was begun with its data volumes.</summary>
    public bool IncludesVolumes => Snapshots.Count > 0 || Images.Any(i => i.Properties?.Volumes.Any(v => v.SnapshotId.Length > 0) == true);

    /// <summary>Reads the set that is to be completed.</summary>
    /// <exception cref="HotstackException">There is none (<c>SnapSetNotFound</c>), or it cannot be resumed
    /// (<c>SnapSetNotResumable</c>), or it belongs to another project (<c>ProjectMismatch</c>).</exception>
    public static async Task<ResumedSet> ReadAsync(Cloud cloud, SnapSetReference wanted, CancellationToken stop)
    {
        SnapSet set = await new GetSnapSets(cloud).GetAsync(wanted, stop);
        if (set.ExpectedMembers is null)
        {
            throw NotResumable(set, "this module did not make it, so its members are not recorded", "Make a new set.");
        }

        if (set.State == SnapSetState.Complete)
        {
            throw NotResumable(set, "it is complete", "There is nothing left to do.");
        }

        IReadOnlyList<(Image Image, SnapSetProperties Properties)> images = await OwnImages.OfSetAsync(cloud, set.Id, stop);
        return new ResumedSet(
            set,
            [.. images.Select(found => SnapSetImage.From(found.Image)).OfType<SnapSetImage>()],
            await ReadSnapshotsAsync(cloud, set.Id, stop));
    }

    /// <summary>The instances that the user gives, otherwise those that the set records.</summary>
    public InstanceSource SourceFor(InstanceSource given)
    {
        if (given.StackName is not null || given.Path is not null || given.Instances.Count > 0)
        {
            return given;
        }

        Instance[] recorded = [.. Images.DistinctBy(i => i.Name).Select(ToInstance)];
        if (recorded.Length == Set.ExpectedMembers)
        {
            return new InstanceSource { Instances = recorded };
        }

        return Set.StackName is { } stack
            ? new InstanceSource { StackName = stack, Choice = given.Choice }
            : throw new HotstackException(
                ErrorCause.InputInvalid, "InstancesMissing",
                $"SnapSet {Set.Id} records only {recorded.Length} of its {Set.ExpectedMembers} instances.")
            {
                Target = Set.Id,
                Hint = "Give all of its instances: -StackName, -Path, or from Get-HotstackInstance through the pipeline.",
            };
    }

    /// <summary>Where the instances do not match the set.</summary>
    public IEnumerable<string> Violations(IReadOnlyList<Instance> instances)
    {
        if (instances.Count != Set.ExpectedMembers)
        {
            yield return $"SnapSet {Set.Id} was begun with {Set.ExpectedMembers} instances, not {instances.Count}; "
                + "if -Name, -Exclude or -Role chose them, give the same again";
        }

        foreach (SnapSetImage image in Images)
        {
            Instance? instance = instances.FirstOrDefault(i => i.Name == image.Name);
            if (instance?.Id != image.Properties!.SourceId)
            {
                yield return $"SnapSet {Set.Id} holds an image of {image.Name} made from server {image.Properties.SourceId}; "
                    + (instance is null ? "no instance given has that name" : $"the instance given has server {instance.Id}");
            }
        }
    }

    /// <summary>The image of an instance, the best if there are several; null for none.</summary>
    public Image? ImageOf(Instance instance) => Images
        .Where(image => image.Name == instance.Name)
        .OrderByDescending(image => image.Image.IsReady).ThenBy(image => image.Image.CreatedAt)
        .Select(image => image.Image)
        .FirstOrDefault();

    /// <summary>The snapshot of a volume, preferably one that an image names; null for none.</summary>
    public VolumeSnapshot? SnapshotOf(AttachedVolume volume) => Snapshots
        .Where(s => s.VolumeId == volume.Id && IsUsable(s))
        .OrderByDescending(s => NamedIn(Images).Any(v => v.SnapshotId == s.Id))
        .FirstOrDefault();

    /// <summary>Where the volumes that an instance's image names are not those of its server.</summary>
    public IEnumerable<string> VolumeViolations(Instance instance, IReadOnlyList<AttachedVolume> volumes)
    {
        if (ImageOf(instance) is not { } image)
        {
            yield break;
        }

        SnapSetVolume[] named = [.. NamedIn(Images.Where(i => i.Image.Id == image.Id))];
        foreach (AttachedVolume volume in volumes)
        {
            SnapSetVolume? recorded = named.FirstOrDefault(v => v.VolumeId == volume.Id);
            if (recorded is null)
            {
                yield return $"SnapSet {Set.Id} holds an image of {instance.Name} that names no snapshot of its volume {volume}; "
                    + "remove the set and make a new one";
            }
            else if (!Snapshots.Any(s => s.Id == recorded.SnapshotId && IsUsable(s)))
            {
                yield return $"SnapSet {Set.Id} holds an image of {instance.Name} that names volume snapshot {recorded.SnapshotId} "
                    + $"of {volume}, which is gone or cannot be used; remove the set and make a new one";
            }
        }
    }

    public bool IsStillBeingMade(Instance instance) => ImageOf(instance) is { IsReady: false };

    /// <summary>Servers that ran since the set was begun: with them it would not be of one moment.</summary>
    public async Task<IEnumerable<string>> ServersThatRanAsync(
        Cloud cloud, IEnumerable<(Instance Instance, Server? Server)> found, CancellationToken stop)
    {
        // By the cloud's clock, in whole seconds. All servers were off when the first snapshot was begun.
        DateTimeOffset begun = Set.Members.Select(member => member.CreatedAt)
            .Concat(Snapshots.Select(s => s.CreatedAt)).Append(Set.CreatedAt).Min();
        return (await new ServerHistory(cloud).RanSinceAsync(found, begun, stop))
            .Select(ran => $"{ran}, after the set was begun, so the set would not be of one moment; remove it and make a new one");
    }

    /// <summary>Without permission to read them, nobody knows whether the set was begun with its volumes: it is not resumed.</summary>
    private static async Task<IReadOnlyList<VolumeSnapshot>> ReadSnapshotsAsync(Cloud cloud, string id, CancellationToken stop)
    {
        try
        {
            return await VolumeSnapshotMarks.OfSetAsync(cloud, id, stop);
        }
        catch (HotstackException e) when (ServiceClient.IsWithoutEndpoint(e))
        {
            return [];
        }
    }

    private static HotstackException NotResumable(SnapSet set, string reason, string hint) =>
        new(ErrorCause.Conflict, "SnapSetNotResumable", $"SnapSet {set.Id} cannot be resumed: {reason}.") { Target = set.Id, Hint = hint };

    private static bool IsUsable(VolumeSnapshot snapshot) => snapshot.Status is "available" or "creating";

    private static IEnumerable<SnapSetVolume> NamedIn(IEnumerable<SnapSetImage> images) => images.SelectMany(image => image.Volumes);

    private static Instance ToInstance(SnapSetImage image) => new()
    {
        Name = image.Name,
        Role = image.Role,
        Id = image.Properties!.SourceId,
        MacAddress = image.Properties.MacAddresses is [var first, ..] ? first : "",
        MacAddresses = [.. image.Properties.MacAddresses],
    };
}
