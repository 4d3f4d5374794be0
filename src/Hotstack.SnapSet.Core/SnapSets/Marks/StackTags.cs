namespace Hotstack.SnapSets.Marks;

/// <summary>The tags of a stack that was restored from a set.</summary>
internal static class StackTags
{
    private const string Prefix = "hotstack-snapset-";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> ForSet(string snapSetId) => ["hotstack", Of(snapSetId)];

    /// <summary>The one that names the set.</summary>
    public static string Of(string snapSetId) => Prefix + snapSetId;

    /// <summary>The id of the set that a tag names; null if it names none.</summary>
    public static string? SnapSetIdOf(string tag) =>
        tag.StartsWith(Prefix, StringComparison.Ordinal) && tag.Length > Prefix.Length ? tag[Prefix.Length..] : null;
}
