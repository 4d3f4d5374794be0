using Hotstack.Deployments;
using Hotstack.SnapSets.Find;
using Hotstack.SnapSets.Move;

namespace Hotstack.SnapSets.Exported;

/// <summary>Reads the exports in folders, without a cloud. Only manifests and the sizes of files are read.</summary>
public sealed class GetExportedSnapSets(TimeProvider time)
{
    /// <summary>Reads an export, or each export directly below a folder, by the folders' names.</summary>
    /// <param name="path">An export's folder, its manifest, or a folder of exports.</param>
    /// <param name="conditions">Which of them.</param>
    /// <param name="found">Receives each export.</param>
    /// <param name="failed">Receives a failure if there is no export (<c>ExportNotFound</c>), if the folder cannot be read
    /// (<c>ExportFileFailed</c>), and for each manifest that is of a newer version
    /// (<c>ExportVersionUnknown</c>) or invalid (<c>ExportManifestInvalid</c>).</param>
    /// <param name="stop">Cancels between two folders.</param>
    public void RunEach(
        string path, SnapSetConditions conditions, Action<ExportedSnapSet> found, Action<HotstackException> failed, CancellationToken stop)
    {
        foreach (string manifest in ManifestsAt(path, failed))
        {
            stop.ThrowIfCancellationRequested();
            try
            {
                ExportedSnapSet set = Read(manifest);
                if (conditions.Hold(set.Facts, set.ClusterVersion, set.UnattendedUntil ?? set.AssistedUntil, set.ReadAt))
                {
                    found(set);
                }
            }
            catch (HotstackException e)
            {
                failed(e);
            }
        }
    }

    /// <summary>The paths of the manifests: of an export, or of those directly below a folder.</summary>
    internal static IReadOnlyList<string> ManifestsAt(string path, Action<HotstackException> failed)
    {
        string own = File.Exists(path) ? path : Path.Combine(path, ExportManifest.FileName);
        if (File.Exists(own) || !Directory.Exists(path))
        {
            // One that is not there says so when it is read.
            return [own];
        }

        try
        {
            string[] below = [.. ExportDisk.Guard(path, () => Directory.GetDirectories(path))
                .Select(folder => Path.Combine(folder, ExportManifest.FileName)).Where(File.Exists).Order(StringComparer.Ordinal)];
            return below.Length > 0 ? below : [own];
        }
        catch (HotstackException e)
        {
            failed(e);
            return [];
        }
    }

    /// <exception cref="HotstackException">As <see cref="ManifestFile.Read"/>.</exception>
    internal ExportedSnapSet Read(string manifestPath)
    {
        string folder = Path.GetDirectoryName(Path.GetFullPath(manifestPath))!;
        DateTimeOffset now = time.GetUtcNow();
        (ExportManifest manifest, IReadOnlyList<string> doubts) = ManifestTimes.Plausible(ManifestFile.Read(manifestPath), now);
        SnapSetFacts facts = manifest.Members.Aggregate(
            new SnapSetFacts { StackName = manifest.StackName, Scenario = manifest.Scenario },
            (sum, member) => sum.Or(SnapSetFacts.From(member.Properties)));
        return new ExportedSnapSet
        {
            Id = manifest.Id,
            Path = folder,
            CreatedAt = manifest.CreatedAt,
            ExportedAt = manifest.ExportedAt,
            ReadAt = now,
            Members = [.. manifest.Members.OrderBy(member => member.Role != Roles.Controller).ThenBy(member => member.Name, StringComparer.Ordinal)
                .Select(member => member.Name)],
            Size = manifest.Members.Total(member => member.Size),
            HasBlueprint = manifest.Blueprint is not null,
            Problems = [.. manifest.Members.Select(member => ExportCheck.SizeReason(folder, member)).OfType<string>()],
            Warnings = [.. manifest.Warnings, .. doubts],
            Facts = facts,
            Record = ClusterProperties.Merge(manifest.Members.Select(member => ClusterProperties.From(member.Properties, member.Name))),
            Manifest = manifest,
        };
    }
}
