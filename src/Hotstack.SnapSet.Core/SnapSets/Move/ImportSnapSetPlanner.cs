using Hotstack.OpenStack;
using Hotstack.OpenStack.Imaging;
using Hotstack.SnapSets.Blueprints;
using Hotstack.SnapSets.Marks;

namespace Hotstack.SnapSets.Move;

/// <summary>Checks whether an export can be imported, and what an earlier run already uploaded.</summary>
internal sealed class ImportSnapSetPlanner(Cloud cloud, ExportDisk disk)
{
    /// <exception cref="HotstackException"><c>ExportNotFound</c>, <c>ExportManifestInvalid</c>, <c>ExportVersionUnknown</c>,
    /// <c>ExportFilesInvalid</c>, <c>SnapSetExists</c>, <c>QuotaExceeded</c>.</exception>
    public async Task<ImportSnapSetPlan> PlanAsync(ImportSnapSetRequest request, IActivity activity, CancellationToken stop)
    {
        string path = Path.GetFullPath(request.Path);
        string manifestPath = File.Exists(path) ? path : Path.Combine(path, ExportManifest.FileName);
        string folder = Path.GetDirectoryName(manifestPath)!;
        byte[] bytes = ManifestFile.ReadBytes(manifestPath);
        ExportManifest manifest = ManifestFile.Parse(manifestPath, bytes);
        await CheckFilesAsync(folder, manifest, stop);
        (Blueprint? blueprint, string? unusable) = BlueprintImport.Read(manifest, folder);

        string fingerprint = manifest.Fingerprint();
        (string id, IReadOnlyList<Image> existing, IReadOnlyList<string> leftovers) =
            await FindExistingAsync(manifest, fingerprint, request.NewId, stop);
        string[] dropped = [.. ImportWarnings.OfDropped(manifest)];
        (manifest, IReadOnlyList<string> times) = ManifestTimes.Plausible(manifest, cloud.Now);
        var check = new ImageCheck(cloud, disk, folder);
        var members = new List<PlannedImport>();
        foreach (ExportedMember member in manifest.Members)
        {
            Image? whole = null;
            foreach (Image image in existing.Where(image => SnapSetImage.From(image)?.Name == member.Name && image.IsReady))
            {
                whole ??= request.SkipVerify
                    || (ImageCheck.IsComparable(image) && await check.ReasonAsync(image, member, stop) is null) ? image : null;
            }

            members.Add(new PlannedImport(member, whole));
        }

        (PlannedBlueprintImport? planned, IReadOnlyList<BlueprintImage> stale) = await new BlueprintImport(cloud, activity)
            .PlanAsync(blueprint, id, fingerprint, existing.Count > 0, stop);
        var plan = new ImportSnapSetPlan
        {
            Manifest = manifest,
            Fingerprint = fingerprint,
            Folder = folder,
            Id = id,
            SkipVerify = request.SkipVerify,
            Warnings = [.. unusable is null ? [] : new[] { unusable }, .. times, .. dropped, .. leftovers.Select(left => ImportWarnings.OfLeftover(left, manifest.Id))],
            IsResumed = existing.Count > 0,
            Members = members,
            Blueprint = planned,
            Stale = [.. existing.Where(image => members.All(member => member.Existing != image)), .. stale.Select(one => one.Image)],
        };
        return plan with { ThrottleLimit = await CheckQuotaAsync(plan, request.ThrottleLimit, activity, stop) };
    }

    /// <summary>Sizes only: the hashes are compared while the files are read for the upload.</summary>
    private async Task CheckFilesAsync(string folder, ExportManifest manifest, CancellationToken stop)
    {
        var violations = new List<string>();
        foreach (ExportedMember member in manifest.Members)
        {
            if (await ExportCheck.ReasonAsync(disk, folder, member, withHash: false, stop) is { } reason)
            {
                violations.Add($"{member.Name}: {reason}");
            }
        }

        if (violations.Count > 0)
        {
            throw new ViolationsException("ExportFilesInvalid", folder, violations)
            {
                Hint = "Export the set again to the same folder to repair it.",
            };
        }
    }

