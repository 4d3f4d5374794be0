using Hotstack.Configuration;
using Hotstack.OpenStack;
using Hotstack.OpenStack.Imaging;
using Hotstack.SnapSets.Find;
using Hotstack.SnapSets.Marks;

namespace Hotstack.SnapSets.Move;

/// <summary>Finds out whether a set can be exported, and what of it is there already.</summary>
internal sealed class ExportPlanning(Cloud cloud, ExportDisk disk)
{
    /// <exception cref="HotstackException"><c>SnapSetNotFound</c>, <c>ProjectMismatch</c>, <c>SnapSetIncomplete</c>, <c>VolumesNotExportable</c>,
    /// <c>ImageDataMissing</c>, <c>ExportFolderTaken</c>, <c>DiskFull</c>, <c>FileTooLarge</c>.</exception>
    public async Task<ExportPlan> PlanAsync(ExportSnapSetRequest request, IActivity activity, CancellationToken stop)
    {
        SnapSet set = await new FindSnapSets(cloud).GetAsync(request.Id, stop);
        if (!set.IsUsable)
        {
            throw new HotstackException(
                ErrorCause.Conflict, "SnapSetIncomplete", $"SnapSet {set.Id} is not complete: {string.Join("; ", set.Problems)}.")
            {
                Target = set.Id,
                Hint = "Only a whole set is exported. New-HotstackSnapSet -Resume may complete it.",
            };
        }

        Image[] images = await Fanout.SelectAsync(
            set.Members,
            async (member, token) => await cloud.Images.FindAsync(member.ImageId, token)
                ?? throw new HotstackException(ErrorCause.NotFound, "ImageNotFound", $"{member.Name}: image {member.ImageId} is gone.") { Target = member.ImageId },
            stop);
        IReadOnlyList<string>[] volumes = [.. images.Select(DataVolumesOf)];
        RefuseVolumes(set, images, volumes, request.SkipVolumes);
        RefuseWithoutData(set, images);
        RefuseUnverifiable(set, images, request.SkipVerify);
        IReadOnlyList<string> files = ExportFiles.NamesFor(set.Members.Zip(images, (m, i) => (m.Name, i.DiskFormat ?? "raw")));
        var plan = new ExportPlan
        {
            Set = set,
            Folder = Path.Combine(Path.GetFullPath(request.Path), ExportFiles.FolderName(set.Id)),
            Members = [.. set.Members.Select((member, i) => new PlannedExport(member, images[i], files[i], volumes[i]))],
            Warnings = [.. WarningsOf(set, images, volumes)],
        };
        RefuseLinks(plan);
        plan = plan with { ManifestWrittenAt = File.GetLastWriteTimeUtc(plan.ManifestPath) };
        plan = plan with { IsFinished = await IsFinishedAsync(plan, request.Verify, activity, stop) };
        CheckSpace(plan);
        return plan;
    }

    /// <summary>As volumes of a member are recorded: <c>hotstack_volume_0=snapshot=…,device=/dev/vdb,size=20,resource=…</c>.</summary>
    private static string[] DataVolumesOf(Image image) => [.. VolumeProperties.TextsOf(image.Properties)];

    private static void RefuseVolumes(SnapSet set, Image[] images, IReadOnlyList<string>[] volumes, bool skipVolumes)
    {
        string[] backed = [.. set.Members.Where((_, i) => SnapSetImage.VolumeSnapshotsOf(images[i]).Count > 0).Select(m => m.Name)];
        string[] attached = [.. set.Members.Where((_, i) => volumes[i].Count > 0 && !backed.Contains(set.Members[i].Name)).Select(m => m.Name)];
        if (backed.Length == 0 && (attached.Length == 0 || skipVolumes))
        {
            return;
        }

        string[] reasons =
        [
            .. backed.Length > 0 ? [$"{string.Join(", ", backed)} boot from volumes"] : Array.Empty<string>(),
            .. attached.Length > 0 ? [$"data volumes are attached to {string.Join(", ", attached)}"] : Array.Empty<string>(),
        ];
        throw new HotstackException(
            ErrorCause.InputInvalid, "VolumesNotExportable",
            $"SnapSet {set.Id} cannot be exported whole: {string.Join("; ", reasons)}, whose data is in Cinder and not in the images.")
        {
            Target = set.Id,
            Hint = backed.Length > 0
                ? "Members that boot from volumes cannot be exported. Move their volumes by Cinder's own means (backup, transfer)."
                : "-SkipVolumes leaves the data volumes out, and exports the images alone.",
        };
    }

