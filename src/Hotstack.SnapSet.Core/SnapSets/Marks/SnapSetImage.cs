using System.Text.Json;
using Hotstack.OpenStack;
using Hotstack.OpenStack.Imaging;

namespace Hotstack.SnapSets.Marks;

/// <summary>An image that belongs to a set, by our properties, by upstream's tags, or by both.</summary>
internal sealed record SnapSetImage(Image Image, SnapSetTags? Tags, SnapSetProperties? Properties)
{
    public string SnapId => Properties?.SnapId ?? Tags!.SnapId;

    public string Name => Properties?.Name ?? Tags!.Name;

    public string Role => Properties?.Role ?? Tags!.Role;

    /// <summary>The texts recorded with its set. An image of upstream's has those that Set-HotstackSnapSet wrote for this set.</summary>
    public SnapSetFacts Facts => Properties?.Facts
        ?? (Image.Properties.GetValueOrDefault(LabelProperties.SetKey) == SnapId
            ? new() { Description = SnapSetFacts.From(Image.Properties).Description, Labels = LabelProperties.From(Image.Properties) }
            : new());

    /// <summary>The fingerprint of the export the image was uploaded from; null if it was not imported.</summary>
    /// <remarks>A snapshot of a server booted from an imported image inherits the property. Such a snapshot names that server or, if
    /// volume-backed, its volume snapshots; an imported image names neither.</remarks>
    public string? ImportedFrom =>
        !Image.Properties.ContainsKey("instance_uuid") && !Image.Properties.ContainsKey("block_device_mapping")
        && Image.Properties.GetValueOrDefault(PortableProperties.ImportKey) is { Length: > 0 } fingerprint ? fingerprint : null;

    /// <summary>The volumes frozen with the image; inherited properties do not count.</summary>
    public IReadOnlyList<SnapSetVolume> Volumes
    {
        get
        {
            IReadOnlyList<SnapSetVolume> recorded = Properties?.Volumes ?? [];
            IReadOnlyList<SnapSetVolume> mapped = Mapped(Image);
            return mapped.Count == 0
                ? [.. recorded.Where(volume => volume.SnapshotId.Length > 0)]
                : [.. mapped.Select(volume => recorded.FirstOrDefault(r => r.Device is not null && r.Device == volume.Device) is { } known
                    ? volume with { VolumeId = known.VolumeId, ResourceName = known.ResourceName }
                    : volume)];
        }
    }

    /// <summary>Null if the image belongs to no set, or is the blueprint of one.</summary>
    public static SnapSetImage? From(Image image)
    {
        if (BlueprintImage.From(image) is not null)
        {
            return null;
        }

        var tags = SnapSetTags.From(image.Tags, image.Name);
        var properties = SnapSetProperties.From(image);
        return tags is null && properties is null ? null : new SnapSetImage(image, tags, properties);
    }

    public SnapSetMember ToMember()
    {
        IReadOnlyList<string> macs = Properties?.MacAddresses
            ?? (MacAddress.TryParse(Tags!.MacAddress, out string mac) ? [mac] : []);
        string? firstMac = macs.Count > 0 ? macs[0] : null;
        var expectedTags = new SnapSetTags(Name, Role, SnapId, Properties is null ? Tags!.MacAddress : firstMac);
        return new SnapSetMember
        {
            Name = Name,
            Role = Role,
            ImageId = Image.Id,
            ImageName = Image.Name,
            Status = Image.Status,
            MacAddress = firstMac,
            MacAddresses = [.. macs],
            Ports = [.. Properties?.Ports ?? []],
            Size = Image.Size,
            IsSizeKnown = Image.IsSizeKnown,
            MinDisk = Image.MinDisk,
            MinRam = Image.MinRam,
            CreatedAt = Image.CreatedAt,
            SourceId = Properties?.SourceId ?? Image.Properties.GetValueOrDefault("instance_uuid"),
            IsProtected = Image.IsProtected,
            IsHidden = Image.IsHidden,
            IsVolumeBacked = Mapped(Image).Count > 0,
            Volumes = [.. Volumes],
            UnnamedVolumes = Mapped(Image).Count > 0 ? 0 : Properties?.Volumes.Count(volume => volume.SnapshotId.Length == 0) ?? 0,
            IsTagged = expectedTags.AreIn(Image.Tags),
            IsReady = Image.IsReady,
        };
    }

    /// <summary>The Cinder snapshots behind the image of a volume-backed server. Deleting the image loses them, so they must be read
    /// before.</summary>
    public static IReadOnlyList<string> VolumeSnapshotsOf(Image image) => [.. Mapped(image).Select(volume => volume.SnapshotId)];

    private static IReadOnlyList<SnapSetVolume> Mapped(Image image)
    {
        // A JSON array in a string.
        if (image.Properties.GetValueOrDefault("block_device_mapping") is not { } mapping)
        {
            return [];
        }

        try
        {
            using JsonDocument document = JsonText.Parse(mapping);
            return document.RootElement.ValueKind != JsonValueKind.Array
                ? []
                : [.. document.RootElement.EnumerateArray().Where(device => device.Text("snapshot_id") is not null).Select(Read)
                    .OrderByDescending(volume => volume.IsRoot).ThenBy(volume => volume.Device, DeviceOrder.Instance)];
        }
        catch (JsonException)
        {
            return [];
        }
    }

