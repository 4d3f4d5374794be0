using System.Collections.Frozen;
using System.Security.Cryptography;

namespace Hotstack.SnapSets.Move;

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
