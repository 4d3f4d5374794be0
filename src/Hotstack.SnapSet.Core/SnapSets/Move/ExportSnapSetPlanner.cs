using Hotstack.Configuration;
using Hotstack.OpenStack;
using Hotstack.OpenStack.Imaging;
using Hotstack.SnapSets.Find;
using Hotstack.SnapSets.Marks;

namespace Hotstack.SnapSets.Move;

/// <summary>Checks whether a set can be exported, and what an earlier run already fetched.</summary>
internal sealed class ExportSnapSetPlanner(Cloud cloud, ExportDisk disk)
{
    /// <exception cref="HotstackException"><c>SnapSetNotFound</c>, <c>ProjectMismatch</c>, <c>SnapSetIncomplete</c>, <c>VolumesNotExportable</c>,
    /// <c>ImageDataMissing</c>, <c>ExportFolderTaken</c>, <c>DiskFull</c>, <c>FileTooLarge</c>.</exception>
    public async Task<ExportSnapSetPlan> PlanAsync(ExportSnapSetRequest request, IActivity activity, CancellationToken stop)
    {
        SnapSet set = await new GetSnapSets(cloud).GetAsync(request.Id, stop);
        if (!set.IsUsable)
        {
            throw new HotstackException(
                ErrorCause.Conflict, "SnapSetIncomplete", $"SnapSet {set.Id} is incomplete: {string.Join("; ", set.Problems)}.")
            {
                Target = set.Id,
                Hint = "Complete the set with New-HotstackSnapSet -Resume, and export it again.",
            };
        }

        Image[] images = await Fanout.SelectAsync(
            set.Members,
            async (member, token) => await cloud.Images.FindAsync(member.ImageId, token)
                ?? throw new HotstackException(ErrorCause.NotFound, "ImageNotFound", $"{member.Name}: image {member.ImageId} is deleted.")
                    { Target = member.ImageId },
            stop);
        IReadOnlyList<string>[] volumes = [.. images.Select(DataVolumesOf)];
        RefuseVolumes(set, images, volumes, request.SkipVolumes);
        RefuseWithoutData(set, images);
        RefuseUnverifiable(set, images, request.SkipVerify);
        IReadOnlyList<string> files = ExportFiles.NamesFor(set.Members.Zip(images, (m, i) => (m.Name, i.DiskFormat ?? "raw")));
        var plan = new ExportSnapSetPlan
        {
            Set = set,
            Folder = Path.Combine(Path.GetFullPath(request.Path), ExportFiles.FolderName(set.Id)),
            Members = [.. set.Members.Select((member, i) => new PlannedExport(member, images[i], files[i], volumes[i]))],
            Warnings = [.. WarningsOf(set, images, volumes)],
        };
        RefuseLinks(plan);
        plan = plan with { ManifestWrittenAt = File.GetLastWriteTimeUtc(plan.ManifestPath) };
        if (await FinishedAsync(plan, request.Verify, activity, stop) is { } finished)
        {
            plan = plan with { IsFinished = true, Renewed = ExportTexts.Renewed(plan, finished) };
        }

        CheckSpace(plan);
        return plan;
    }

    /// <summary>As volumes of a member are recorded: <c>hotstack_volume_0=snapshot=…,device=/dev/vdb,size=20,resource=…</c>.</summary>
    private static string[] DataVolumesOf(Image image) => [.. VolumeProperties.TextsOf(image.Properties)];

