using Hotstack.Http;
using Hotstack.OpenStack;
using Hotstack.OpenStack.Imaging;
using Hotstack.SnapSets;

namespace Hotstack.Moving;

/// <summary>Makes images that are all whole into a set that can be found: the tags are put on, and stick.</summary>
internal sealed class ImportSeal(Cloud cloud, ImportPlan plan, IActivity activity)
{
    private const int MostRounds = 4;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    /// <exception cref="HotstackException"><c>TagsLost</c>.</exception>
    public async Task<SnapSet> RunAsync(IReadOnlyDictionary<string, Image> images, CancellationToken stop)
    {
        for (int round = 1; ; round++)
        {
            Image?[] now = await Fanout.SelectAsync(
                plan.Manifest.Members, (member, token) => cloud.Images.FindAsync(images[member.Name].Id, token), stop).ConfigureAwait(false);
            (ExportedMember Member, Image? Image)[] open = [.. plan.Manifest.Members.Zip(now).Where(pair => !IsSealed(pair.First, pair.Second))];
            if (open.Length == 0)
            {
                return await new FindSnapSets(cloud).GetAsync(plan.Id, stop).ConfigureAwait(false);
            }

            if (open.FirstOrDefault(pair => pair.Image is null).Member is { } gone)
            {
                throw new HotstackException(
                    ErrorCause.Conflict, "ImageNotFound",
                    $"{gone.Name}: image {images[gone.Name].Id} was whole, and is gone: somebody deleted it, or imports the same set.")
                {
                    Target = images[gone.Name].Id,
                };
            }

            if (round > MostRounds)
            {
                throw new HotstackException(
                    ErrorCause.OperationFailed, "TagsLost",
                    $"Glance does not keep the tags of {string.Join(", ", open.Select(pair => $"{pair.Member.Name} ({images[pair.Member.Name].Id})"))}.");
            }

            if (round > 1)
            {
                activity.Verbose($"Tags were lost on {string.Join(", ", open.Select(pair => pair.Member.Name))}; writing them again.");
                await Task.Delay(Pause, cloud.Time, stop).ConfigureAwait(false);
            }

            // The controllers last: upstream's search for the latest set starts from them.
            await TagAsync(open.Where(pair => pair.Member.Role != Roles.Controller), stop).ConfigureAwait(false);
            await TagAsync(open.Where(pair => pair.Member.Role == Roles.Controller), stop).ConfigureAwait(false);
        }
    }

    private Task TagAsync(IEnumerable<(ExportedMember Member, Image? Image)> members, CancellationToken stop) => Fanout.ForEachAsync(
        members,
        (pair, token) => LosesMark(pair.Image!)
            ? cloud.Images.ReplaceTagsAsync(pair.Image!.Id, plan.TagsOf(pair.Member), SnapSetProperties.AnySet.Key, token)
            : cloud.Images.ReplaceTagsAsync(pair.Image!.Id, plan.TagsOf(pair.Member), token),
        stop);

    private bool IsSealed(ExportedMember member, Image? image) =>
        image is not null && !LosesMark(image) && plan.TagsOf(member).All(tag => image.Tags.Contains(tag, StringComparer.Ordinal));

    /// <summary>A set whose members nobody has counted must not look counted: without this property it is by its tags alone.</summary>
    private bool LosesMark(Image image) => !plan.Manifest.IsCounted && image.Properties.ContainsKey(SnapSetProperties.AnySet.Key);
}
