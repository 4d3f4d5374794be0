using Hotstack.Configuration;
using Hotstack.OpenStack;
using Hotstack.SnapSets.Blueprints;
using Hotstack.SnapSets.Marks;

namespace Hotstack.SnapSets.Move;

/// <summary>The blueprint of a set in an export.</summary>
internal sealed record ExportedBlueprint
{
    /// <summary>The file's name in the folder of the manifest.</summary>
    public const string FileName = "blueprint.json";

    public required string File { get; init; }

    /// <summary>In lower-case hex.</summary>
    public required string Sha256 { get; init; }

    /// <summary>What is wrong with it in a manifest; null if nothing is.</summary>
    public static string? Violation(ExportedBlueprint? blueprint) =>
        blueprint is null || (blueprint.File == FileName && blueprint.Sha256 is { Length: 64 }) ? null
            : $"the blueprint's file is not {FileName}, or its hash is invalid";
}

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
