using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace Hotstack.Sandbox.Imaging;

/// <summary>The bytes of an image.</summary>
internal abstract class ImageData
{
    private const int PieceLength = 1 << 16;

    public abstract long Length { get; }

    /// <summary>Reads at any place; as many bytes as there are until the end.</summary>
    public abstract int Read(long offset, Span<byte> into);

    /// <summary>A hash by Glance's name of the algorithm, in lower-case hex.</summary>
    public virtual string Hash(string algorithm)
    {
        using var hash = IncrementalHash.CreateHash(NameOf(algorithm));
        var piece = new byte[PieceLength];
        for (long at = 0; Read(at, piece) is > 0 and var read; at += read)
        {
            hash.AppendData(piece, 0, read);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    protected static HashAlgorithmName NameOf(string algorithm) => algorithm switch
    {
        "md5" => HashAlgorithmName.MD5,
        "sha256" => HashAlgorithmName.SHA256,
        "sha512" => HashAlgorithmName.SHA512,
        _ => throw new NotSupportedException(algorithm),
    };
}

/// <summary>What the disk of a server might hold: made when it is read, the same every time, behind the first bytes of a qcow2.</summary>
internal sealed class GeneratedData(string seed, long length) : ImageData
{
    private static readonly ConcurrentDictionary<(string Seed, long Length, string Algorithm), string> Hashes = new();
    private static readonly byte[] Magic = [0x51, 0x46, 0x49, 0xfb, 0, 0, 0, 3];

    private readonly ulong _start = BitConverter.ToUInt64(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(seed)));

    public override long Length => length;

    public override int Read(long offset, Span<byte> into)
    {
        var count = (int)Math.Clamp(length - offset, 0, into.Length);
        Span<byte> word = stackalloc byte[8];
        for (var done = 0; done < count;)
        {
            var (index, skip) = Math.DivRem(offset + done, 8);
            if (skip == 0 && count - done >= 8)
            {
                Word(index, into[done..]);
                done += 8;
                continue;
            }

            Word(index, word);
            var take = (int)Math.Min(8 - skip, count - done);
            word.Slice((int)skip, take).CopyTo(into[done..]);
            done += take;
        }

        return count;
    }

    /// <summary>Computed once for all sandboxes: their ids are the same.</summary>
    public override string Hash(string algorithm) => Hashes.GetOrAdd((seed, length, algorithm), _ => base.Hash(algorithm));

    /// <summary>SplitMix64 of the place.</summary>
    private void Word(long index, Span<byte> word)
    {
        if (index == 0)
        {
            Magic.CopyTo(word);
            return;
        }

        var z = _start + ((ulong)index * 0x9e3779b97f4a7c15);
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
        z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
        BitConverter.TryWriteBytes(word, z ^ (z >> 31));
    }
}

/// <summary>What somebody uploads.</summary>
internal abstract class ReceivedData : ImageData, IDisposable
{
    public abstract void Append(ReadOnlySpan<byte> bytes);

    public virtual void Dispose() => GC.SuppressFinalize(this);
}

/// <summary>What somebody uploaded, in a file that is gone when nobody needs it any more.</summary>
internal sealed class UploadedData : ReceivedData
{
    private readonly FileStream _file;
    private readonly ConcurrentDictionary<string, string> _hashes = new();

    public UploadedData()
    {
        var path = Path.Combine(Path.GetTempPath(), $"hotstack-sandbox-{Guid.NewGuid():n}");
        _file = new FileStream(
            path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Read | FileShare.Delete, 0, FileOptions.DeleteOnClose);
        if (!OperatingSystem.IsWindows())
        {
            // So that nothing is left, however the process ends.
            File.Delete(path);
        }
    }

    public override long Length => _file.Length;

    public override int Read(long offset, Span<byte> into) => RandomAccess.Read(_file.SafeFileHandle, into, offset);

    public override string Hash(string algorithm) => _hashes.GetOrAdd(algorithm, name => base.Hash(name));

    public override void Append(ReadOnlySpan<byte> bytes) => _file.Write(bytes);

    public override void Dispose()
    {
        base.Dispose();
        _file.Dispose();
    }
}

/// <summary>Of what somebody uploaded only the length and the hashes.</summary>
internal sealed class HashedData : ReceivedData
{
    private readonly Dictionary<string, IncrementalHash> _hashes;
    private long _length;

    public HashedData(IEnumerable<string> algorithms) =>
        _hashes = algorithms.Distinct().ToDictionary(name => name, name => IncrementalHash.CreateHash(NameOf(name)));

    public override long Length => _length;

    public override int Read(long offset, Span<byte> into) => throw new NotSupportedException("What was uploaded was not kept.");

    public override string Hash(string algorithm) => Convert.ToHexStringLower(_hashes[algorithm].GetCurrentHash());

    public override void Append(ReadOnlySpan<byte> bytes)
    {
        foreach (var hash in _hashes.Values)
        {
            hash.AppendData(bytes);
        }

        _length += bytes.Length;
    }

    public override void Dispose()
    {
        base.Dispose();
        foreach (var hash in _hashes.Values)
        {
            hash.Dispose();
        }
    }
}
