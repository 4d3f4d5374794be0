namespace Hotstack.Http;

/// <summary>What is uploaded: a known number of bytes.</summary>
internal interface IUploadSource
{
    /// <summary>How many bytes there are.</summary>
    long Length { get; }

    /// <summary>Begins with the first byte, also after some were read: a call may be sent again.</summary>
    void Rewind();

    /// <summary>Reads the next bytes; 0 at the end.</summary>
    ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken stop);
}
