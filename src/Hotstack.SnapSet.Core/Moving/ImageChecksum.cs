using Hotstack.OpenStack.Imaging;

namespace Hotstack.Moving;

/// <summary>What Glance says of an image's data, as far as it can be checked.</summary>
/// <param name="Algorithm">One that <see cref="RunningHash"/> knows.</param>
/// <param name="Value">In lower-case hex.</param>
internal sealed record ImageChecksum(string Algorithm, string Value)
{
    /// <summary>The better one of the two that Glance may tell; null if it tells none, or by an algorithm that is not known here.</summary>
    public static ImageChecksum? Of(Image image) => image switch
    {
        { HashAlgorithm: { } algorithm, HashValue: { } value } when RunningHash.Knows(algorithm) => new(algorithm, value.ToLowerInvariant()),
        { Checksum: { } md5 } => new(RunningHash.Md5, md5.ToLowerInvariant()),
        _ => null,
    };
}
