using Hotstack.Configuration;
using Hotstack.OpenStack;
using Hotstack.SnapSets.Blueprints;
using Hotstack.SnapSets.Marks;

namespace Hotstack.SnapSets.Move;

/// <summary>The blueprint that an import makes.</summary>
/// <param name="Blueprint">The blueprint, of the new set.</param>
/// <param name="Existing">The complete image of an earlier run; null for none.</param>
internal sealed record PlannedBlueprintImport(Blueprint Blueprint, BlueprintImage? Existing);

/// <summary>Brings the blueprint of an export into a set.</summary>
internal sealed class BlueprintImport(Cloud cloud, IActivity activity)
{
    /// <summary>Reads the blueprint of an export, for the new set.</summary>
    /// <param name="manifest">The manifest.</param>
    /// <param name="folder">Its folder.</param>
    /// <returns>Null for none; and a warning if it cannot be used, or null.</returns>
    /// <exception cref="HotstackException">Its file is missing or altered (<c>ExportFilesInvalid</c>).</exception>
    public static (Blueprint? Blueprint, string? Warning) Read(ExportManifest manifest, string folder)
    {
        if (manifest.Blueprint is not { } entry)
        {
            return (null, null);
        }

        string path = BlueprintExport.PathIn(folder);
        byte[] bytes;
        try
        {
            using Stream file = InputFile.Open(path, CancellationToken.None);
            if (file.Length > BlueprintImage.MaxBytes)
            {
                throw Invalid(folder, $"{entry.File}: {BlueprintDocument.TooLarge(file.Length)}");
            }

            bytes = new byte[file.Length];
            file.ReadExactly(bytes);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Invalid(folder, $"{entry.File}: {e.Message}");
        }

        if (BlueprintDocument.HashOf(bytes) != entry.Sha256)
        {
            throw Invalid(folder, $"{entry.File}: its SHA-256 is not that of the manifest");
        }

        try
        {
            return (BlueprintDocument.Read(manifest.Id, bytes), null);
        }
        catch (HotstackException e) when (e.Id.StartsWith("Blueprint", StringComparison.Ordinal))
        {
            string remedy = e.Id == BlueprintErrors.NewerId ? "To keep it, update the module before you import the set. " : "";
            return (null, $"The set is imported without its blueprint, so a restore needs -Template. {remedy}{e.Message}");
        }
    }

    /// <summary>The plan for a blueprint: an earlier run may have made its image.</summary>
    public async Task<(PlannedBlueprintImport? Planned, IReadOnlyList<BlueprintImage> Stale)> PlanAsync(
        Blueprint? exported, string id, string fingerprint, bool isResumed, CancellationToken stop)
    {
        BlueprintImage[] found =
        [
            .. (isResumed ? await OwnImages.BlueprintsOfSetAsync(cloud, id, stop) : [])
                .Where(one => one.Image.Properties.GetValueOrDefault(PortableProperties.ImportKey) == fingerprint),
        ];
        if (exported is null)
        {
            return (null, found);
        }

        Blueprint blueprint = exported with { SnapSetId = id };
        string hash = BlueprintDocument.HashOf(BlueprintDocument.Write(blueprint));
        BlueprintImage? existing = BlueprintImage.Best(found.Where(one => one.IsReady && one.Hash == hash));
        return (new PlannedBlueprintImport(blueprint, existing), [.. found.Where(one => one != existing)]);
    }

    /// <summary>Makes the image, and tags it.</summary>
    /// <returns>Null if the export has no blueprint.</returns>
    /// <exception cref="HotstackException">As <see cref="BlueprintStore.WriteAsync"/>.</exception>
    public async Task<BlueprintImage?> RunAsync(ImportSnapSetPlan plan, CancellationToken stop)
    {
        if (plan.Blueprint is not { } planned)
        {
            return null;
        }

        var store = new BlueprintStore(cloud, activity);
        return await store.TagAsync(
            planned.Existing ?? await store.WriteAsync(
                planned.Blueprint, plan.Members.Count, plan.PropertiesOf(plan.Members[0].Member).Facts, plan.Fingerprint, stop),
            stop);
    }

    private static ViolationsException Invalid(string folder, string reason) => new("ExportFilesInvalid", folder, [reason])
    {
        Hint = "Export the set again to the same folder to repair it. To import it without the blueprint, remove 'blueprint' from "
            + $"{ExportManifest.FileName}.",
    };
}
