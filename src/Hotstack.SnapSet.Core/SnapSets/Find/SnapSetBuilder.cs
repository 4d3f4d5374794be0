using Hotstack.Deployments;
using Hotstack.OpenStack;
using Hotstack.OpenStack.BlockStorage;
using Hotstack.SnapSets.Marks;

namespace Hotstack.SnapSets.Find;

/// <summary>Builds sets from images and decides whether they are complete.</summary>
internal static class SnapSetBuilder
{
    /// <summary>The set of images with one id, and its blueprints; another project does not see those.</summary>
    public static SnapSet Build(
        IReadOnlyCollection<SnapSetImage> images, KnownVolumeSnapshots volumes, DateTimeOffset now, string cloud, string? region,
        IReadOnlyList<BlueprintImage> blueprints, bool isForeign = false)
    {
        SnapSetProperties? properties = images.Select(i => i.Properties).FirstOrDefault(p => p is not null);
        SnapSetFacts facts = images.OrderBy(i => i.Image.CreatedAt).ThenBy(i => i.Image.Id, StringComparer.Ordinal)
            .OrderByDescending(i => i.Properties is not null).First().Facts;
        (DateTimeOffset createdAt, string? doubt) = SnapSetTime.Of(images);
        Listing<SnapSetMember> members = [.. images
            .Select(image => image.ToMember())
            .Select(member => WithStatus(member, volumes.Complete(member.Volumes, images.First().Image.Owner)))
            .OrderBy(m => m.Role != Roles.Controller).ThenBy(m => m.Name, StringComparer.Ordinal)
            .ThenBy(m => m.CreatedAt)];
        string? unread = members.Any(m => m.Volumes.Count > 0) ? volumes.WhyNot(images.First().Image.Owner) : null;
        bool isAnnounced = images.Any(image => image.Properties?.HasBlueprint == true);
        string[] ofMembers = [.. Defects(members, properties?.MemberCount)];
        string[] defects = [.. ofMembers, .. isAnnounced && !isForeign ? BlueprintDefects(blueprints) : []];
        return new SnapSet
        {
            Id = images.First().SnapId,
            CreatedAt = createdAt,
            Age = now - createdAt,
            State = defects.Length > 0 ? SnapSetState.Incomplete
                : properties is null || unread is not null ? SnapSetState.Unverified
                : SnapSetState.Complete,
            Members = members,
            ExpectedMembers = properties?.MemberCount,
            Facts = facts,
            FactsDoubt = FactsDoubt(images),
            ProjectId = images.First().Image.Owner,
            Cloud = cloud,
            Region = region,
            Problems = unread is null ? [.. defects] : [.. defects, $"its volume snapshots could not be read: {unread}"],
            VolumesUnread = unread,
            Blueprints = blueprints,
            IsBlueprintAnnounced = isAnnounced,
            LacksOnlyBlueprint = ofMembers.Length == 0 && defects.Length > 0 && properties is not null && unread is null,
            TimeDoubt = doubt,
            ClusterRecord = Record(images, facts.StackName, cloud, region),
        };
    }

    /// <summary>A set with a blueprint only: its creation was interrupted before the first image.</summary>
    public static SnapSet OfBlueprint(IReadOnlyList<BlueprintImage> blueprints, DateTimeOffset now, string cloud, string? region)
    {
        BlueprintImage first = blueprints.OrderBy(one => one.Image.CreatedAt).First();
        return new SnapSet
        {
            Id = first.SnapId,
            CreatedAt = first.Image.CreatedAt,
            Age = now - first.Image.CreatedAt,
            State = SnapSetState.Incomplete,
            Members = [],
            ExpectedMembers = first.MemberCount,
            Facts = SnapSetFacts.From(first.Image.Properties),
            ProjectId = first.Image.Owner,
            Cloud = cloud,
            Region = region,
            Problems = ["there is no image of a server, only the blueprint"],
            Blueprints = blueprints,
            IsBlueprintAnnounced = true,
        };
    }

    /// <summary>Whether images of one set, by our properties, are all that it has, with the blueprint that it was made with, and
    /// ready.</summary>
    public static bool AreAll(IReadOnlyCollection<SnapSetImage> images, IReadOnlyCollection<BlueprintImage> blueprints) =>
        (blueprints.Any(one => one.Defect is null) || !images.Any(image => image.Properties?.HasBlueprint == true)) &&
        images.Select(image => image.Properties?.MemberCount).Distinct().ToArray() is [{ } count]
        && images.Count == count && images.DistinctBy(image => image.Name).Count() == count
        && images.Select(image => image.ToMember()).All(member => member.IsImageReady && member.IsTagged);

    private static SnapSetMember WithStatus(SnapSetMember member, IReadOnlyList<SnapSetVolume> volumes)
    {
        bool isUnusable = member.IsReady && volumes.Any(volume => volume.IsUnusable);
        return member with { Volumes = [.. volumes], HasUnusableVolume = isUnusable, IsReady = member.IsReady && !isUnusable };
    }

