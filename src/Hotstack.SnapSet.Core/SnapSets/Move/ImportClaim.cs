using Hotstack.Http;
using Hotstack.OpenStack;
using Hotstack.OpenStack.Imaging;
using Hotstack.SnapSets.Marks;

namespace Hotstack.SnapSets.Move;

/// <summary>Keeps two imports of one set from mixing: whoever made an image first goes on, the other one takes its own back.</summary>
internal sealed class ImportClaim(Cloud cloud, ImportPlan plan, IActivity activity)
{
    private static readonly TimeSpan CleanUpPatience = TimeSpan.FromSeconds(30);

    /// <param name="images">Ours, all of them: made just now, or kept from an earlier run.</param>
    /// <param name="stop">Ends it.</param>
    /// <exception cref="HotstackException">Another run was first (<c>SnapSetExists</c>); what we made is deleted again.</exception>
    public async Task CheckAsync(IEnumerable<Image> images, CancellationToken stop)
    {
        Image[] ours = [.. images];
        Image[] listed =
        [
            .. (await SetImageList.ListOwnAsync(cloud, [SnapSetProperties.OfSet(plan.Id)], stop))
                .Where(image => SnapSetImage.From(image)?.SnapId == plan.Id),
        ];
        Image[] others = [.. listed.Where(image => !ours.Concat(plan.Stale).Any(known => known.Id == image.Id))];
        // Whoever begins takes what is unfinished for left behind, and deletes it.
        bool isGone = await IsAnyGoneAsync(ours.Where(image => listed.All(l => l.Id != image.Id)), stop);
        // Times are of whole seconds: what is tagged already is another run's finished set, whatever they say.
        bool isTaken = others.Any(image => SnapSetImage.From(image)!.ToMember().IsTagged);
        if (!isGone && !isTaken && (others.Length == 0 || First(ours) == First([.. ours, .. others])))
        {
            return;
        }

        Image[] made = [.. ours.Where(image => plan.Members.All(m => m.Existing?.Id != image.Id))];
        activity.Verbose($"Another run imports SnapSet {plan.Id}; deleting what was begun: {CountText.Of(made.Length, "image")}.");
        using var patience = new CancellationTokenSource(CleanUpPatience);
        await Fanout.ForEachAsync(made, (image, token) => cloud.Images.DeleteAsync(image.Id, token), patience.Token);
        throw new HotstackException(
            ErrorCause.AlreadyExists, "SnapSetExists",
            $"another run began to import it into this project of cloud '{cloud.Name}' meanwhile, and goes on; what this one made was deleted.")
        {
            Target = plan.Id,
            Hint = "Wait for the other run. If it was cut off, the same command again goes on with what it left.",
        };
    }

    /// <summary>A list may lag behind: gone is only what cannot be read by itself.</summary>
    private async Task<bool> IsAnyGoneAsync(IEnumerable<Image> unlisted, CancellationToken stop) => (await Fanout.SelectAsync(
        unlisted, (image, token) => cloud.Images.FindAsync(image.Id, token), stop)).Any(image => image is null);

    /// <summary>Both runs see the same one as the first.</summary>
    private static string First(IEnumerable<Image> images) =>
        images.OrderBy(i => i.CreatedAt).ThenBy(i => i.Id, StringComparer.Ordinal).First().Id;
}