    private static void RefuseWithoutData(SnapSet set, Image[] images)
    {
        string[] empty = [.. set.Members.Where((_, i) => images[i] is { Size: 0, IsSizeKnown: true }).Select(m => $"{m.Name} ({m.ImageId})")];
        if (empty.Length > 0)
        {
            throw new HotstackException(
                ErrorCause.Conflict, "ImageDataMissing", $"SnapSet {set.Id} cannot be exported: there is no data in the images of {string.Join(", ", empty)}.")
            {
                Target = set.Id,
                Hint = "Such a set is of no use to anybody: make it anew with New-HotstackSnapSet.",
            };
        }
    }

    private static void RefuseUnverifiable(SnapSet set, Image[] images, bool skipVerify)
    {
        for (int i = 0; i < images.Length && !skipVerify; i++)
        {
            if (!ImageCheck.IsComparable(images[i]))
            {
                throw ImageCheck.Unverifiable(set.Members[i].Name, images[i]);
            }
        }
    }

    private static IEnumerable<string> WarningsOf(SnapSet set, Image[] images, IReadOnlyList<string>[] volumes)
    {
        for (int i = 0; i < images.Length; i++)
        {
            if (volumes[i].Count > 0)
            {
                yield return $"{set.Members[i].Name}: its {volumes[i].Count} data volumes are not in the export.";
            }

            if (ImageChecksum.Of(images[i]) is null)
            {
                yield return $"{set.Members[i].Name}: Glance tells no hash of image {images[i].Id} that can be checked, "
                    + (images[i].IsSizeKnown ? "so only its size was." : "nor its size: it was taken as it came.");
            }
        }

        if (!SnapSetId.IsRegular(set.Id))
        {
            yield return $"Import-HotstackSnapSet refuses the set's id: it allows 1 to 64 of the characters A-Z, a-z, 0-9, '_', '.' and '-'.";
        }

        string[] left = [.. images.SelectMany(image => PortableProperties.LeftBehind(image.Properties))
            .Concat(images.SelectMany(image => image.Tags.Where(tag => !ExportedMember.MayBeTag(tag)).Select(tag => $"tag {tag}")))];
        if (left.Length > 0)
        {
            yield return $"Image properties that have a meaning only in their own cloud do not move: {PlainText.List(left)}.";
        }

        if (set.State == SnapSetState.Unverified)
        {
            yield return "The set's maker did not record how many members belong to it, so nobody knows whether all are here.";
        }
    }

    /// <summary>Whether the folder holds this set, whole.</summary>
    public async Task<bool> IsFinishedAsync(ExportPlan plan, bool verify, IActivity activity, CancellationToken stop)
    {
        if (!File.Exists(plan.ManifestPath))
        {
            return false;
        }

        ExportManifest manifest;
        try
        {
            manifest = ManifestFile.Read(plan.ManifestPath, plan.Set.Id);
        }
        catch (HotstackException e) when (e.Id is ManifestFile.InvalidId or ManifestFile.NewerId)
        {
            throw Taken(plan, DisplayText.OfProse(e.Message).ToString().TrimEnd('.'));
        }

        if (manifest.Id != plan.Set.Id)
        {
            throw Taken(plan, $"it holds the export of SnapSet {manifest.Id}");
        }

        foreach (PlannedExport member in plan.Members)
        {
            ExportedMember? exported = manifest.Members.FirstOrDefault(m => m.Name == member.Member.Name);
            string? reason = exported?.ImageId != member.Image.Id || exported.File != member.File ? "another image is recorded"
                : await ExportCheck.ReasonAsync(disk, plan.Folder, exported, verify, stop);
            if (reason is not null)
            {
                activity.Warning($"{plan.Folder} is not whole any more: {member.Member.Name}: {reason}. It is fetched again.");
                return false;
            }
        }

        return manifest.Members.Count == plan.Members.Count;
    }

