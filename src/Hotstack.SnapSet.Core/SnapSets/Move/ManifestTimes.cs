using Hotstack.Deployments;
using Hotstack.SnapSets.Marks;

namespace Hotstack.SnapSets.Move;

/// <summary>
/// Times of a manifest that cannot be. They decide what is the latest set, what retention deletes, and until when a cluster is held
/// to be revivable, so they are not believed: a time of making is cut, a record's dates are left out.
/// </summary>
internal static class ManifestTimes
{
    /// <summary>How far two clocks may differ.</summary>
    private static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(2);

    /// <summary>No certificate of OpenShift lives longer than its own root authorities.</summary>
    private static readonly TimeSpan LongestCertificate = TimeSpan.FromDays(3653);

    /// <param name="manifest">What was read.</param>
    /// <param name="now">The cloud's time, if it is known; else ours.</param>
    /// <returns>The manifest with times that can be, and what was changed, one sentence each.</returns>
    public static (ExportManifest Manifest, IReadOnlyList<string> Warnings) Plausible(ExportManifest manifest, DateTimeOffset now)
    {
        var warnings = new List<string>();
        // The images were made after the set was begun, and their times are those of a cloud and not of a client.
        DateTimeOffset[] made = [.. manifest.Members.Select(m => m.ImageCreatedAt).Where(time => time > DateTimeOffset.UnixEpoch && time <= now + Tolerance)];
        DateTimeOffset latest = made.Length > 0 ? made.Min() : now;
        DateTimeOffset createdAt = manifest.CreatedAt;
        if (createdAt > latest + Tolerance)
        {
            warnings.Add(
                $"The export says that the set was made at {TimeText.Of(createdAt)}, after "
                + $"{(made.Length > 0 ? "the oldest of its images" : "now")}: {TimeText.Of(latest)} counts instead.");
            createdAt = latest;
        }

        var implausible = new HashSet<string>(StringComparer.Ordinal);
        ExportedMember[] members = [.. manifest.Members.Select(member => member with
        {
            Properties = Believed(member.Properties, latest + Tolerance, implausible),
        })];
        if (implausible.Count > 0)
        {
            warnings.Add($"The export's {PlainText.List(implausible)} cannot be right (too far ahead), and is left out.");
        }

        return (manifest with { CreatedAt = createdAt, Members = members }, warnings);
    }

    private static Dictionary<string, string> Believed(IReadOnlyDictionary<string, string> properties, DateTimeOffset latest, HashSet<string> implausible)
    {
        var kept = new Dictionary<string, string>(properties, StringComparer.Ordinal);
        DateTimeOffset? recordedAt = ClusterProperties.Time(properties.GetValueOrDefault(ClusterProperties.RecordedAtKey));
        foreach (string key in ClusterProperties.DateKeys)
        {
            DateTimeOffset? time = ClusterProperties.Time(properties.GetValueOrDefault(key));
            DateTimeOffset limit = key == ClusterProperties.RecordedAtKey ? latest : (recordedAt < latest ? recordedAt.Value : latest) + LongestCertificate;
            if (time > limit)
            {
                implausible.Add(key);
                kept.Remove(key);
            }
        }

        return kept;
    }
}
