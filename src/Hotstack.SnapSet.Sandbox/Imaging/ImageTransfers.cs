using System.Globalization;
using Hotstack.Sandbox.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Hotstack.Sandbox.Imaging;

/// <summary>The data of an image, or the rest of it from a place on.</summary>
internal sealed class ImageDownload(ImageData data, long from, bool isRange) : StreamReply("application/octet-stream", isRange ? 206 : 200)
{
    private const int PieceLength = 1 << 16;

    public override async Task RunAsync(HttpContext http, bool half)
    {
        var (response, stop) = (http.Response, http.RequestAborted);
        response.StatusCode = Status;
        foreach (var (name, value) in Headers)
        {
            response.Headers[name] = value;
        }

        if (isRange)
        {
            response.Headers.ContentRange = string.Create(CultureInfo.InvariantCulture, $"bytes {from}-{data.Length - 1}/{data.Length}");
        }

        response.ContentType = ContentType;
        response.ContentLength = data.Length - from;
        var end = half || Fault == FaultKind.Stall ? from + ((data.Length - from) / 2) : data.Length;
        var altered = Fault == FaultKind.AlterByte ? from + ((data.Length - from) / 2) : -1;
        var piece = new byte[PieceLength];
        try
        {
            for (var at = from; at < end;)
            {
                var read = data.Read(at, piece.AsSpan(0, (int)Math.Min(piece.Length, end - at)));
                if (altered >= at && altered < at + read)
                {
                    piece[altered - at] ^= 1;
                }

                await response.Body.WriteAsync(piece.AsMemory(0, read), stop);
                at += read;
            }

            await response.Body.FlushAsync(stop);
            if (Fault == FaultKind.Stall)
            {
                await Task.Delay(Timeout.Infinite, stop);
            }

            if (half)
            {
                http.Abort();
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The client has gone.
        }
    }
}

/// <summary>Takes the data of an image.</summary>
/// <param name="cloud">The cloud that the image is in.</param>
/// <param name="image">The image, which is saving.</param>
/// <param name="stored">Makes it active, and answers; in the cloud's lock.</param>
internal sealed class ImageUpload(SandboxCloud cloud, Image image, Func<ImageData, Reply> stored) : UploadReply
{
    private const int PieceLength = 1 << 16;

    public override async Task<Reply?> ReceiveAsync(HttpRequest request, Fault? fault, CancellationToken stop)
    {
        if (request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = null;
        }

        var data = NewData();
        var isWhole = false;
        try
        {
            var most = fault?.Kind is FaultKind.Truncate or FaultKind.Stall or FaultKind.TakeHalf ? request.ContentLength / 2 : null;
            var altered = fault?.Kind == FaultKind.AlterByte ? request.ContentLength / 2 : null;
            var piece = new byte[PieceLength];
            while (await request.Body.ReadAsync(piece, stop) is > 0 and var read)
            {
                if (altered >= data.Length && altered < data.Length + read)
                {
                    piece[altered.Value - data.Length] ^= 1;
                }

                var take = most is { } bytes ? (int)Math.Min(read, bytes - data.Length) : read;
                data.Append(piece.AsSpan(0, take));
                if (data.Length == most && fault?.Kind != FaultKind.TakeHalf)
                {
                    break;
                }
            }

            if (fault?.Kind == FaultKind.Stall)
            {
                await Task.Delay(Timeout.Infinite, stop);
            }

            if (fault?.Kind == FaultKind.Truncate)
            {
                return null;
            }

            isWhole = true;
            if (fault?.Kind == FaultKind.StoreLater)
            {
                cloud.Do(() => cloud.After(fault.StoredAfter, () => stored(data)));
                return Reply.Text(fault.Status, "The server did not respond in time.", "text/plain");
            }

            isWhole = false;
            var answer = cloud.Do(() => stored(data));
            isWhole = true;
            return answer;
        }
        catch (ApiException error)
        {
            return Reply.Text(error.Status, error.Message, "text/plain");
        }
        catch (Exception error) when (error is IOException or BadHttpRequestException)
        {
            // The client has gone in the middle.
            return null;
        }
        finally
        {
            if (!isWhole)
            {
                data.Dispose();
                cloud.Do(() => image.Status = "queued");
            }
        }
    }

    private ReceivedData NewData()
    {
        var options = cloud.Options;
        return options.KeepUploads ? new UploadedData() : new HashedData(
            [.. options.ImageHash is { } hash ? [hash] : Array.Empty<string>(), .. options.ImageChecksum ? ["md5"]
                : Array.Empty<string>()]);
    }
}
