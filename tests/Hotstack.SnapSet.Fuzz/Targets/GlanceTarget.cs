using System.Text.Json;
using Hotstack.OpenStack.Imaging;
using Hotstack.SnapSets.Marks;
using Hotstack.SnapSets.Move;

namespace Hotstack.Fuzz.Targets;

/// <summary>An image, or a list of them, and quotas.</summary>
internal sealed class GlanceTarget() : BodyTarget("glance", "images", "image", "upstream", "usage")
{
    protected override void Read(JsonElement answer)
    {
        Many(answer, "images", Image.From);
        ImageQuota quota = ImageQuota.From(answer);
        CheckFailedException.Unless(quota is { BytesLeft: null or >= 0, ImagesLeft: null or >= 0, UploadsLeft: null or >= 0 },
            $"less than nothing is left: {quota}");
        var image = Image.From(answer);
        ImageChecksum.Of(image);
        PortableProperties.Of(image.Properties);
    }
}
