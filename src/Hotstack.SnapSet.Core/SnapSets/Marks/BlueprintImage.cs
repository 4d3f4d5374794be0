using System.Globalization;
using Hotstack.OpenStack.Imaging;

namespace Hotstack.SnapSets.Marks;

/// <summary>The image with the blueprint of a set: what made its stack. It has the tags of the set and a role of its own, so that upstream's
/// queries, which ask for a role, do not see it.</summary>
/// <param name="Image">The image.</param>
/// <param name="SnapId">The set.</param>
/// <param name="Hash">The SHA-256 of its data, in lower-case hex.</param>
internal sealed record BlueprintImage(Image Image, string SnapId, string Hash)
{
    /// <summary>On each member's image: <c>1</c> if the set has a blueprint. Written even when empty: otherwise a snapshot of a restored
    /// server inherits the older set's.</summary>
    public const string MarkKey = "hotstack_blueprint";

    /// <summary>The value of <see cref="MarkKey"/> in a set with a blueprint.</summary>
    public const string Mark = "1";

    /// <summary>Its name and its role.</summary>
    public const string Role = "blueprint";

    private const string HashKey = "hotstack_blueprint_sha256";
    private const string Private = "private";

    /// <summary>The bytes of the largest blueprint: above all that Heat takes by default.</summary>
    public const int MaxBytes = 32 << 20;

    /// <summary>The data is complete, and Glance no longer changes the image.</summary>
    public bool IsReady => Image.IsReady;

    /// <summary>It has all its tags.</summary>
    public bool IsTagged => TagsOf(SnapId).All(tag => Image.Tags.Contains(tag, StringComparer.Ordinal));

    /// <summary>It comes from an export.</summary>
    public bool IsImported => Image.Properties.GetValueOrDefault(PortableProperties.ImportKey) is { Length: > 0 };

    /// <summary>The set's size, which its members record too; null if it is not recorded.</summary>
    public int? MemberCount => int.TryParse(
        Image.Properties.GetValueOrDefault(SnapSetProperties.MemberCountKey), NumberStyles.None, CultureInfo.InvariantCulture, out int count)
        ? count
        : null;

    /// <summary>What keeps it from being used; null if nothing does.</summary>
    public string? Defect => Image switch
    {
        { IsReady: false } => $"its blueprint, image {Image.Id}, is {Image.Status}, "
            + (Image.Status == "active" ? "but Glance is still processing it" : "not active"),
        _ when !IsTagged => $"its blueprint, image {Image.Id}, lacks some of its tags",
        _ => null,
    };

    /// <summary>Whether members' properties say that their set has a blueprint.</summary>
    public static bool IsAnnounced(IReadOnlyDictionary<string, string> properties) => properties.GetValueOrDefault(MarkKey) == Mark;

    /// <summary>Whether only the project sees it.</summary>
    /// <param name="image">The image.</param>
    /// <param name="project">The project; null if the token does not name it.</param>
    public static bool IsPrivate(Image image, string? project) =>
        image.Visibility == Private && (project is null || image.Owner is null || image.Owner == project);

    /// <summary>Null for another image.</summary>
    public static BlueprintImage? From(Image image)
    {
        IReadOnlyDictionary<string, string> all = image.Properties;
        return all.GetValueOrDefault(SnapSetProperties.AnySet.Key) == SnapSetProperties.AnySet.Value
            && all.GetValueOrDefault(SnapSetProperties.RoleKey) == Role
            && all.GetValueOrDefault(HashKey) is { Length: > 0 } hash
            && all.GetValueOrDefault(SnapSetProperties.IdKey) is { Length: > 0 } id
            && image.Name == SnapSetImageName.Of(Role, id)
            ? new BlueprintImage(image, id, hash)
            : null;
    }

    /// <summary>The best of several: ready, tagged, the oldest. Null for none.</summary>
    public static BlueprintImage? Best(IEnumerable<BlueprintImage> images) => images
        .OrderByDescending(one => one.IsReady).ThenByDescending(one => one.IsTagged)
        .ThenBy(one => one.Image.CreatedAt).ThenBy(one => one.Image.Id, StringComparer.Ordinal)
        .FirstOrDefault();

    /// <summary>Its tags.</summary>
    public static IReadOnlyList<string> TagsOf(string snapId) =>
        [SnapSetTags.AnyImage, SnapSetTags.AnySet, $"name={Role}", $"role={Role}", $"snap_id={snapId}"];

    /// <summary>The image to create. It is private.</summary>
    /// <param name="snapId">The set.</param>
    /// <param name="hash">The SHA-256 of the data.</param>
    /// <param name="memberCount">How many members the set has.</param>
    /// <param name="facts">The texts of the set: a resume needs them while there is no other image.</param>
    /// <param name="import">The fingerprint of the export that it comes from; null if it is not imported.</param>
    public static NewImage NewImage(string snapId, string hash, int memberCount, SnapSetFacts facts, string? import = null) => new()
    {
        Id = Guid.NewGuid().ToString(),
        Name = SnapSetImageName.Of(Role, snapId),
        DiskFormat = "raw",
        ContainerFormat = "bare",
        Properties = new Dictionary<string, string>(facts.ToMetadata())
        {
            [SnapSetProperties.AnySet.Key] = SnapSetProperties.AnySet.Value,
            [SnapSetProperties.IdKey] = snapId,
            [SnapSetProperties.NameKey] = Role,
            [SnapSetProperties.RoleKey] = Role,
            [SnapSetProperties.MemberCountKey] = memberCount.ToString(CultureInfo.InvariantCulture),
            [HashKey] = hash,
            [PortableProperties.ImportKey] = import ?? "",
        },
    };
}
