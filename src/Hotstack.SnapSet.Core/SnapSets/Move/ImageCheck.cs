using Hotstack.OpenStack;
using Hotstack.OpenStack.Imaging;

namespace Hotstack.SnapSets.Move;

/// <summary>Compares what a cloud has stored with what is in the files.</summary>
internal sealed class ImageCheck(Cloud cloud, ExportDisk disk, string folder)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(30);

    /// <summary>Whether Glance tells anything by which an image can be compared.</summary>
    public static bool IsComparable(Image image) => image.IsSizeKnown || ImageChecksum.Of(image) is not null;

    /// <returns>What is wrong with the image, by what Glance tells of it; null if nothing is.</returns>
    public async Task<string?> ReasonAsync(Image image, ExportedMember member, CancellationToken stop)
    {
        if (image.IsSizeKnown && image.Size != member.Size)
        {
            return $"it has {image.Size} bytes, and {member.File} has {member.Size}";
        }

        if (ImageChecksum.Of(image) is not { } stored)
        {
            return null;
        }

        string expected = member.Hash;
        if (stored.Algorithm != member.HashAlgorithm)
        {
            // Which algorithm a cloud uses, it tells only afterwards.
            string path = Path.Combine(folder, member.File);
            using RunningHash hash = await disk.HashAsync(path, stored.Algorithm, stop);
            expected = hash.Value(stored.Algorithm);
        }

        return stored.Value == expected ? null : $"its {stored.Algorithm} is {stored.Value}, and that of {member.File} is {expected}";
    }

    public static HotstackException Unverifiable(string name, Image image) =>
        new(ErrorCause.ResponseInvalid, "ImageDataUnverifiable", $"{name}: Glance tells neither the size nor a hash of image {image.Id}, so nothing shows whether its data is whole.")
        {
            Target = image.Id,
            Hint = "Use -SkipVerify to accept it as it is.",
        };

    /// <summary>The image, once Glance is done with it.</summary>
    /// <exception cref="HotstackException">It is gone, or Glance does not finish (<c>ImportTimeout</c>).</exception>
    public async Task<Image> ReadyAsync(string id, CancellationToken stop)
    {
        Image image = await SettledAsync(id, Patience, stop);
        return IsSettled(image) ? image : throw new HotstackException(
            ErrorCause.TimedOut, "ImportTimeout", $"After {Patience} Glance still works on image {id}, which is {image.Status}.")
            {
                Target = id,
                Hint = $"Check its status with 'openstack image show {CommandArgument.Of(id)}'; then import again.",
            };
    }

    /// <summary>The image, once Glance is done with it or the patience is over.</summary>
    public async Task<Image> SettledAsync(string id, TimeSpan patience, CancellationToken stop)
    {
        Image? image = null;
        await Poll.UntilAsync(
            async token =>
            {
                image = await cloud.Images.FindAsync(id, token)
                    ?? throw new HotstackException(ErrorCause.NotFound, "ImageNotFound", $"Image {id} is gone; somebody deleted it.") { Target = id };
                return IsSettled(image);
            },
            Interval, patience, cloud.Time, stop);
        return image!;
    }

    private static bool IsSettled(Image image) => image.IsReady || image.Status == "queued" || image.IsLost;
}