    private async Task<(string Id, IReadOnlyList<Image> Images, IReadOnlyList<string> Leftovers)> FindExistingAsync(
        ExportManifest manifest, string fingerprint, bool newId, CancellationToken stop)
    {
        IReadOnlyList<Image>[] lists = await Task.WhenAll(
            OwnImages.ListAsync(cloud, [new(PortableProperties.ImportKey, fingerprint)], stop),
            OwnImages.ListAsync(cloud, [SnapSetProperties.OfSet(manifest.Id)], stop),
            OwnImages.ListAsync(cloud, [new("tag", SnapSetTags.AnySet), new("tag", $"snap_id={manifest.Id}")], stop));
        // The database may compare case-insensitively.
        SnapSetImage[][] sets = [.. lists.SelectMany(list => list)
            .DistinctBy(image => image.Id)
            .Select(SnapSetImage.From).OfType<SnapSetImage>()
            .GroupBy(image => image.SnapId).Select(set => set.ToArray())];
        SnapSetImage[]? found = newId
            ? sets.FirstOrDefault(set => set[0].SnapId != manifest.Id && IsUnfinished(set))
            : sets.FirstOrDefault(set => set[0].SnapId == manifest.Id);
        string[] leftovers = [.. sets.Where(set => set != found && IsLeftover(set)).Select(set => set[0].SnapId)
            .Order(StringComparer.Ordinal)];
        if (found is null)
        {
            return (newId ? SnapSetId.Create() : manifest.Id, [], leftovers);
        }

        return IsUnfinished(found)
            ? (found[0].SnapId, [.. found.Select(image => image.Image)], leftovers)
            : throw new HotstackException(
                ErrorCause.AlreadyExists, "SnapSetExists",
                    $"SnapSet '{manifest.Id}' already exists in this project of cloud '{cloud.Name}'.")
            {
                Target = manifest.Id,
                Hint = "Use -NewId to import a copy, or remove the existing set first.",
            };

        bool IsUnfinished(SnapSetImage[] set) =>
            set.All(image => image.ImportedFrom == fingerprint) && IsNotWhole(set);

        // From this export, or from another one of the same set.
        bool IsLeftover(SnapSetImage[] set) =>
            set.All(image => image.ImportedFrom is not null) && IsNotWhole(set);

        bool IsNotWhole(SnapSetImage[] set) =>
            set.Length != manifest.Members.Count || set.Any(image => !image.Image.IsReady || !image.ToMember().IsTagged);
    }

    /// <returns>The number of concurrent uploads allowed.</returns>
    private async Task<int> CheckQuotaAsync(ImportSnapSetPlan plan, int throttleLimit, IActivity activity, CancellationToken stop)
    {
        ImageQuota quota = await OptionalAnswer.AskAsync(
            () => cloud.Images.GetQuotaAsync(stop), "The quota of images is not checked beforehand", activity, isMissingUsual: true)
             ?? new ImageQuota();
        long bytes = plan.Missing.Total(member => member.Member.Size);
        if (quota.BytesLeft < bytes - plan.Stale.Total(image => image.Size))
        {
            throw Exceeded($"it needs {ByteText.Of(bytes)}, and the project may store {ByteText.Of(quota.BytesLeft.Value)} more");
        }

        if (quota.ImagesLeft < plan.Missing.Count - plan.Stale.Count)
        {
            throw Exceeded($"it needs {CountText.Of(plan.Missing.Count, "image")}, and the project may have {quota.ImagesLeft} more");
        }

        return (int)Math.Clamp(quota.UploadsLeft ?? throttleLimit, 1, throttleLimit);

        HotstackException Exceeded(string reason) =>
            new(ErrorCause.QuotaExceeded, "QuotaExceeded", $"SnapSet {plan.Id} does not fit into the project's quota: {reason}.")
            {
                Target = plan.Id,
                Hint = "Delete images that are no longer needed, or ask for a larger quota.",
            };
    }

    /// <summary>The warnings of an import: what it leaves out, and remains of earlier imports.</summary>
    private static class ImportWarnings
    {
        /// <summary>One sentence on properties that do not move and tags that would put an image into another set, or none.</summary>
        public static IEnumerable<string> OfDropped(ExportManifest manifest)
        {
            string[] names =
            [
                .. manifest.Members.SelectMany(member => PortableProperties.LeftBehind(member.Properties)),
                .. manifest.Members.SelectMany(
                    member => member.Tags.Where(tag => SnapSetTags.IsReserved(tag) && !OwnTags(manifest, member).Contains(tag))
                    .Select(tag => $"tag {tag}")),
            ];
            if (names.Length > 0)
            {
                yield return $"Properties and tags that do not move between clouds are left out: {PlainText.List(names)}.";
            }
        }

        public static string OfLeftover(string id, string exportedId) =>
            $"SnapSet {id} is left from an unfinished import and uses space. "
                + $"Run Remove-HotstackSnapSet {CommandArgument.OfPattern(id)} to delete it"
            + (id == exportedId ? ", or import without -NewId to complete it." : ".");

        private static IReadOnlyList<string> OwnTags(ExportManifest manifest, ExportedMember member) =>
            new SnapSetTags(member.Name, member.Role, manifest.Id, member.MacAddresses.Count > 0 ? member.MacAddresses[0] : null).ToList();
    }
}
