using Hotstack.OpenStack;
using Hotstack.SnapSets.Blueprints;
using Hotstack.SnapSets.Marks;

namespace Hotstack.SnapSets.Move;

/// <summary>Takes a blueprint from a set into an export.</summary>
internal static class BlueprintExport
{
    /// <summary>Writes the blueprint of a set to its file; a damaged one is left out, with a warning.</summary>
    /// <returns>What the manifest says of it, null for none; and the warning, or null.</returns>
    public static async Task<(ExportedBlueprint? Entry, string? Warning)> WriteAsync(
        Cloud cloud, ExportSnapSetPlan plan, IActivity activity, CancellationToken stop)
    {
        string path = PathIn(plan.Folder);
        try
        {
            if (await new BlueprintStore(cloud, activity).ReadAsync(plan.Set, stop) is not { } blueprint)
            {
                return (null, null);
            }

            byte[] bytes = BlueprintDocument.Write(blueprint);
            ExportDisk.WriteWhole(path, bytes);
            return (new ExportedBlueprint { File = ExportedBlueprint.FileName, Sha256 = BlueprintDocument.HashOf(bytes) }, null);
        }
        catch (HotstackException e) when (e.Id.StartsWith("Blueprint", StringComparison.Ordinal) || e.Id == "ImageDownloadForbidden")
        {
            string warning = $"The export has no blueprint: {e.Message}";
            activity.Warning(warning);
            return (null, warning);
        }
    }

    /// <summary>The file of the blueprint in a folder.</summary>
    public static string PathIn(string folder) => Path.Combine(folder, ExportedBlueprint.FileName);

    /// <summary>Whether an earlier export holds the set's blueprint. The import compares its hash.</summary>
    public static bool IsThere(ExportSnapSetPlan plan, ExportedBlueprint? recorded) =>
        recorded?.Sha256 == (plan.Set.HasBlueprint ? plan.Set.Blueprint!.Hash : null)
        && (recorded is null || HashOf(PathIn(plan.Folder)) == recorded.Sha256);

    private static string? HashOf(string path) => ExportDisk.Guard(path, () =>
        new FileInfo(path) is { Exists: true, Length: <= BlueprintImage.MaxBytes } ? BlueprintDocument.HashOf(File.ReadAllBytes(path)) : null);
}
