using Hotstack.Templates;

namespace Hotstack.SnapSets.Restore;

/// <summary>Leaves volumes out of a set that is to be restored.</summary>
internal static class VolumeExclusion
{
    /// <param name="set">The set.</param>
    /// <param name="patterns">Names or patterns.</param>
    /// <param name="violations">Gets a sentence for each pattern that cannot be used.</param>
    /// <returns>The set without these volumes.</returns>
    public static SnapSet Apply(SnapSet set, IReadOnlyList<string> patterns, List<string> violations)
    {
        var excluded = new HashSet<SnapSetVolume>(ReferenceEqualityComparer.Instance);
        foreach (string pattern in patterns)
        {
            (SnapSetMember Member, SnapSetVolume Volume)[] found =
                [.. VolumesOf(set).Where(one => NamesOf(one.Member, one.Volume).Any(name => Wildcard.Matches(name, pattern)))];
            violations.AddRange(found.Where(one => one.Volume.IsRoot)
                .Select(one => $"-ExcludeVolume '{pattern}': {one.Member.Name} boots from {one.Volume.NameIn(one.Member.Name)}, which cannot be left out"));
            if (found.Length == 0)
            {
                string[] all = [.. VolumesOf(set).Where(one => !one.Volume.IsRoot).Select(one => one.Volume.NameIn(one.Member.Name)).Distinct()];
                violations.Add($"-ExcludeVolume '{pattern}' matches no volume of SnapSet {set.Id}, which "
                    + (all.Length == 0 ? "has no data volume" : $"has {string.Join(", ", all)}"));
            }

            excluded.UnionWith(found.Where(one => !one.Volume.IsRoot).Select(one => one.Volume));
        }

        return excluded.Count == 0 ? set : set with
        {
            Members = [.. set.Members.Select(member => member with { Volumes = [.. member.Volumes.Where(volume => !excluded.Contains(volume))] })],
        };
    }

    private static IEnumerable<(SnapSetMember Member, SnapSetVolume Volume)> VolumesOf(SnapSet set) =>
        set.Members.SelectMany(member => member.Volumes.Select(volume => (member, volume)));

    private static IEnumerable<string> NamesOf(SnapSetMember member, SnapSetVolume volume)
    {
        string[] names =
        [
            .. new[] { volume.ResourceName, volume.Device, BlockDeviceMapping.Short(volume.Device), volume.VolumeId, volume.SnapshotId }
                .OfType<string>().Distinct(),
        ];
        return [.. names, .. names.Select(name => $"{member.Name}/{name}")];
    }
}
