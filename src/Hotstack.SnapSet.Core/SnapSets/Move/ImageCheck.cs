using System.Collections.Frozen;
using System.Security.Cryptography;
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

/// <summary>Compares a file of an export with what the manifest says of it.</summary>
internal static class ExportCheck
{
    /// <returns>What is wrong with it; null if nothing is.</returns>
    public static async Task<string?> ReasonAsync(
        ExportDisk disk, string folder, ExportedMember member, bool withHash, CancellationToken stop)
    {
        var file = new FileInfo(Path.Combine(folder, member.File));
        if (!file.Exists)
        {
            return $"{member.File} is missing";
        }

        if (file.Length != member.Size)
        {
            return $"{member.File} has {file.Length} bytes, and the manifest says {member.Size}";
        }

        if (!withHash)
        {
            return null;
        }

        using RunningHash hash = await disk.HashAsync(file.FullName, member.HashAlgorithm, stop);
        return hash.Value(member.HashAlgorithm) == member.Hash ? null : $"{member.File} was altered: its {member.HashAlgorithm} is another";
    }
}

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

/// <summary>Hashes of bytes that come piece by piece, by the names that Glance gives the algorithms.</summary>
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

    /// <summary>Begins anew.</summary>
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
