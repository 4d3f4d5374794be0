using Hotstack.Deployments;

namespace Hotstack.SnapSets.Marks;

/// <summary>The tags that upstream's playbooks write and look for; the only place that knows their form.</summary>
/// <remarks>hotstack: roles/hot_snapset/library/hotstack_snapset.py, roles/heat_stack/library/hotstack_get_latest_snapset.py.</remarks>
internal sealed record SnapSetTags(string Name, string Role, string SnapId, string? MacAddress)
{
    /// <summary>The tag that finds the images of all sets.</summary>
    public const string AnySet = "hotstack-snapset";

    /// <summary>The tag of everything that Hotstack makes.</summary>
    public const string AnyImage = "hotstack";

    private const string NameKey = "name";
    private const string RoleKey = "role";
    private const string IdKey = "snap_id";
    private const string MacAddressKey = "mac_address";
    private static readonly string[] Keys = [NameKey, RoleKey, IdKey, MacAddressKey];

    /// <summary>The six tags in upstream's order. They hold one MAC address, even for a server with several.</summary>
    public IReadOnlyList<string> ToList() =>
        [AnyImage, AnySet, $"{NameKey}={Name}", $"{RoleKey}={Role}", $"{IdKey}={SnapId}", $"{MacAddressKey}={MacAddress}"];

    /// <summary>Whether an image has all six.</summary>
    public bool AreIn(IReadOnlyList<string> tags) => ToList().All(tag => tags.Contains(tag, StringComparer.Ordinal));

    /// <summary>Whether a tag has one of these forms, compared case-insensitively as some databases do.</summary>
    public static bool IsReserved(string tag) =>
        tag.TrimEnd().Equals(AnyImage, StringComparison.OrdinalIgnoreCase) || tag.TrimEnd()
            .Equals(AnySet, StringComparison.OrdinalIgnoreCase)
        || Keys.Any(key => tag.StartsWith($"{key}=", StringComparison.OrdinalIgnoreCase));

    /// <summary>Reads them; null if the image is not a member of a set by its tags.</summary>
    /// <param name="tags">The image's, in any order: Glance promises none.</param>
    /// <param name="imageName">The image's name, which upstream and we give by its set and member. It decides between several ids or names:
    /// an image belongs to one set at most, and a tag cannot move it into another.</param>
    public static SnapSetTags? From(IReadOnlyList<string> tags, string? imageName = null)
    {
        if (!tags.Contains(AnyImage, StringComparer.Ordinal))
        {
            return null;
        }

        string[] names = Values(NameKey);
        string[] ids = Values(IdKey);
        string[] roles = Values(RoleKey);
        if (names.Length == 0 || ids.Length == 0 || roles.Length == 0)
        {
            return null;
        }

        (string Name, string Id)[] found = [.. names.SelectMany(name => ids, (name, id) => (name, id))];
        if (found.Length > 1)
        {
            found = [.. found.Where(pair => imageName == SnapSetImageName.Of(pair.Name, pair.Id))];
        }

        return found.Length == 1 ? new SnapSetTags(found[0].Name, roles[0], found[0].Id, Values(MacAddressKey).FirstOrDefault()) : null;

        // Split at the last '=', as upstream does.
        string[] Values(string key) => [.. tags
            .Where(tag => tag.LastIndexOf('=') == key.Length && tag.StartsWith(key, StringComparison.Ordinal))
            .Select(tag => tag[(key.Length + 1)..])
            .Where(value => value.Length > 0).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
    }
}

/// <summary>The names of a set's images, as upstream writes them.</summary>
internal static class SnapSetImageName
{
    /// <summary>Nova allows 255 characters, less those of prefix, suffix and id.</summary>
    public const int LongestInstanceName = 255 - 27;

    private const string Start = "hotstack-";
    private const string BeforeId = "-snapshot-";

    public static string Of(string instanceName, string snapId) => $"{Start}{instanceName}{BeforeId}{snapId}";

    /// <summary>The id of the set that a name ends with; null for another name.</summary>
    public static string? SnapSetIdOf(string imageName)
    {
        int end = imageName.LastIndexOf(BeforeId, StringComparison.Ordinal);
        return end > Start.Length && imageName.StartsWith(Start, StringComparison.Ordinal) && end + BeforeId.Length < imageName.Length
            ? imageName[(end + BeforeId.Length)..]
            : null;
    }
}

/// <summary>The tags of a restored stack.</summary>
internal static class StackTags
{
    private const string Prefix = StackFacts.RestoredTag;

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> ForSet(string snapSetId) => [SnapSetTags.AnyImage, Of(snapSetId)];

    /// <summary>The one that names the set.</summary>
    public static string Of(string snapSetId) => Prefix + snapSetId;

    /// <summary>The id of the set that a tag names; null if it names none.</summary>
    public static string? SnapSetIdOf(string tag) => StackFacts.SetIdOf(tag);
}
