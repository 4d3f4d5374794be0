using System.Collections.Concurrent;
using Hotstack.OpenStack;

namespace Hotstack.SnapSets.Move;

/// <summary>Writes a set to a folder: one file for each image, and last the manifest, which marks the export as complete.</summary>
public sealed class ExportSnapSet(Cloud cloud)
{
    /// <summary>The file system, for tests.</summary>
    internal ExportDisk Disk { get; init; } = new();

    /// <summary>Checks everything, asks for consent, fetches what is missing, and verifies it. A second run resumes an interrupted export;
    /// for a complete one it compares sizes (and, on request, hashes), and writes texts that were changed since into the manifest.</summary>
    /// <param name="request">Which set, and where to.</param>
    /// <param name="activity">Receives each step.</param>
    /// <param name="confirm">Asked once, before any write; not asked if nothing is missing.</param>
    /// <param name="stop">Cancels; fetched data is kept.</param>
    /// <returns>The export; null if the user did not consent.</returns>
    /// <exception cref="HotstackException"><c>SnapSetNotFound</c>, <c>ProjectMismatch</c>, <c>SnapSetIncomplete</c>, <c>VolumesNotExportable</c>,
    /// <c>ImageDataMissing</c>, <c>ExportFolderTaken</c>, <c>ExportFolderBusy</c>, <c>DiskFull</c>, <c>ExportFileFailed</c>, <c>ImageDataCorrupt</c> …</exception>
    public async Task<SnapSetExport?> RunAsync(
        ExportSnapSetRequest request, IActivity activity, Confirmation confirm, CancellationToken stop)
    {
        long begun = cloud.Time.GetTimestamp();
        ExportSnapSetPlan plan = await new ExportSnapSetPlanner(cloud, Disk).PlanAsync(request, activity, stop);
        if (plan.Renewed is { } renewed)
        {
            return await RenewAsync(plan, renewed, activity, confirm) ? Result(plan, 0, begun) : null;
        }

        if (plan.IsFinished)
        {
            activity.Verbose($"{plan.Folder} already holds SnapSet {plan.Set.Id}.");
            return Result(plan, 0, begun);
        }

        string what = $"SnapSet {plan.Set.Id} ({string.Join(", ", plan.Set.Members)}; {ByteText.Of(plan.Size)})";
        if (!await confirm(what, $"Export to {plan.Folder}"))
        {
            return null;
        }

        foreach (string warning in plan.Warnings)
        {
            activity.Warning(warning);
        }

        (plan, long fetched) = await FetchAsync(plan, request, activity, stop);
        return Result(plan, fetched, begun);
    }

    /// <summary>Writes the manifest of a complete export again, with the set's present texts.</summary>
    /// <returns>Whether the user consented.</returns>
    private static async Task<bool> RenewAsync(ExportSnapSetPlan plan, ExportManifest renewed, IActivity activity, Confirmation confirm)
    {
        if (!await confirm($"SnapSet {plan.Set.Id}", $"Write its present description, labels and properties to {plan.ManifestPath}"))
        {
            return false;
        }

        ExportFolder.Prepare(plan.Folder, activity);
        using IDisposable alone = ExportDisk.Lock(plan.Folder);
        ExportDisk.WriteWhole(plan.ManifestPath, ManifestFile.Write(renewed));
        activity.Verbose($"{plan.Folder} already holds the images of SnapSet {plan.Set.Id}; the manifest was written again.");
        return true;
    }

