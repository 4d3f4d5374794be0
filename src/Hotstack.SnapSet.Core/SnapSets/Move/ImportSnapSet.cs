using System.Collections.Concurrent;
using Hotstack.OpenStack;
using Hotstack.OpenStack.Imaging;
using Hotstack.SnapSets.Marks;

namespace Hotstack.SnapSets.Move;

/// <summary>Makes a set from an export. The set becomes usable only when all images are complete.</summary>
public sealed class ImportSnapSet(Cloud cloud)
{
    /// <summary>The file system, for tests.</summary>
    internal ExportDisk Disk { get; init; } = new();

    /// <summary>Checks everything, asks for consent, uploads what is missing, verifies it, and tags all images at the end. A second run
    /// resumes: complete images are kept.</summary>
    /// <param name="request">Which export, and how.</param>
    /// <param name="activity">Receives each step.</param>
    /// <param name="confirm">Asked once, after all checks and before any change.</param>
    /// <param name="stop">Cancels; complete images are kept.</param>
    /// <returns>The set; null if the user did not consent.</returns>
    /// <exception cref="HotstackException"><c>ExportNotFound</c>, <c>ExportManifestInvalid</c>, <c>ExportVersionUnknown</c>,
    /// <c>ExportFilesInvalid</c>, <c>ExportAltered</c>, <c>SnapSetExists</c>, <c>QuotaExceeded</c>, <c>ImageDataDiffers</c>,
    /// <c>TagsLost</c> …</exception>
    public async Task<SnapSet?> RunAsync(
        ImportSnapSetRequest request, IActivity activity, Confirmation confirm, CancellationToken stop)
    {
        ImportSnapSetPlan plan = await new ImportSnapSetPlanner(cloud, Disk).PlanAsync(request, activity, stop);
        foreach (string warning in plan.Warnings)
        {
            activity.Warning(warning);
        }

        long bytes = plan.Missing.Total(member => member.Member.Size);
        string target = $"SnapSet {plan.Id} ({string.Join(", ", plan.Members)})";
        string action = $"Import {ByteText.Of(bytes)} from {plan.Folder} into cloud {cloud.Name}"
            + (plan.IsResumed
                ? $", resuming an earlier run: {plan.Members.Count - plan.Missing.Count} of {plan.Members.Count} images are complete" : "");
        if (!await confirm(target, action))
        {
            return null;
        }

        foreach (string warning in plan.Manifest.Warnings)
        {
            activity.Warning(warning);
        }

        var meter = new TransferMeter($"Importing SnapSet {plan.Id}", plan.Manifest.Members.Total(m => m.Size), activity, cloud.Time);
        try
        {
            return await RunAsync(plan, meter, activity, stop);
        }
        catch (HotstackException e)
        {
            throw e.With(Aftermath(plan), $"SnapSet {plan.Id} was not imported", plan.Id);
        }
        catch (OperationCanceledException)
        {
            activity.Warning($"SnapSet {plan.Id} was not imported. {Aftermath(plan)}");
            throw;
        }
        finally
        {
            meter.Complete();
        }
    }

    private async Task<SnapSet> RunAsync(ImportSnapSetPlan plan, TransferMeter meter, IActivity activity, CancellationToken stop)
    {
        await Fanout.ForEachAsync(plan.Stale, (image, token) => cloud.Images.DeleteAsync(image.Id, token), stop);
        var images = new ConcurrentDictionary<string, Image>(
            plan.Members.Where(m => m.Existing is not null).Select(m => KeyValuePair.Create(m.Member.Name, m.Existing!)));
        foreach (PlannedImport member in plan.Members.Where(m => m.Existing is not null))
        {
            activity.Verbose($"{member}: image {member.Existing!.Id} is already complete.");
            meter.Part(member.Member.Name, member.Member.Size).Skip(member.Member.Size);
        }

        // All images are created first, so that the set shows its number of members, and an image quota fails before any upload.
        await Fanout.ForEachAsync(
            plan.Missing,
            async (member, token) => images[member.Member.Name] =
                await cloud.Images.CreateAsync(plan.NewImageOf(member.Member), token),
            stop);

        await new ImportClaim(cloud, plan, activity).CheckAsync(images.Values, stop);
        var upload = new ImageUpload(cloud, plan, Disk, activity);
        await Transfers.RunAsync(
            plan.Missing, plan.ThrottleLimit, member => member.Member.Name,
            async (member, token) =>
            {
                Image image = await upload.RunAsync(
                    member.Member, images[member.Member.Name], meter.Part(member.Member.Name, member.Member.Size), token);
                images[member.Member.Name] = image;
                activity.Verbose($"{member}: image {image.Id} has the data of {member.Member.File}, {ByteText.Of(member.Member.Size)}.");
            },
            stop);
        BlueprintImage? blueprint = await new BlueprintImport(cloud, activity).RunAsync(plan, stop);
        return await new TagImport(cloud, plan, activity) { Blueprint = blueprint }.RunAsync(images, stop);
    }

