using System.Collections.Frozen;
using System.Security.Cryptography;
using Hotstack.OpenStack;
using Hotstack.OpenStack.Imaging;

namespace Hotstack.SnapSets.Move;

/// <summary>Compares the images of a cloud with the files of an export.</summary>
internal sealed class ImageCheck(Cloud cloud, ExportDisk disk, string folder)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(30);

    /// <summary>Whether Glance reports anything to compare an image by.</summary>
    public static bool IsComparable(Image image) => image.IsSizeKnown || ImageChecksum.Of(image) is not null;

    /// <returns>How the image differs, by what Glance reports; null if it does not.</returns>
    public async Task<string?> ReasonAsync(Image image, ExportedMember member, CancellationToken stop)
    {
        if (image.IsSizeKnown && image.Size != member.Size)
        {
            return $"it has {image.Size} bytes, but {member.File} has {member.Size}";
        }

        if (ImageChecksum.Of(image) is not { } stored)
        {
            return null;
        }

        string expected = member.Hash;
        if (stored.Algorithm != member.HashAlgorithm)
        {
            // A cloud reports its algorithm only afterwards.
            string path = Path.Combine(folder, member.File);
            using RunningHash hash = await disk.HashAsync(path, stored.Algorithm, stop);
            expected = hash.Value(stored.Algorithm);
        }

        return stored.Value == expected ? null : $"its {stored.Algorithm} is {stored.Value}, but that of {member.File} is {expected}";
    }

    public static HotstackException Unverifiable(string name, Image image) =>
        new(ErrorCause.ResponseInvalid, "ImageDataUnverifiable",
            $"{name}: Glance reports neither size nor hash of image {image.Id}, so its data cannot be verified.")
        {
            Target = image.Id,
            Hint = "Use -SkipVerify to accept it unverified.",
        };

    /// <summary>Waits until Glance has finished the image.</summary>
    /// <exception cref="HotstackException">The image is deleted, or Glance does not finish in time (<c>ImportTimeout</c>).</exception>
    public async Task<Image> ReadyAsync(string id, CancellationToken stop)
    {
        Image image = await SettledAsync(id, Patience, stop);
        return IsSettled(image) ? image : throw new HotstackException(
            ErrorCause.TimedOut, "ImportTimeout", $"Glance did not finish image {id} in {Patience}; it is {image.Status}.")
            {
                Target = id,
                Hint = $"Check its status with 'openstack image show {CommandArgument.Of(id)}', and import again.",
            };
    }

    /// <summary>Waits until Glance has finished the image, or until the timeout.</summary>
    public async Task<Image> SettledAsync(string id, TimeSpan patience, CancellationToken stop)
    {
        Image? image = null;
        await Poll.UntilAsync(
            async token =>
            {
                image = await cloud.Images.FindAsync(id, token)
                    ?? throw new HotstackException(ErrorCause.NotFound, "ImageNotFound", $"Image {id} was deleted by somebody else.")
                        { Target = id };
                return IsSettled(image);
            },
            Interval, patience, cloud.Time, stop);
        return image!;
    }

    private static bool IsSettled(Image image) => image.IsReady || image.Status == "queued" || image.IsLost;
}

/// <summary>Compares a file of an export with its entry in the manifest.</summary>
internal static class ExportCheck
{
    /// <returns>How the file differs; null if it does not.</returns>
    public static async Task<string?> ReasonAsync(
        ExportDisk disk, string folder, ExportedMember member, bool withHash, CancellationToken stop)
    {
        if (!withHash || SizeReason(folder, member) is not null)
        {
            return SizeReason(folder, member);
        }

        using RunningHash hash = await disk.HashAsync(Path.Combine(folder, member.File), member.HashAlgorithm, stop);
        return hash.Value(member.HashAlgorithm) == member.Hash ? null : $"{member.File} was altered: its {member.HashAlgorithm} differs";
    }

    /// <returns>That the file is missing or has another size; null otherwise.</returns>
    public static string? SizeReason(string folder, ExportedMember member) => new FileInfo(Path.Combine(folder, member.File)) switch
    {
        { Exists: false } => $"{member.File} is missing",
        { Length: var length } when length != member.Size => $"{member.File} has {length} bytes, but {member.Size} in the manifest",
        _ => null,
    };
}

/// <summary>A hash of an image's data, as reported by Glance.</summary>
/// <param name="Algorithm">One that <see cref="RunningHash"/> knows.</param>
/// <param name="Value">In lower-case hex.</param>
internal sealed record ImageChecksum(string Algorithm, string Value)
{
    /// <summary>The stronger of Glance's two hashes; null if none can be checked: missing, of an unknown algorithm, not a hash
    /// (<c>"None"</c>, another length), or the hash of no data.</summary>
    public static ImageChecksum? Of(Image image) => Usable(image.HashAlgorithm, image.HashValue) ?? Usable(RunningHash.Md5, image.Checksum);

    private static ImageChecksum? Usable(string? algorithm, string? value) =>
        value is not null && RunningHash.Knows(algorithm) && value.Length == RunningHash.HexLengthOf(algorithm!)
            && value.All(char.IsAsciiHexDigit)
            && !value.Equals(OfNothing(algorithm!), StringComparison.OrdinalIgnoreCase)
            ? new(algorithm!, value.ToLowerInvariant())
            : null;

    private static string OfNothing(string algorithm)
    {
        using var hash = new RunningHash([algorithm]);
        return hash.Value(algorithm);
    }
}

/// <summary>Incremental hashes, by Glance's names of the algorithms.</summary>
internal sealed class RunningHash : IDisposable
{
    public const string Default = "sha512";
    public const string Md5 = "md5";

    private static readonly FrozenDictionary<string, (HashAlgorithmName Name, int Bytes)> Known =
        new Dictionary<string, (HashAlgorithmName Name, int Bytes)>
    {
        [Md5] = (HashAlgorithmName.MD5, 16),
        ["sha1"] = (HashAlgorithmName.SHA1, 20),
        ["sha256"] = (HashAlgorithmName.SHA256, 32),
        ["sha384"] = (HashAlgorithmName.SHA384, 48),
        [Default] = (HashAlgorithmName.SHA512, 64),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private readonly Dictionary<string, IncrementalHash> _hashes;

    public RunningHash(IEnumerable<string> algorithms) =>
        _hashes = algorithms.Distinct().ToDictionary(name => name, name => IncrementalHash.CreateHash(Known[name].Name));

    public static bool Knows(string? algorithm) => algorithm is not null && Known.ContainsKey(algorithm);

    public static int HexLengthOf(string algorithm) => 2 * Known[algorithm].Bytes;

    public void Append(ReadOnlySpan<byte> bytes)
    {
        foreach (IncrementalHash hash in _hashes.Values)
        {
            hash.AppendData(bytes);
        }
    }

    /// <summary>Starts again.</summary>
    public void Reset()
    {
        foreach (IncrementalHash hash in _hashes.Values)
        {
            hash.GetHashAndReset();
        }
    }

    /// <summary>The hash of all so far, in lower-case hex.</summary>
    public string Value(string algorithm) => Convert.ToHexString(_hashes[algorithm].GetCurrentHash()).ToLowerInvariant();

    public void Dispose()
    {
        foreach (IncrementalHash hash in _hashes.Values)
        {
            hash.Dispose();
        }
    }
}
