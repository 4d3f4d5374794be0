using Hotstack.Http;
using Hotstack.OpenStack;
using Hotstack.OpenStack.Compute;
using Hotstack.OpenStack.Imaging;

namespace Hotstack.SnapSets;

/// <summary>Finds a set that an earlier run left incomplete.</summary>
internal sealed class ResumeSnapSet(Cloud cloud)
{
    /// <exception cref="HotstackException">There is none (<c>SnapSetNotFound</c>), or it cannot be resumed
    /// (<c>SnapSetNotResumable</c>).</exception>
    public async Task<ResumedSet> FindAsync(string id, CancellationToken stop)
    {
        SnapSet set = await new FindSnapSets(cloud).GetAsync(id, stop).ConfigureAwait(false);
        if (set.ExpectedMembers is null)
        {
            throw NotResumable(id, "it was not made by this module, so what belongs to it is not recorded",
                "Make a new set.");
        }

        if (set.State == SnapSetState.Complete)
        {
            throw NotResumable(id, "it is complete", "There is nothing left to do.");
        }

        Image?[] images = await Fanout.SelectAsync(
            set.Members, (member, token) => cloud.Images.FindAsync(member.ImageId, token), stop).ConfigureAwait(false);
        return new ResumedSet(set, [.. images.OfType<Image>().Select(SnapSetImage.From).OfType<SnapSetImage>()]);
    }

    private static HotstackException NotResumable(string id, string reason, string hint) =>
        new(ErrorCause.Conflict, "SnapSetNotResumable", $"SnapSet {id} cannot be resumed: {reason}.")
        {
            Target = id,
            Hint = hint,
        };
}

/// <summary>What an earlier run has made of a set.</summary>
internal sealed record ResumedSet(SnapSet Set, IReadOnlyList<SnapSetImage> Images)
{
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

    public bool IsStillBeingMade(Instance instance) => ImageOf(instance) is { IsReady: false };

    /// <summary>Servers that ran since the set was begun: with them it would not be of one moment.</summary>
    public async Task<IEnumerable<string>> ServersThatRanAsync(
        Cloud cloud, IEnumerable<(Instance Instance, Server? Server)> found, CancellationToken stop)
    {
        // The cloud's own clock, not ours. It counts whole seconds, and all servers were off when the first image was begun.
        DateTimeOffset begun = Set.Members.Min(member => member.CreatedAt);
        return (await new ServerHistory(cloud).RanSinceAsync(found, begun, stop).ConfigureAwait(false))
            .Select(ran => $"{ran}, after the set was begun; completed now it would not be of one moment. Remove it and make a new one");
    }

    private static Instance ToInstance(SnapSetImage image) => new()
    {
        Name = image.Name,
        Role = image.Role,
        Id = image.Properties!.SourceId,
        MacAddress = image.Properties.MacAddresses is [var first, ..] ? first : "",
        MacAddresses = image.Properties.MacAddresses,
    };
}
