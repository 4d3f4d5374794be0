using Hotstack.OpenStack;
using Hotstack.OpenStack.Imaging;

namespace Hotstack.SnapSets;

/// <summary>Lists the images of our project, as Glance must be asked for them.</summary>
internal static class SetImageList
{
    /// <summary>The filter for our own images. Without it, Glance shows public and shared ones too, and to an
    /// administrator everybody's. Empty for a fixed token, which does not tell its project.</summary>
    public static async Task<KeyValuePair<string, string>[]> OwnerAsync(Cloud cloud, CancellationToken stop)
    {
        string? project = await cloud.GetProjectIdAsync(stop).ConfigureAwait(false);
        return project is null ? [] : [new("owner", project)];
    }

    /// <summary>The images of one set that we made or are making, tagged or not; inherited properties do not count.</summary>
    public static async Task<IReadOnlyList<(Image Image, SnapSetProperties Properties)>> OfSetAsync(
        Cloud cloud, string id, CancellationToken stop)
    {
        KeyValuePair<string, string>[] owner = await OwnerAsync(cloud, stop).ConfigureAwait(false);
        IReadOnlyList<Image> images = await cloud.Images
            .ListAsync([SnapSetProperties.OfSet(id), .. owner], stop).ConfigureAwait(false);
        return [.. images
            .Select(image => (Image: image, Properties: SnapSetProperties.From(image)!))
            .Where(found => found.Properties?.SnapId == id)];
    }
}
