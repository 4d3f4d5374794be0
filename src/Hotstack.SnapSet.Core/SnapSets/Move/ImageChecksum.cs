using Hotstack.OpenStack.Imaging;

namespace Hotstack.SnapSets.Move;

/// <summary>What Glance says of an image's data, as far as it can be checked.</summary>
/// <param name="Algorithm">One that <see cref="RunningHash"/> knows.</param>
/// <param name="Value">In lower-case hex.</param>
internal sealed record ImageChecksum(string Algorithm, string Value)
{
    /// <summary>The better one of the two that Glance may tell; null if it tells none that can be checked: none at all, one by an
    /// algorithm that is not known here, one that is no hash (<c>"None"</c>, another length), or that of no data.</summary>
    public static ImageChecksum? Of(Image image) => Usable(image.HashAlgorithm, image.HashValue) ?? Usable(RunningHash.Md5, image.Checksum);

    private static ImageChecksum? Usable(string? algorithm, string? value) =>
        value is not null && RunningHash.Knows(algorithm) && value.Length == RunningHash.HexLengthOf(algorithm!) && value.All(char.IsAsciiHexDigit)
            && !value.Equals(OfNothing(algorithm!), StringComparison.OrdinalIgnoreCase)
            ? new(algorithm!, value.ToLowerInvariant())
            : null;

    private static string OfNothing(string algorithm)
    {
        using var hash = new RunningHash([algorithm]);
        return hash.Value(algorithm);
    }
}
