namespace Hotstack.SnapSets.Marks;

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
