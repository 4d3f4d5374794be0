using Hotstack.Http;

namespace Hotstack.SnapSets.Move;

/// <summary>A file of an export as the body of an upload. Its last bytes are only given if the hash of all is right.</summary>
internal sealed class FileUpload : IUploadSource, IDisposable
{
    public const string AlteredId = "ExportAltered";

    private readonly ExportedMember _member;
    private readonly string _path;
    private readonly TransferPart _meter;
    private readonly Stream _file;
    private readonly RunningHash _hash;
    private long _position;

    /// <exception cref="HotstackException">The file cannot be read (<c>ExportFileFailed</c>).</exception>
    public FileUpload(ExportDisk disk, string path, ExportedMember member, TransferPart meter)
    {
        (_member, _path, _meter) = (member, path, meter);
        _file = ExportDisk.Guard(path, () => disk.OpenRead(path));
        _hash = new RunningHash([member.HashAlgorithm]);
    }

    public long Length => _member.Size;

    /// <summary>All of it was given away; whether it arrived is another matter.</summary>
    public bool IsGiven => _position == Length;

    public void Rewind()
    {
        _file.Seek(0, SeekOrigin.Begin);
        _hash.Reset();
        _meter.Restart();
        _position = 0;
    }

    public async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken stop)
    {
        int most = (int)Math.Min(buffer.Length, Length - _position);
        if (most == 0)
        {
            return 0;
        }

        int read = 0;
        await ExportDisk.GuardAsync(_path, async () => read = await _file.ReadAsync(buffer[..most], stop));
        if (read == 0)
        {
            throw Altered($"it ends at {_position} of {Length} bytes");
        }

        _hash.Append(buffer.Span[..read]);
        _position += read;
        if (_position == Length && _hash.Value(_member.HashAlgorithm) is { } actual && actual != _member.Hash)
        {
            throw Altered($"its {_member.HashAlgorithm} is {actual}, and the manifest says {_member.Hash}");
        }

        _meter.Move(read);
        return read;
    }

    public void Dispose()
    {
        _hash.Dispose();
        _file.Dispose();
    }

    private HotstackException Altered(string reason) =>
        new(ErrorCause.InputInvalid, AlteredId, $"{_path} was altered: {reason}.")
        {
            Target = _path,
            Hint = "Export the set again to the same folder: what is not whole is fetched anew.",
        };
}
