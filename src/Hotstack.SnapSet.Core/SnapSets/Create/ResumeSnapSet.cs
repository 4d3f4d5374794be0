using Hotstack.Deployments;
using Hotstack.OpenStack;
using Hotstack.OpenStack.BlockStorage;
using Hotstack.OpenStack.Compute;
using Hotstack.OpenStack.Imaging;
using Hotstack.SnapSets.Find;
using Hotstack.SnapSets.Marks;

namespace Hotstack.SnapSets.Create;

/// <summary>Finds a set that an earlier run left incomplete.</summary>
internal sealed class ResumeSnapSet(Cloud cloud)
{
    /// <exception cref="HotstackException">There is none (<c>SnapSetNotFound</c>), or it cannot be resumed
    /// (<c>SnapSetNotResumable</c>), or it is another project's (<c>ProjectMismatch</c>).</exception>
    public async Task<ResumedSet> FindAsync(SnapSetReference wanted, CancellationToken stop)
    {
        SnapSet set = await new FindSnapSets(cloud).GetAsync(wanted, stop);
        string id = set.Id;
        if (set.ExpectedMembers is null)
        {
            throw NotResumable(id, "it was not made by this module, so what belongs to it is not recorded",
                "Make a new set.");
        }

        if (set.State == SnapSetState.Complete)
        {
            throw NotResumable(id, "it is complete", "There is nothing left to do.");
        }

        IReadOnlyList<(Image Image, SnapSetProperties Properties)> images = await SetImageList.OfSetAsync(cloud, id, stop);
        return new ResumedSet(
            set, [.. images.Select(found => SnapSetImage.From(found.Image)).OfType<SnapSetImage>()], await FindSnapshotsAsync(id, stop));
    }

    /// <summary>Where they may not be seen nobody knows whether the set was begun with its volumes, so it is not gone on with.</summary>
    private async Task<IReadOnlyList<VolumeSnapshot>> FindSnapshotsAsync(string id, CancellationToken stop)
    {
        try
        {
            return await SetVolumeSnapshots.OfSetAsync(cloud, id, stop);
        }
        catch (HotstackException e) when (ServiceClient.IsWithoutEndpoint(e))
        {
            return [];
        }
    }

    private static HotstackException NotResumable(string id, string reason, string hint) =>
        new(ErrorCause.Conflict, "SnapSetNotResumable", $"SnapSet {id} cannot be resumed: {reason}.")
        {
            Target = id,
            Hint = hint,
        };
}

/// <summary>What an earlier run has made of a set.</summary>
/// <param name="Set">The set.</param>
/// <param name="Images">Its images.</param>
/// <param name="Snapshots">The snapshots that were made of its data volumes, the oldest first.</param>
internal sealed record ResumedSet(SnapSet Set, IReadOnlyList<SnapSetImage> Images, IReadOnlyList<VolumeSnapshot> Snapshots)
{
    /// <summary>It was begun with its data volumes.</summary>
    public bool IncludesVolumes => Snapshots.Count > 0 || Images.Any(i => i.Properties?.Volumes.Any(v => v.SnapshotId.Length > 0) == true);

    /// <summary>The instances: as the user gives them, else as the set remembers them.</summary>
    public InstanceSource SourceFor(InstanceSource given)
    {
        if (given.StackName is not null || given.Path is not null || given.Instances.Count > 0)
        {
            return given;
        }

        Instance[] remembered = [.. Images.DistinctBy(i => i.Name).Select(ToInstance)];
        if (remembered.Length == Set.ExpectedMembers)
        {
            return new InstanceSource { Instances = remembered };
        }

        return Set.StackName is { } stack
            ? new InstanceSource { StackName = stack }
            : throw new HotstackException(
                ErrorCause.InputInvalid, "InstancesMissing",
                $"SnapSet {Set.Id} remembers only {remembered.Length} of its {Set.ExpectedMembers} instances.")
            {
                Target = Set.Id,
                Hint = "Give all of its instances: -StackName, -Path, or from Get-HotstackInstance through the pipeline.",
            };
    }

    /// <summary>Where the instances given do not fit what the set has already.</summary>
    public IEnumerable<string> Violations(IReadOnlyList<Instance> instances)
    {
        if (instances.Count != Set.ExpectedMembers)
        {
            yield return $"SnapSet {Set.Id} was begun with {Set.ExpectedMembers} instances, not {instances.Count}";
        }

        foreach (SnapSetImage image in Images)
        {
            Instance? instance = instances.FirstOrDefault(i => i.Name == image.Name);
            if (instance?.Id != image.Properties!.SourceId)
            {
                yield return $"SnapSet {Set.Id} holds an image of {image.Name} made from server {image.Properties.SourceId}; "
                    + (instance is null ? "the instances given do not have that name" : $"the one given is {instance.Id}");
            }
        }
    }

    /// <summary>The image that serves for an instance, the best if there are several.</summary>
    public Image? ImageOf(Instance instance) => Images
        .Where(image => image.Name == instance.Name)
        .OrderByDescending(image => image.Image.IsReady).ThenBy(image => image.Image.CreatedAt)
        .Select(image => image.Image)
        .FirstOrDefault();

    /// <summary>The snapshot that serves for a volume: one that an image names already before any other.</summary>
    public VolumeSnapshot? SnapshotOf(AttachedVolume volume) => Snapshots
        .Where(s => s.VolumeId == volume.Id && s.Status is "available" or "creating")
        .OrderByDescending(s => NamedIn(Images).Any(v => v.SnapshotId == s.Id))
        .FirstOrDefault();

    /// <summary>Where the volumes that an instance's image names are not those that its server has.</summary>
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
            else if (Snapshots.FirstOrDefault(s => s.Id == recorded.SnapshotId) is not { Status: "available" or "creating" })
            {
                yield return $"SnapSet {Set.Id} holds an image of {instance.Name} that names volume snapshot {recorded.SnapshotId} of {volume}, "
                    + "which is gone or cannot be used; remove the set and make a new one";
            }
        }
    }

    public bool IsStillBeingMade(Instance instance) => ImageOf(instance) is { IsReady: false };

    /// <summary>Servers that ran since the set was begun: with them it would not be of one moment.</summary>
    public async Task<IEnumerable<string>> ServersThatRanAsync(
        Cloud cloud, IEnumerable<(Instance Instance, Server? Server)> found, CancellationToken stop)
    {
        // The cloud's own clock, not ours. It counts whole seconds, and all servers were off when the first of it was begun.
        DateTimeOffset begun = Set.Members.Select(member => member.CreatedAt).Concat(Snapshots.Select(s => s.CreatedAt)).Min();
        return (await new ServerHistory(cloud).RanSinceAsync(found, begun, stop))
            .Select(ran => $"{ran}, after the set was begun; completed now it would not be of one moment. Remove it and make a new one");
    }

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
