using System.Collections.Concurrent;
using Hotstack.Deployments;
using Hotstack.OpenStack;
using Hotstack.OpenStack.Imaging;
using Hotstack.SnapSets.Find;
using Hotstack.SnapSets.Marks;

namespace Hotstack.SnapSets.Move;

/// <summary>Turns complete images into a visible set: writes the tags, and verifies that Glance keeps them.</summary>
internal sealed class TagImport(Cloud cloud, ImportSnapSetPlan plan, IActivity activity)
{
    private const int MaxRounds = 4;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<string, Image> _written = [];

    /// <summary>The image of the blueprint; null for none.</summary>
    public BlueprintImage? Blueprint { get; init; }

    /// <exception cref="HotstackException"><c>TagsLost</c>.</exception>
    public async Task<SnapSet> RunAsync(IReadOnlyDictionary<string, Image> images, CancellationToken stop)
    {
        // The images show whether a failed call did its work.
        HotstackException? failure = null;
        for (int round = 1; ; round++)
        {
            Image?[] now = await LookAsync(images, isWritten: round > 1 && failure is null, stop);
            (ExportedMember Member, Image? Image)[] open = [.. plan.Manifest.Members.Zip(now)
                .Where(pair => !IsSealed(pair.First, pair.Second))];
            if (open.Length == 0)
            {
                return SnapSetBuilder.Build(
                    [.. now.OfType<Image>().Select(SnapSetImage.From).OfType<SnapSetImage>()], KnownVolumeSnapshots.None, cloud.Now,
                        cloud.Name, cloud.Region, Blueprint is { } blueprint ? [blueprint] : []);
            }

            if (open.FirstOrDefault(pair => pair.Image is null).Member is { } gone)
            {
                throw new HotstackException(
                    ErrorCause.Conflict, "ImageNotFound",
                    $"{gone.Name}: image {images[gone.Name].Id} was complete, but is deleted: "
                        + "somebody deleted it, or imports the same set.")
                {
                    Target = images[gone.Name].Id,
                };
            }

            if (round > MaxRounds)
            {
                throw failure ?? new HotstackException(
                    ErrorCause.OperationFailed, "TagsLost",
                    $"Glance lost the tags of "
                        + $"{string.Join(", ", open.Select(pair => $"{pair.Member.Name} ({images[pair.Member.Name].Id})"))}.");
            }

            if (round > 1)
            {
                activity.Verbose($"Tags were lost on {string.Join(", ", open.Select(pair => pair.Member.Name))}; writing them again.");
                await Poll.PauseAsync(Pause, cloud.Time, stop);
            }

            // The controllers come last: upstream's search for the latest set starts from them.
            failure = null;
            try
            {
                await TagAsync(open.Where(pair => pair.Member.Role != Roles.Controller), stop);
                await TagAsync(open.Where(pair => pair.Member.Role == Roles.Controller), stop);
            }
            catch (HotstackException e)
            {
                failure = e;
            }
        }
    }

    /// <summary>The current images; the images of the last answers if Glance accepted all tags and then fails.</summary>
    private async Task<Image?[]> LookAsync(IReadOnlyDictionary<string, Image> images, bool isWritten, CancellationToken stop)
    {
        try
        {
            Image?[] read = await Fanout.SelectAsync(
                plan.Manifest.Members, (member, token) => cloud.Images.FindAsync(images[member.Name].Id, token), stop);
            return read.All(image => image is not null) ? read : await ListedAsync(images, read, stop);
        }
        catch (HotstackException e) when (isWritten && plan.Manifest.Members.All(m => _written.ContainsKey(images[m.Name].Id)))
        {
            activity.Warning($"The tags of SnapSet {plan.Id} were written, but could not be verified: {e.Message} "
                + $"Run Test-HotstackSnapSet {CommandArgument.OfPattern(plan.Id)} to check them.");
            return [.. plan.Manifest.Members.Select(m => _written[images[m.Name].Id])];
        }
    }

    /// <summary>Confirms a 404 by a list, because a misdirected proxy also answers 404.</summary>
    private async Task<Image?[]> ListedAsync(IReadOnlyDictionary<string, Image> images, Image?[] read, CancellationToken stop)
    {
        IReadOnlyList<Image> listed = await cloud.Images
            .ListAsync([new(PortableProperties.ImportKey, plan.Fingerprint)], stop);
        return [.. plan.Manifest.Members.Zip(read, (member, image) => image ?? listed.FirstOrDefault(l => l.Id == images[member.Name].Id))];
    }

    private Task TagAsync(IEnumerable<(ExportedMember Member, Image? Image)> members, CancellationToken stop) => Fanout.ForEachAsync(
        members,
        async (pair, token) => _written[pair.Image!.Id] =
            await cloud.Images.ReplaceTagsAsync(pair.Image!.Id, plan.TagsOf(pair.Member), LostMarks(pair.Image!), token),
        stop);

    private bool IsSealed(ExportedMember member, Image? image) =>
        image is not null && !LostMarks(image).Any() && plan.TagsOf(member).All(tag => image.Tags.Contains(tag, StringComparer.Ordinal));

    /// <summary>The properties to remove. A set without a recorded number of members must not look like one with it: without this property
    /// only its tags count. One whose earlier import began with a blueprint must not announce that if it has none.</summary>
    private IEnumerable<string> LostMarks(Image image) =>
    [
        .. !plan.Manifest.IsCounted && image.Properties.ContainsKey(SnapSetProperties.AnySet.Key)
            ? [SnapSetProperties.AnySet.Key] : Array.Empty<string>(),
        .. Blueprint is null && BlueprintImage.IsAnnounced(image.Properties) ? [BlueprintImage.MarkKey] : Array.Empty<string>(),
    ];
}
