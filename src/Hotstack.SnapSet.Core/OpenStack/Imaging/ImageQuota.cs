using System.Text.Json;

namespace Hotstack.OpenStack.Imaging;

/// <summary>What a project may still take of the image service; null where that is not limited or not told.</summary>
/// <remarks>Only unified limits are told (glance: api/v2/discovery.py); <c>user_storage_quota</c> shows when it is hit.</remarks>
internal sealed record ImageQuota
{
    private const long Mebi = 1L << 20;

    /// <summary>Bytes of data.</summary>
    public long? BytesLeft { get; init; }

    /// <summary>Images, also without data.</summary>
    public long? ImagesLeft { get; init; }

    /// <summary>Images that get their data at the same time.</summary>
    public long? UploadsLeft { get; init; }

    public static ImageQuota From(JsonElement answer)
    {
        return new ImageQuota
        {
            BytesLeft = Left("image_size_total") is { } left ? Math.Min(left, long.MaxValue / Mebi) * Mebi : null,
            ImagesLeft = Left("image_count_total"),
            UploadsLeft = Left("image_count_uploading"),
        };

        // A limit of -1 is none.
        long? Left(string name) =>
            answer.Field("usage")?.Field(name) is { } entry && entry.Field("limit") is not null && entry.Number("limit") is >= 0 and long limit
                ? Math.Max(0, limit - entry.Number("usage"))
                : null;
    }
}
