using System.Collections.Concurrent;
using Hotstack.Http;
using Hotstack.OpenStack;
using Hotstack.OpenStack.Imaging;

namespace Hotstack.SnapSets.Move;

/// <summary>Makes a set of an export. Its images are found as a set that can be used only when all are whole.</summary>
public sealed class ImportSnapSet(Cloud cloud)
{
    /// <summary>The file system, for tests.</summary>
    internal ExportDisk Disk { get; init; } = new();

    /// <summary>Checks everything, asks, uploads what is not there yet, verifies it, and tags all images in the end. Done again
    /// after an interruption it goes on: images that are whole are kept.</summary>
    /// <param name="request">What export, and how.</param>
    /// <param name="activity">Told of each step.</param>
    /// <param name="confirm">Asked once, after all checks and before anything is made.</param>
    /// <param name="stop">Ends it; images that are whole are kept.</param>
    /// <returns>The set; null if the user did not consent.</returns>
    /// <exception cref="HotstackException"><c>ExportNotFound</c>, <c>ExportManifestInvalid</c>, <c>ExportVersionUnknown</c>,
    /// <c>ExportFilesInvalid</c>, <c>ExportAltered</c>, <c>SnapSetExists</c>, <c>QuotaExceeded</c>, <c>ImageDataDiffers</c>,
    /// <c>TagsLost</c> …</exception>
    public async Task<SnapSet?> RunAsync(
        ImportSnapSetRequest request, IActivity activity, Confirmation confirm, CancellationToken stop)
    {
        ImportPlan plan = await new ImportPlanning(cloud, Disk).PlanAsync(request, activity, stop);
        foreach (string warning in plan.Warnings)
        {
            activity.Warning(warning);
        }

        long bytes = plan.Missing.Total(member => member.Member.Size);
        string target = $"SnapSet {plan.Id} ({string.Join(", ", plan.Members)})";
        string action = $"Import {ByteText.Of(bytes)} from {plan.Folder} into cloud {cloud.Name}"
            + (plan.IsResumed ? $", going on with what an earlier run left: {plan.Members.Count - plan.Missing.Count} of {plan.Members.Count} images are whole" : "");
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

    private async Task<SnapSet> RunAsync(ImportPlan plan, TransferMeter meter, IActivity activity, CancellationToken stop)
    {
        await Fanout.ForEachAsync(plan.Stale, (image, token) => cloud.Images.DeleteAsync(image.Id, token), stop);
        var images = new ConcurrentDictionary<string, Image>(
            plan.Members.Where(m => m.Existing is not null).Select(m => KeyValuePair.Create(m.Member.Name, m.Existing!)));
        foreach (PlannedImport member in plan.Members.Where(m => m.Existing is not null))
        {
            activity.Verbose($"{member}: image {member.Existing!.Id} is whole already.");
            meter.Part(member.Member.Name, member.Member.Size).Skip(member.Member.Size);
        }

        // All at first, so that the set shows how many belong to it, and a quota of images is hit before any upload.
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
                activity.Verbose($"{member}: image {image.Id} holds what is in {member.Member.File}, {ByteText.Of(member.Member.Size)}.");
            },
            stop);
        return await new ImportSeal(cloud, plan, activity).RunAsync(images, stop);
    }

    private static string Aftermath(ImportPlan plan) =>
        $"Images that are whole were kept: run the import again to resume it. Remove-HotstackSnapSet {CommandArgument.OfPattern(plan.Id)} deletes them.";
}