    private async Task<(ExportSnapSetPlan Plan, long Fetched)> FetchAsync(
        ExportSnapSetPlan plan, ExportSnapSetRequest request, IActivity activity, CancellationToken stop)
    {
        ExportFolder.Prepare(plan.Folder, activity);
        using IDisposable alone = ExportDisk.Lock(plan.Folder);
        if (File.GetLastWriteTimeUtc(plan.ManifestPath) != plan.ManifestWrittenAt
            && await new ExportSnapSetPlanner(cloud, Disk).FinishedAsync(plan, request.Verify, activity, stop) is { } finished
            && ExportTexts.Renewed(plan, finished) is null)
        {
            activity.Verbose($"Another run exported SnapSet {plan.Set.Id} to {plan.Folder} meanwhile.");
            return (plan, 0);
        }

        // An incomplete export must not look complete.
        ExportDisk.Guard(plan.ManifestPath, () =>
        {
            File.Delete(plan.ManifestPath);
            return true;
        });
        var meter = new TransferMeter($"Exporting SnapSet {plan.Set.Id}", plan.Size, activity, cloud.Time);
        var hashes = new ConcurrentDictionary<string, ImageChecksum>();
        try
        {
            await Transfers.RunAsync(
                plan.Members, request.ThrottleLimit, member => member.Member.Name,
                async (member, token) =>
                {
                    hashes[member.Member.Name] = await new ImageDownload(cloud, Disk, activity).RunAsync(
                        member.Image, Path.Combine(plan.Folder, member.File), meter.Part(member.Member.Name, member.Image.Size), token);
                    activity.Verbose($"{member.Member.Name}: image {member.Image.Id}, {ByteText.Of(member.Image.Size)}, is in {member.File}.");
                },
                stop);
            (ExportedBlueprint? blueprint, string? warning) = await BlueprintExport.WriteAsync(cloud, plan, activity, stop);
            plan = warning is null ? plan : plan with { Warnings = [.. plan.Warnings, warning] };
            ExportDisk.WriteWhole(plan.ManifestPath, ManifestFile.Write(Manifest(plan, hashes) with { Blueprint = blueprint }));
            return (plan, meter.Moved);
        }
        catch (HotstackException e)
        {
            throw e.With(
                $"The fetched data is in {plan.Folder}. Run the same command again to resume.",
                $"SnapSet {plan.Set.Id} was not exported", plan.Set.Id);
        }
        catch (OperationCanceledException)
        {
            activity.Warning(
                $"SnapSet {plan.Set.Id} was not exported. The fetched data is in {plan.Folder}. Run the same command again to resume.");
            throw;
        }
        finally
        {
            meter.Complete();
        }
    }

    private ExportManifest Manifest(ExportSnapSetPlan plan, ConcurrentDictionary<string, ImageChecksum> hashes) => new()
    {
        Version = ExportManifest.CurrentVersion,
        Id = plan.Set.Id,
        CreatedAt = plan.Set.CreatedAt,
        ExportedAt = cloud.Now,
        IsCounted = plan.Set.State != SnapSetState.Unverified,
        StackName = ExportTexts.Plain(plan.Set.StackName),
        Scenario = ExportTexts.Plain(plan.Set.Scenario),
        Warnings = plan.Warnings,
        Members = [.. plan.Members.Select(planned => new ExportedMember
        {
            Name = planned.Member.Name,
            Role = planned.Member.Role,
            MacAddresses = planned.Member.MacAddresses,
            SourceId = planned.Member.SourceId,
            File = planned.File,
            Size = new FileInfo(Path.Combine(plan.Folder, planned.File)).Length,
            HashAlgorithm = hashes[planned.Member.Name].Algorithm,
            Hash = hashes[planned.Member.Name].Value,
            ImageId = planned.Image.Id,
            DiskFormat = planned.Image.DiskFormat ?? "raw",
            ContainerFormat = planned.Image.ContainerFormat ?? "bare",
            MinDisk = planned.Image.MinDisk,
            MinRam = planned.Image.MinRam,
            ImageCreatedAt = planned.Image.CreatedAt,
            Tags = ExportTexts.TagsOf(planned.Image),
            Properties = ExportTexts.PropertiesOf(planned.Image, plan.Set.Facts),
            SkippedVolumes = [.. planned.SkippedVolumes.Select(volume => ExportTexts.Plain(volume) ?? "")],
        })],
    };

    private SnapSetExport Result(ExportSnapSetPlan plan, long fetched, long begun) => new()
    {
        Id = plan.Set.Id,
        ProjectId = plan.Set.ProjectId,
        Path = plan.Folder,
        Members = [.. plan.Set.Members.Select(member => member.Name)],
        Size = plan.Size,
        Fetched = fetched,
        Duration = cloud.Time.GetElapsedTime(begun),
        Warnings = [.. plan.Warnings],
    };
}

/// <summary>Which set to export, and where to.</summary>
public sealed record ExportSnapSetRequest
{
    /// <summary>The default number of concurrent transfers.</summary>
    public const int DefaultThrottleLimit = 4;

    /// <summary>The set.</summary>
    public required SnapSetReference Id { get; init; }

    /// <summary>The parent of the set's folder; absolute.</summary>
    public required string Path { get; init; }

    /// <summary>Leave out data volumes, which are in Cinder; otherwise they are an error.</summary>
    public bool SkipVolumes { get; init; }

    /// <summary>Also compare the hashes of existing files.</summary>
    public bool Verify { get; init; }

    /// <summary>Accept images of which Glance reports neither size nor hash.</summary>
    public bool SkipVerify { get; init; }

    /// <summary>The number of concurrent downloads.</summary>
    public int ThrottleLimit { get; init; } = DefaultThrottleLimit;
}
