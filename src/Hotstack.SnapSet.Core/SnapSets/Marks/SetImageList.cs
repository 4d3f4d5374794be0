using Hotstack.OpenStack;
using Hotstack.OpenStack.Imaging;

namespace Hotstack.SnapSets.Marks;

/// <summary>Lists the images of our project, as Glance must be asked for them.</summary>
internal static class SetImageList
{
    private const string Private = "private";

    /// <summary>Our own images that match. Glance shows public, community and shared ones too, and to an administrator everybody's;
    /// so it is asked for our own, and its answer is checked again. Where the token does not tell its project, those are ours
    /// that are private: Nova makes the images of servers private, and an import of ours does.</summary>
    public static async Task<IReadOnlyList<Image>> ListOwnAsync(
        Cloud cloud, IReadOnlyList<KeyValuePair<string, string>> filters, CancellationToken stop)
    {
        string? project = await cloud.GetProjectIdAsync(stop);
        KeyValuePair<string, string> ours = project is null ? new("visibility", Private) : new("owner", project);
        IReadOnlyList<Image> images = await cloud.Images.ListAsync([.. filters, ours], stop);
        return [.. images.Where(image => project is null ? image.Visibility == Private : image.Owner == project)];
    }

    /// <summary>The images of one set that we made or are making, tagged or not; inherited properties do not count.</summary>
    public static async Task<IReadOnlyList<(Image Image, SnapSetProperties Properties)>> OfSetAsync(
        Cloud cloud, string id, CancellationToken stop)
    {
        IReadOnlyList<Image> images = await ListOwnAsync(cloud, [SnapSetProperties.OfSet(id)], stop);
        return [.. images
            .Select(image => (Image: image, Properties: SnapSetProperties.From(image)!))
            .Where(found => found.Properties?.SnapId == id)];
    }
}
