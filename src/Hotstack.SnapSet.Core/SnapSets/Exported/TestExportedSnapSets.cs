using Hotstack.Deployments;
using Hotstack.SnapSets.Blueprints;
using Hotstack.SnapSets.Marks;
using Hotstack.SnapSets.Move;
using Hotstack.SnapSets.Test;

namespace Hotstack.SnapSets.Exported;

/// <summary>Checks whether exports can be imported, without a cloud: reads and hashes all files.</summary>
public sealed class TestExportedSnapSets(TimeProvider time)
{
    private readonly ExportDisk _disk = new();

    /// <summary>The findings of an export, or of each export directly below a folder; failures first.</summary>
    /// <param name="path">An export's folder, its manifest, or a folder of exports.</param>
    /// <param name="tested">Receives the findings of each export.</param>
    /// <param name="failed">As for <see cref="GetExportedSnapSets.RunEach"/>.</param>
    /// <param name="activity">Receives the progress.</param>
    /// <param name="stop">Cancels it.</param>
    public async Task RunEachAsync(
        string path, Action<IReadOnlyList<SnapSetFinding>> tested, Action<HotstackException> failed, IActivity activity,
        CancellationToken stop)
    {
        var reader = new GetExportedSnapSets(time);
        foreach (string manifest in GetExportedSnapSets.ManifestsAt(path, failed))
        {
            try
            {
                tested(await TestAsync(reader.Read(manifest), activity, stop));
            }
            catch (HotstackException e)
            {
                failed(e);
            }
        }
    }

    /// <summary>Whether an export, or each export directly below a folder, can be imported and revived. A missing or damaged one cannot.</summary>
    /// <inheritdoc cref="RunEachAsync"/>
    public Task AreUsableAsync(
        string path, Action<bool> tested, Action<HotstackException> failed, IActivity activity, CancellationToken stop) =>
        RunEachAsync(
            path,
            findings =>
            {
                TestSnapSet.WarnOfRevival(findings, activity);
                tested(TestSnapSet.IsUsable(findings));
            },
            e =>
            {
                if (e.Id is ManifestFile.NotFoundId or ManifestFile.InvalidId)
                {
                    activity.Verbose(e.Message);
                    tested(false);
                }
                else
                {
                    failed(e);
                }
            },
            activity, stop);

    private async Task<IReadOnlyList<SnapSetFinding>> TestAsync(ExportedSnapSet set, IActivity activity, CancellationToken stop)
    {
        string work = $"Checking {set.Path}";
        List<SnapSetFinding> findings = [Revivable(set), .. set.Warnings.Select(text => Of(set, "Exported", SnapSetCheckResult.Warning, text))];
        try
        {
            for (int i = 0; i < set.Manifest.Members.Count; i++)
            {
                ExportedMember member = set.Manifest.Members[i];
                activity.Progress(new(work, $"{member.File}, {i + 1} of {set.Manifest.Members.Count} files")
                {
                    Percent = 100 * i / set.Manifest.Members.Count,
                });
                string? reason = await ExportCheck.ReasonAsync(_disk, set.Path, member, withHash: true, stop);
                findings.Add(new(
                    set.Id, member.Name, "Intact", reason is null ? SnapSetCheckResult.Passed : SnapSetCheckResult.Failed,
                    reason ?? $"{member.File} has its {ByteText.Of(member.Size)} and its {member.HashAlgorithm}",
                    Path.Combine(set.Path, member.File)));
            }
        }
        finally
        {
            activity.Progress(new(work, "") { Completed = true });
        }

        if (set.Manifest.Blueprint is { } blueprint)
        {
            string? defect = BlueprintDefect(set, blueprint);
            findings.Add(Of(
                set, "Blueprint", defect is null ? SnapSetCheckResult.Passed : SnapSetCheckResult.Failed,
                defect ?? $"its blueprint, {blueprint.File}, has its SHA-256"));
        }

        return [.. findings.OrderBy(finding => Array.IndexOf(SnapSetCheckResult.WorstFirst, finding.Result))];
    }

    private static SnapSetFinding Revivable(ExportedSnapSet set)
    {
        var window = new ReviveWindow(set.Record, set.ReadAt);
        return Of(set, "Revivable", SnapSetFinding.ResultOf(window.State), window.Text);
    }

    private static string? BlueprintDefect(ExportedSnapSet set, ExportedBlueprint blueprint)
    {
        string path = Path.Combine(set.Path, blueprint.File);
        return ExportDisk.Guard(path, () => new FileInfo(path) switch
        {
            { Exists: false } => $"{blueprint.File} is missing",
            { Length: > BlueprintImage.MaxBytes } file => $"{blueprint.File} has {file.Length} bytes, more than a blueprint may have",
            _ => BlueprintDocument.HashOf(File.ReadAllBytes(path)) == blueprint.Sha256 ? null : $"{blueprint.File} was altered: its SHA-256 differs",
        });
    }

    private static SnapSetFinding Of(ExportedSnapSet set, string check, string result, string message) =>
        new(set.Id, null, check, result, message, set.Path);
}