    /// <summary>What is written through a link ends up elsewhere, and whoever else may write into the folder can make one.</summary>
    private static void RefuseLinks(ExportPlan plan)
    {
        IEnumerable<string> files = plan.Members.Select(member => Path.Combine(plan.Folder, member.File)).Append(plan.ManifestPath);
        string[] all = [.. files.SelectMany(file => new[] { file, file + ExportFiles.PartSuffix }), Path.Combine(plan.Folder, ExportFiles.LockName)];
        foreach (string path in all.Prepend(plan.Folder))
        {
            if (ExportDisk.Guard(path, () => new FileInfo(path).LinkTarget) is { } target)
            {
                throw Taken(plan, $"{path} is a link to {target}, and what is exported has to stay in its folder");
            }

            if (path != plan.Folder && FileFacts.OfPath(path, follow: false) is { Kind: not FileKind.Regular } facts)
            {
                throw Taken(plan, $"{path} is {facts.KindText}, not a file");
            }
        }
    }

    private void CheckSpace(ExportPlan plan)
    {
        if (!plan.IsFinished && disk.LargestFile(plan.Folder) is { } largest)
        {
            string[] tooLarge = [.. plan.Members.Where(member => member.Image.Size > largest).Select(member => member.Member.Name)];
            if (tooLarge.Length > 0)
            {
                throw ExportDisk.TooLarge(
                    plan.Folder,
                    $"SnapSet {plan.Set.Id} cannot be written to {plan.Folder}: no file there may be larger than {ByteText.Of(largest)}, and those of {string.Join(", ", tooLarge)} are.");
            }
        }

        long needed = plan.IsFinished ? 0 : plan.Members.Total(member => member.Image.Size - Existing(plan, member));
        if (needed > 0 && disk.FreeSpace(plan.Folder) is { } free && free < needed)
        {
            throw ExportDisk.Full(
                plan.Folder,
                $"SnapSet {plan.Set.Id} does not fit: {ByteText.Of(needed)} are still to be fetched, and {ByteText.Of(free)} are free at {plan.Folder}.");
        }
    }

    private static long Existing(ExportPlan plan, PlannedExport member)
    {
        var whole = new FileInfo(Path.Combine(plan.Folder, member.File));
        var part = new FileInfo(whole.FullName + ExportFiles.PartSuffix);
        return whole.Exists ? whole.Length : part.Exists ? part.Length : 0;
    }

    private static HotstackException Taken(ExportPlan plan, string reason) => ExportFolder.Taken(plan.Folder, reason);
}

/// <summary>An export that can be made: everything that could be checked beforehand has been.</summary>
internal sealed record ExportPlan
{
    public required SnapSet Set { get; init; }

    public required string Folder { get; init; }

    public required IReadOnlyList<PlannedExport> Members { get; init; }

    public required IReadOnlyList<string> Warnings { get; init; }

    /// <summary>It is there already, whole.</summary>
    public bool IsFinished { get; init; }

    /// <summary>When the manifest that was looked at was written; long ago for none.</summary>
    public DateTime ManifestWrittenAt { get; init; }

    public string ManifestPath => Path.Combine(Folder, ExportManifest.FileName);

    public long Size => Members.Total(member => member.Image.Size);
}

/// <param name="Member">The member of the set.</param>
/// <param name="Image">Its image.</param>
/// <param name="File">The name of its file.</param>
/// <param name="SkippedVolumes">Its data volumes, which are left out.</param>
internal sealed record PlannedExport(SnapSetMember Member, Image Image, string File, IReadOnlyList<string> SkippedVolumes);
