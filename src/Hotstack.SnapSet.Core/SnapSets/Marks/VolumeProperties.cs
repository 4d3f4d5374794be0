using System.Globalization;

namespace Hotstack.SnapSets.Marks;

/// <summary>
/// What an image records of its server's volumes: <c>hotstack_volumes</c>, how many, and for each <c>hotstack_volume_{k}</c>,
/// from 0, in the order of their devices: <c>snapshot=…,volume=…,device=/dev/vdb,size=20,resource=master0-lvms-vol0</c>.
/// </summary>
/// <remarks>
/// The number is always written, and it alone says how many count: the snapshot of a restored server inherits an older set's.
/// Without <c>snapshot</c> for a volume-backed server, whose snapshots Nova makes and names itself.
/// </remarks>
internal static class VolumeProperties
{
    /// <summary>Nova takes no longer values.</summary>
    private const int MaxCharacters = 255;

    private const string CountKey = "hotstack_volumes";
    private const string ResourceField = "resource";

    public static IEnumerable<KeyValuePair<string, string>> Of(IReadOnlyList<SnapSetVolume> volumes) =>
    [
        new(CountKey, volumes.Count.ToString(CultureInfo.InvariantCulture)),
        .. volumes.Select((volume, k) => new KeyValuePair<string, string>(Key(k), Text(volume))),
    ];

    /// <summary>Reads them; a volume whose property is missing or spoilt has no snapshot's id.</summary>
    public static IReadOnlyList<SnapSetVolume> From(IReadOnlyDictionary<string, string> properties) =>
        int.TryParse(properties.GetValueOrDefault(CountKey), NumberStyles.None, CultureInfo.InvariantCulture, out int count)
            // No server has so many; a number that somebody spoilt is not to cost memory.
            ? [.. Enumerable.Range(0, Math.Min(count, properties.Count)).Select(k => Read(properties.GetValueOrDefault(Key(k)) ?? ""))]
            : [];

    private static string Key(int k) => $"hotstack_volume_{k.ToString(CultureInfo.InvariantCulture)}";

    private static string Text(SnapSetVolume volume)
    {
        string[] fields =
        [
            .. Field("snapshot", volume.SnapshotId), .. Field("volume", volume.VolumeId), .. Field("device", volume.Device),
            .. Field("size", volume.Size.ToString(CultureInfo.InvariantCulture)),
        ];
        string text = string.Join(',', fields);
        string longer = string.Join(',', [.. fields, .. Field(ResourceField, volume.ResourceName)]);
        return longer.Length <= MaxCharacters ? longer : text;
    }

    private static string[] Field(string name, string? value) => string.IsNullOrEmpty(value) ? [] : [$"{name}={value}"];

    private static SnapSetVolume Read(string text)
    {
        // The resource stands last, and its name may hold a comma.
        int resource = $",{text}".IndexOf($",{ResourceField}=", StringComparison.Ordinal);
        Dictionary<string, string> fields = (resource < 0 ? text : text[..resource])
            .Split(',').Select(field => field.Split('=', 2)).Where(pair => pair.Length == 2)
            .GroupBy(pair => pair[0]).ToDictionary(g => g.Key, g => g.First()[1], StringComparer.Ordinal);
        return new SnapSetVolume
        {
            SnapshotId = fields.GetValueOrDefault("snapshot") ?? "",
            VolumeId = fields.GetValueOrDefault("volume"),
            Device = fields.GetValueOrDefault("device"),
            Size = long.TryParse(fields.GetValueOrDefault("size"), NumberStyles.None, CultureInfo.InvariantCulture, out long size) ? size : 0,
            ResourceName = resource < 0 ? null : text[(resource + ResourceField.Length + 1)..],
        };
    }
}

/// <summary>The order of devices: <c>/dev/vdz</c> before <c>/dev/vdaa</c>, the unknown last.</summary>
internal sealed class DeviceOrder : IComparer<string?>
{
    public static readonly DeviceOrder Instance = new();

    private DeviceOrder()
    {
    }

    public int Compare(string? x, string? y) =>
        (x is null).CompareTo(y is null) is var unknown and not 0 ? unknown
        : (x?.Length ?? 0).CompareTo(y?.Length ?? 0) is var length and not 0 ? length
        : string.CompareOrdinal(x, y);
}
