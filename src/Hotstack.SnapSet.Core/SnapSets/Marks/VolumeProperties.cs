using System.Globalization;

namespace Hotstack.SnapSets.Marks;

/// <summary>The volumes recorded on a member's image: <c>hotstack_volumes</c>, their number, and for each <c>hotstack_volume_{k}</c>, from
/// 0, in device order: <c>snapshot=…,volume=…,device=/dev/vdb,size=20,resource=master0-lvms-vol0</c>.</summary>
/// <remarks>The number is always written and decides how many count, because the snapshot of a restored server inherits an older set's.
/// <c>snapshot</c> is absent for a volume-backed server, whose snapshots Nova makes and names.</remarks>
internal static class VolumeProperties
{
    /// <summary>Nova's limit for a value.</summary>
    private const int MaxCharacters = 255;

    private const string CountKey = "hotstack_volumes";
    private const string ResourceField = "resource";

    public static IEnumerable<KeyValuePair<string, string>> Of(IReadOnlyList<SnapSetVolume> volumes) =>
    [
        new(CountKey, volumes.Count.ToString(CultureInfo.InvariantCulture)),
        .. volumes.Select((volume, k) => new KeyValuePair<string, string>(Key(k), Text(volume))),
    ];

    /// <summary>Reads them. A volume whose property is missing or corrupt has no snapshot id.</summary>
    public static IReadOnlyList<SnapSetVolume> From(IReadOnlyDictionary<string, string> properties) =>
        [.. TextsOf(properties).Select(Read)];

    /// <summary>The recorded texts of the volumes; empty where one is missing.</summary>
    /// <remarks>The number of properties limits the result: a corrupt number must not cost memory.</remarks>
    public static IEnumerable<string> TextsOf(IReadOnlyDictionary<string, string> properties) =>
        int.TryParse(properties.GetValueOrDefault(CountKey), NumberStyles.None, CultureInfo.InvariantCulture, out int count)
            ? Enumerable.Range(0, Math.Min(count, properties.Count)).Select(k => properties.GetValueOrDefault(Key(k)) ?? "")
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
        // The resource comes last, because its name may hold a comma.
        int resource = $",{text}".IndexOf($",{ResourceField}=", StringComparison.Ordinal);
        Dictionary<string, string> fields = (resource < 0 ? text : text[..resource])
            .Split(',').Select(field => field.Split('=', 2)).Where(pair => pair.Length == 2)
            .GroupBy(pair => pair[0]).ToDictionary(g => g.Key, g => g.First()[1], StringComparer.Ordinal);
        return new SnapSetVolume
        {
            SnapshotId = fields.GetValueOrDefault("snapshot") ?? "",
            VolumeId = fields.GetValueOrDefault("volume"),
            Device = fields.GetValueOrDefault("device"),
            Size = long.TryParse(fields.GetValueOrDefault("size"), NumberStyles.None, CultureInfo.InvariantCulture, out long size) ? size
                : 0,
            ResourceName = resource < 0 ? null : text[(resource + ResourceField.Length + 1)..],
        };
    }
}

/// <summary>Device order: <c>/dev/vdz</c> before <c>/dev/vdaa</c>, unknown last.</summary>
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