    private static string Aftermath(ImportSnapSetPlan plan) =>
        $"Complete images were kept. "
            + $"Run the same command again to resume, or Remove-HotstackSnapSet {CommandArgument.OfPattern(plan.Id)} to delete them.";
}

/// <summary>Which export to import, and how.</summary>
public sealed record ImportSnapSetRequest
{
    /// <summary>The export's folder, or its manifest; absolute.</summary>
    public required string Path { get; init; }

    /// <summary>Give the set a new id, so that it can exist beside the original.</summary>
    public bool NewId { get; init; }

    /// <summary>Do not compare the stored data with the files.</summary>
    public bool SkipVerify { get; init; }

    /// <summary>The number of concurrent uploads.</summary>
    public int ThrottleLimit { get; init; } = ExportSnapSetRequest.DefaultThrottleLimit;
}

/// <summary>Keeps two imports of one set apart: the run that made an image first continues, the other one rolls back.</summary>
internal sealed class ImportClaim(Cloud cloud, ImportSnapSetPlan plan, IActivity activity)
{
    private static readonly TimeSpan CleanUpPatience = TimeSpan.FromSeconds(30);

    /// <param name="images">All our images: new ones, and those kept from an earlier run.</param>
    /// <param name="stop">Cancels the check.</param>
    /// <exception cref="HotstackException">Another run was first (<c>SnapSetExists</c>); our new images are deleted again.</exception>
    public async Task CheckAsync(IEnumerable<Image> images, CancellationToken stop)
    {
        Image[] ours = [.. images];
        Image[] listed =
        [
            .. (await OwnImages.ListAsync(cloud, [SnapSetProperties.OfSet(plan.Id)], stop))
                .Where(image => SnapSetImage.From(image)?.SnapId == plan.Id),
        ];
        Image[] others = [.. listed.Where(image => !ours.Concat(plan.Stale).Any(known => known.Id == image.Id))];
        // A starting run deletes unfinished images as leftovers.
        bool isGone = await IsAnyGoneAsync(ours.Where(image => listed.All(l => l.Id != image.Id)), stop);
        // Times are in whole seconds: a tagged image belongs to another run's finished set, whatever its time.
        bool isTaken = others.Any(image => SnapSetImage.From(image)!.ToMember().IsTagged);
        if (!isGone && !isTaken && (others.Length == 0 || First(ours) == First([.. ours, .. others])))
        {
            return;
        }

        Image[] made = [.. ours.Where(image => plan.Members.All(m => m.Existing?.Id != image.Id))];
        activity.Verbose($"Another run imports SnapSet {plan.Id}; deleting {CountText.Of(made.Length, "image")} of this run.");
        using var patience = new CancellationTokenSource(CleanUpPatience);
        await Fanout.ForEachAsync(made, (image, token) => cloud.Images.DeleteAsync(image.Id, token), patience.Token);
        throw new HotstackException(
            ErrorCause.AlreadyExists, "SnapSetExists",
            $"another run is importing it into this project of cloud '{cloud.Name}'. The images of this run were deleted.")
        {
            Target = plan.Id,
            Hint = "Wait for the other run. If it was interrupted, run the same command again to resume it.",
        };
    }

    /// <summary>A list may lag: an image is deleted only if a single read does not find it either.</summary>
    private async Task<bool> IsAnyGoneAsync(IEnumerable<Image> unlisted, CancellationToken stop) => (await Fanout.SelectAsync(
        unlisted, (image, token) => cloud.Images.FindAsync(image.Id, token), stop)).Any(image => image is null);

    /// <summary>Both runs see the same one as the first.</summary>
    private static string First(IEnumerable<Image> images) =>
        images.OrderBy(i => i.CreatedAt).ThenBy(i => i.Id, StringComparer.Ordinal).First().Id;
}
