namespace Hotstack.SnapSets;

/// <summary>The tags that upstream's playbooks write and look for, and nobody else: this is the place of their form.</summary>
/// <remarks>hotstack: roles/hot_snapset/library/hotstack_snapset.py, roles/heat_stack/library/hotstack_get_latest_snapset.py.</remarks>
internal sealed record SnapSetTags(string Name, string Role, string SnapId, string? MacAddress)
{
    /// <summary>The tag that finds the images of all sets.</summary>
    public const string AnySet = "hotstack-snapset";

    private const string AnyImage = "hotstack";

    /// <summary>The six tags in upstream's order. There is one MAC address in them, also for a server with several.</summary>
    public IReadOnlyList<string> ToList() =>
        [AnyImage, AnySet, $"name={Name}", $"role={Role}", $"snap_id={SnapId}", $"mac_address={MacAddress}"];

    /// <summary>Whether all six stand on an image.</summary>
    public bool AreIn(IReadOnlyList<string> tags) => ToList().All(tag => tags.Contains(tag, StringComparer.Ordinal));

    /// <summary>Reads them; null if the image is not a member of a set by its tags.</summary>
    public static SnapSetTags? From(IReadOnlyList<string> tags)
    {
        if (!tags.Contains(AnyImage, StringComparer.Ordinal))
        {
            return null;
        }

        return Value("name") is { } name && Value("role") is { } role && Value("snap_id") is { } id
            ? new SnapSetTags(name, role, id, Value("mac_address"))
            : null;

        // Split at the last '=', as upstream does.
        string? Value(string key) => tags
            .Where(tag => tag.LastIndexOf('=') == key.Length && tag.StartsWith(key, StringComparison.Ordinal))
            .Select(tag => tag[(key.Length + 1)..])
            .FirstOrDefault(value => value.Length > 0);
    }
}
