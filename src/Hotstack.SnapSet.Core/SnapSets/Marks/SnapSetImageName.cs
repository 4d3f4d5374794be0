namespace Hotstack.SnapSets.Marks;

/// <summary>The names of a set's images, as upstream writes them.</summary>
internal static class SnapSetImageName
{
    /// <summary>Nova takes 255 characters, of which the frame needs these.</summary>
    public const int LongestInstanceName = 255 - 27;

    public static string Of(string instanceName, string snapId) => $"hotstack-{instanceName}-snapshot-{snapId}";
}