    private static SnapSetVolume Read(JsonElement device) => new()
    {
        SnapshotId = device.Text("snapshot_id")!,
        Device = device.Text("device_name"),
        Size = device.Number("volume_size"),
        IsRoot = device.Field("boot_index") is { ValueKind: JsonValueKind.Number } index && index.TryGetInt64(out long number)
            && number == 0,
    };
}

/// <summary>Lists the images of our project.</summary>
internal static class OwnImages
{
    private const string Private = "private";
    private const string OwnerKey = "owner";

    /// <summary>Our own images that match. Glance also lists public, community and shared images, and to an administrator all projects'; so
    /// the query filters, and the answer is checked again. If the token does not name its project, private images are ours: Nova's images
    /// of servers and our imports are private.</summary>
    public static async Task<IReadOnlyList<Image>> ListAsync(
        Cloud cloud, IReadOnlyList<KeyValuePair<string, string>> filters, CancellationToken stop)
    {
        KeyValuePair<string, string> ours = await FilterAsync(cloud, stop);
        IReadOnlyList<Image> images = await cloud.Images.ListAsync([.. filters, ours], stop);
        return [.. images.Where(image => IsOurs(image, ours))];
    }

    /// <summary>The filter for the images of our project.</summary>
    public static async Task<KeyValuePair<string, string>> FilterAsync(Cloud cloud, CancellationToken stop) =>
        await cloud.GetProjectIdAsync(stop) is { } project ? new(OwnerKey, project) : new("visibility", Private);

    /// <summary>Checks an image of the answer to that filter.</summary>
    public static bool IsOurs(Image image, KeyValuePair<string, string> filter) =>
        filter.Key == OwnerKey ? image.Owner == filter.Value : image.Visibility == Private;

    /// <summary>The blueprints of one set.</summary>
    public static async Task<IReadOnlyList<BlueprintImage>> BlueprintsOfSetAsync(Cloud cloud, string id, CancellationToken stop) =>
    [
        .. (await ListAsync(cloud, [SnapSetProperties.OfSet(id)], stop)).Select(BlueprintImage.From).OfType<BlueprintImage>()
            .Where(found => found.SnapId == id),
    ];

    /// <summary>The images of one set that we made or are making, tagged or untagged; inherited properties do not count.</summary>
    public static async Task<IReadOnlyList<(Image Image, SnapSetProperties Properties)>> OfSetAsync(
        Cloud cloud, string id, CancellationToken stop)
    {
        IReadOnlyList<Image> images = await ListAsync(cloud, [SnapSetProperties.OfSet(id)], stop);
        return [.. images
            .Select(image => (Image: image, Properties: SnapSetProperties.From(image)!))
            .Where(found => found.Properties?.SnapId == id)];
    }
}

/// <summary>When a set was made. The cloud's time decides: Glance's <c>created_at</c> of the oldest image. The recorded time comes from the
/// clock of the maker's machine, which may be days off and would reorder the sets.</summary>
internal static class SnapSetTime
{
    /// <summary>How far the clocks of two hosts of a cloud may differ.</summary>
    public static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(2);

    /// <summary>Upper bound for the time between the record and the first image, in which servers stop.</summary>
    private static readonly TimeSpan LongestMaking = TimeSpan.FromDays(1);

    /// <summary>Whether it is a time: clouds write the beginning of the calendar or of Unix's time for none.</summary>
    public static bool IsKnown(DateTimeOffset at) => at > DateTimeOffset.UnixEpoch;

    /// <summary>The time of a set. The images of an imported set are younger than the set, so the earlier of both times counts.</summary>
    /// <param name="images">The images of the set, at least one.</param>
    /// <returns>The time in UTC; and what is wrong with the recorded time, or null.</returns>
    public static (DateTimeOffset CreatedAt, string? Doubt) Of(IReadOnlyCollection<SnapSetImage> images)
    {
        // An image whose time cannot be read tells nothing.
        DateTimeOffset made = images.Select(image => image.Image.CreatedAt).Where(IsKnown)
            .DefaultIfEmpty(DateTimeOffset.MinValue).Min();
        SnapSetProperties? properties = images.Select(image => image.Properties).FirstOrDefault(p => p is not null);
        if (properties is null)
        {
            return (made, null);
        }

        DateTimeOffset recorded = properties.CreatedAt;
        if (made == DateTimeOffset.MinValue)
        {
            return (made, "Glance does not tell when its images were made");
        }

        bool isImported = images.Any(image => image.ImportedFrom is not null);
        if (recorded - made > Tolerance || (!isImported && made - recorded > LongestMaking))
        {
            return (made, $"its recorded time {TimeText.Of(recorded)} is from a wrong clock; Glance's time {TimeText.Of(made)} is used");
        }

        return (isImported && recorded < made ? recorded : made, null);
    }
}
