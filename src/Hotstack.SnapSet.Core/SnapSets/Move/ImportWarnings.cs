using Hotstack.SnapSets.Marks;

namespace Hotstack.SnapSets.Move;

/// <summary>What an import leaves out of an export, and what it leaves behind in the cloud.</summary>
internal static class ImportWarnings
{
    /// <summary>Properties that do not move, and tags that would put an image into another set; one sentence, or none.</summary>
    public static IEnumerable<string> OfDropped(ExportManifest manifest)
    {
        string[] names =
        [
            .. manifest.Members.SelectMany(member => PortableProperties.LeftBehind(member.Properties)),
            .. manifest.Members.SelectMany(member => member.Tags.Where(tag => SnapSetTags.IsReserved(tag) && !OwnTags(manifest, member).Contains(tag))
                .Select(tag => $"tag {tag}")),
        ];
        if (names.Length > 0)
        {
            yield return $"The export holds what does not move between clouds; it is left out: {PlainText.List(names)}.";
        }
    }

    public static string OfLeftover(string id, string exportedId) =>
        $"SnapSet {id} is the rest of an import that was not finished, and takes up room: Remove-HotstackSnapSet {CommandArgument.OfPattern(id)} deletes it"
        + (id == exportedId ? "; without -NewId, this export completes it." : ".");

    private static IReadOnlyList<string> OwnTags(ExportManifest manifest, ExportedMember member) =>
        new SnapSetTags(member.Name, member.Role, manifest.Id, member.MacAddresses.Count > 0 ? member.MacAddresses[0] : null).ToList();
}