    /// <summary>Why a volume snapshot cannot be used.</summary>
    public static string VolumeProblem(SnapSetMember member, SnapSetVolume volume) =>
        $"{member.Name}: volume snapshot {volume.SnapshotId}{(volume.Device is null ? "" : $" ({volume.Device})")} is "
        + (volume.IsGone ? "missing" : $"{volume.Status}, not available");

    private static IEnumerable<string> BlueprintDefects(IReadOnlyList<BlueprintImage> blueprints) =>
        BlueprintImage.Best(blueprints) is { } best
            ? best.Defect is { } defect ? [defect] : []
            : ["its blueprint is missing"];

    private static ClusterRecord? Record(IReadOnlyCollection<SnapSetImage> images, string? stackName, string cloud, string? region) =>
        ClusterProperties.Merge(images.Select(image => image.Properties?.Cluster)) is { } record
            ? record with { StackName = stackName, Cloud = cloud, Region = region }
            : null;

    /// <summary>Each image has the texts, so an interrupted change leaves two versions of them.</summary>
    private static string? FactsDoubt(IReadOnlyCollection<SnapSetImage> images) =>
        images.Select(image => (image.Facts.Description, image.Facts.Labels)).Distinct().Count() < 2 ? null
            : "its images have different descriptions or labels, of which those of the oldest image are shown; "
                + "set them again with Set-HotstackSnapSet";

    private static IEnumerable<string> Defects(Listing<SnapSetMember> members, int? expected)
    {
        foreach (SnapSetMember member in members)
        {
            if (!member.IsImageReady)
            {
                yield return $"{member.Name}: image {member.ImageId} is {member.Status}, "
                    + (member.Status == "active" ? "but Glance is still processing it" : "not active");
            }
            else if (!member.IsTagged)
            {
                yield return $"{member.Name}: image {member.ImageId} lacks some of the six tags that upstream looks for";
            }

            if (member.UnnamedVolumes > 0)
            {
                yield return $"{member.Name}: image {member.ImageId} does not name the snapshots of {member.UnnamedVolumes} of its volumes";
            }

            foreach (SnapSetVolume volume in member.Volumes.Where(v => v.IsUnusable))
            {
                yield return VolumeProblem(member, volume);
            }
        }

        foreach (IGrouping<string, SnapSetMember> name in members.GroupBy(m => m.Name).Where(g => g.Count() > 1))
        {
            yield return $"{name.Key}: there are {name.Count()} images ({string.Join(", ", name.Select(m => m.ImageId))})";
        }

        int names = members.Select(m => m.Name).Distinct().Count();
        if (expected is { } count && names != count)
        {
            yield return $"{names} of {count} members exist";
        }

        if (expected is null && (members.All(m => m.Role != Roles.Controller) || members.All(m => m.Role == Roles.Controller)))
        {
            yield return "a set made by upstream needs a controller and at least one other member";
        }
    }
}

/// <summary>The volume snapshots of sets in Cinder, read once for all sets.</summary>
/// <param name="Snapshots">By their ids.</param>
/// <param name="ProjectId">The project; null if unknown.</param>
/// <param name="Failure">Why there is no list; null if there is one.</param>
internal sealed record KnownVolumeSnapshots(
    IReadOnlyDictionary<string, VolumeSnapshot> Snapshots, string? ProjectId = null, string? Failure = null)
{
    /// <summary>For sets without volumes.</summary>
    public static readonly KnownVolumeSnapshots None = new(new Dictionary<string, VolumeSnapshot>());

    /// <summary>Reads them. If Cinder does not answer, it is unknown whether the sets are complete.</summary>
    public static async Task<KnownVolumeSnapshots> ReadAsync(Cloud cloud, VolumeCache volumes, CancellationToken stop)
    {
        try
        {
            return Of(
                await volumes.ReadAsync(stop),
                await cloud.GetProjectIdAsync(stop));
        }
        catch (HotstackException e) when (e.Cause != ErrorCause.AuthenticationFailed)
        {
            return None with { Failure = e.Message };
        }
    }

    public static KnownVolumeSnapshots Of(IEnumerable<VolumeSnapshot> snapshots, string? projectId) =>
        new(snapshots.DistinctBy(s => s.Id).ToDictionary(s => s.Id, StringComparer.Ordinal), projectId);

    /// <summary>Why the list lacks the snapshots of a project's sets; null otherwise.</summary>
    public string? WhyNot(string? owner) => Failure
        ?? (ProjectId is not null && owner is not null && owner != ProjectId
            ? $"they belong to project {owner}, and Cinder lists only our own" : null);

    /// <summary>A member's volumes with the status of their snapshots.</summary>
    public IReadOnlyList<SnapSetVolume> Complete(IReadOnlyList<SnapSetVolume> volumes, string? owner) => WhyNot(owner) is not null
        ? volumes
        : [.. volumes.Select(volume => volume.As(Snapshots.GetValueOrDefault(volume.SnapshotId)))];
}