    private static void RefuseVolumes(SnapSet set, Image[] images, IReadOnlyList<string>[] volumes, bool skipVolumes)
    {
        string[] backed = [.. set.Members.Where((_, i) => SnapSetImage.VolumeSnapshotsOf(images[i]).Count > 0).Select(m => m.Name)];
        string[] attached = [.. set.Members.Where((_, i) => volumes[i].Count > 0 && !backed.Contains(set.Members[i].Name))
            .Select(m => m.Name)];
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
            $"SnapSet {set.Id} cannot be exported completely: {string.Join("; ", reasons)}, whose data is in Cinder and not in the images.")
        {
            Target = set.Id,
            Hint = backed.Length > 0
                ? "Move these volumes with Cinder (backup, transfer): members that boot from volumes cannot be exported."
                : "Use -SkipVolumes to export the images without the data volumes.",
        };
    }

    private static void RefuseWithoutData(SnapSet set, Image[] images)
    {
        string[] empty = [.. set.Members.Where((_, i) => images[i] is { Size: 0, IsSizeKnown: true })
            .Select(m => $"{m.Name} ({m.ImageId})")];
        if (empty.Length > 0)
        {
            throw new HotstackException(
                ErrorCause.Conflict, "ImageDataMissing",
                    $"SnapSet {set.Id} cannot be exported: the images of {string.Join(", ", empty)} hold no data.")
            {
                Target = set.Id,
                Hint = "Make a new set with New-HotstackSnapSet.",
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
                yield return $"{set.Members[i].Name}: Glance reports no hash of image {images[i].Id} that can be checked, "
                    + (images[i].IsSizeKnown ? "so only its size was checked." : "nor its size: its data is unverified.");
            }
        }

        if (!SnapSetId.IsRegular(set.Id))
        {
            yield return $"Import-HotstackSnapSet refuses the set's id: "
                + "it takes 1 to 64 of the characters A-Z, a-z, 0-9, '_', '.' and '-'.";
        }

        string[] left = [.. images.SelectMany(image => PortableProperties.LeftBehind(image.Properties))
            .Concat(images.SelectMany(image => image.Tags.Where(tag => !ExportedMember.MayBeTag(tag)).Select(tag => $"tag {tag}")))];
        if (left.Length > 0)
        {
            yield return $"Image properties that are valid only in their own cloud are left out: {PlainText.List(left)}.";
        }

        if (set.State == SnapSetState.Unverified)
        {
            yield return "The number of members was not recorded, so it is unknown whether all are here.";
        }
    }

    /// <summary>The manifest, if the folder holds a complete export of this set; null otherwise.</summary>
    public async Task<ExportManifest?> FinishedAsync(ExportSnapSetPlan plan, bool verify, IActivity activity, CancellationToken stop)
    {
        if (!File.Exists(plan.ManifestPath))
        {
            return null;
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
            throw Taken(plan, $"it holds an export of SnapSet {manifest.Id}");
        }

        foreach (PlannedExport member in plan.Members)
        {
            ExportedMember? exported = manifest.Members.FirstOrDefault(m => m.Name == member.Member.Name);
            string? reason = exported?.ImageId != member.Image.Id || exported.File != member.File ? "another image is recorded"
                : await ExportCheck.ReasonAsync(disk, plan.Folder, exported, verify, stop);
            if (reason is not null)
            {
                activity.Warning($"{plan.Folder} is no longer complete: {member.Member.Name}: {reason}. The image is fetched again.");
                return null;
            }
        }

        return manifest.Members.Count == plan.Members.Count && BlueprintExport.IsThere(plan, manifest.Blueprint) ? manifest : null;
    }

    /// <summary>Refuses links, through which data ends up elsewhere and which others may have placed.</summary>
    private static void RefuseLinks(ExportSnapSetPlan plan)
    {
        IEnumerable<string> files = plan.Members.Select(member => Path.Combine(plan.Folder, member.File))
            .Append(plan.ManifestPath).Append(BlueprintExport.PathIn(plan.Folder));
        string[] all = [.. files.SelectMany(file => new[] { file, file + ExportFiles.PartSuffix }),
            Path.Combine(plan.Folder, ExportFiles.LockName)];
        foreach (string path in all.Prepend(plan.Folder))
        {
            if (ExportDisk.Guard(path, () => new FileInfo(path).LinkTarget) is { } target)
            {
                throw Taken(plan, $"{path} is a link to {target}, and an export must stay in its folder");
            }

            if (path != plan.Folder && FileFacts.OfPath(path, follow: false) is { Kind: not FileKind.Regular } facts)
            {
                throw Taken(plan, $"{path} is {facts.KindText}, not a file");
            }
        }
    }

    private void CheckSpace(ExportSnapSetPlan plan)
    {
        if (!plan.IsFinished && disk.LargestFile(plan.Folder) is { } largest)
        {
            string[] tooLarge = [.. plan.Members.Where(member => member.Image.Size > largest).Select(member => member.Member.Name)];
            if (tooLarge.Length > 0)
            {
                throw ExportDisk.TooLarge(
                    plan.Folder,
                    $"SnapSet {plan.Set.Id} cannot be written to {plan.Folder}: files there "
                        + $"are limited to {ByteText.Of(largest)}, and those of {string.Join(", ", tooLarge)} are larger.");
            }
        }

        long needed = plan.IsFinished ? 0 : plan.Members.Total(member => member.Image.Size - Existing(plan, member));
        if (needed > 0 && disk.FreeSpace(plan.Folder) is { } free && free < needed)
        {
            throw ExportDisk.Full(
                plan.Folder,
                $"SnapSet {plan.Set.Id} does not fit: "
                    + $"it needs {ByteText.Of(needed)} more, and {plan.Folder} has {ByteText.Of(free)} free.");
        }
    }

    private static long Existing(ExportSnapSetPlan plan, PlannedExport member)
    {
        var whole = new FileInfo(Path.Combine(plan.Folder, member.File));
        var part = new FileInfo(whole.FullName + ExportFiles.PartSuffix);
        return whole.Exists ? whole.Length : part.Exists ? part.Length : 0;
    }

    private static HotstackException Taken(ExportSnapSetPlan plan, string reason) => ExportFolder.Taken(plan.Folder, reason);
}

/// <summary>An export whose checks have passed.</summary>
internal sealed record ExportSnapSetPlan
{
    public required SnapSet Set { get; init; }

    public required string Folder { get; init; }

    public required IReadOnlyList<PlannedExport> Members { get; init; }

    public required IReadOnlyList<string> Warnings { get; init; }

    /// <summary>The export is already complete.</summary>
    public bool IsFinished { get; init; }

    /// <summary>The manifest to write instead of that of a complete export, whose texts are no longer the set's; null if they are.</summary>
    public ExportManifest? Renewed { get; init; }

    /// <summary>When the existing manifest was written; the minimum for none.</summary>
    public DateTime ManifestWrittenAt { get; init; }

    public string ManifestPath => Path.Combine(Folder, ExportManifest.FileName);

    public long Size => Members.Total(member => member.Image.Size);
}

/// <param name="Member">The member of the set.</param>
/// <param name="Image">Its image.</param>
/// <param name="File">The name of its file.</param>
/// <param name="SkippedVolumes">Its data volumes that are left out.</param>
internal sealed record PlannedExport(SnapSetMember Member, Image Image, string File, IReadOnlyList<string> SkippedVolumes);
