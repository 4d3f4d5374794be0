using System.Buffers;
using System.Net;
using System.Runtime.ExceptionServices;

namespace Hotstack.Http;

/// <summary>A request's body that is read while it is sent.</summary>
/// <param name="source">The bytes.</param>
/// <param name="timeout">The limit for one piece.</param>
/// <param name="storing">The limit for the answer, after all pieces are sent.</param>
/// <param name="patience">Cancelled when a piece takes longer.</param>
internal sealed class UploadContent(IUploadSource source, TimeSpan timeout, TimeSpan storing,
    CancellationTokenSource patience) : HttpContent
{
    /// <summary>How long a service may store the data before it answers.</summary>
    public static readonly TimeSpan StoringTime = TimeSpan.FromMinutes(15);

    private const int PieceLength = 256 * 1024;

    /// <summary>Why the source could not be read; null if it could.</summary>
    public ExceptionDispatchInfo? SourceFailure { get; private set; }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        byte[] piece = ArrayPool<byte>.Shared.Rent(PieceLength);
        try
        {
            source.Rewind();
            patience.CancelAfter(timeout);
            while (await ReadAsync(piece, cancellationToken) is > 0 and int read)
            {
                await stream.WriteAsync(piece.AsMemory(0, read), cancellationToken);
                patience.CancelAfter(timeout);
            }

            await stream.FlushAsync(cancellationToken);
            patience.CancelAfter(timeout > storing ? timeout : storing);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(piece);
        }
    }

    protected override bool TryComputeLength(out long length)
    {
        length = source.Length;
        return true;
    }

    private async ValueTask<int> ReadAsync(byte[] piece, CancellationToken stop)
    {
        try
        {
            return await source.ReadAsync(piece, stop);
        }
        catch (HotstackException e)
        {
            SourceFailure = ExceptionDispatchInfo.Capture(e);
            throw;
        }
    }
}

/// <summary>Data to upload, of known length.</summary>
internal interface IUploadSource
{
    /// <summary>How many bytes there are.</summary>
    long Length { get; }

    /// <summary>Starts again with the first byte: a call may be repeated.</summary>
    void Rewind();

    /// <summary>Reads the next bytes; 0 at the end.</summary>
    ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken stop);
}
