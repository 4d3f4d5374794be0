using Hotstack.Http;
using Hotstack.OpenStack;
using Hotstack.OpenStack.Imaging;

namespace Hotstack.SnapSets.Move;

/// <summary>Fetches one image into a file, resumes an interrupted download, and verifies it.</summary>
internal sealed class ImageDownload(Cloud cloud, ExportDisk disk, IActivity activity)
{
    private const int PieceLength = 1 << 20;
    private const string CorruptId = "ImageDataCorrupt";

    /// <returns>The hash to record.</returns>
    /// <exception cref="HotstackException">The image is deleted, its data differs from Glance's hash (<c>ImageDataCorrupt</c>), or it
    /// cannot be fetched; or the disk is full (<c>DiskFull</c>).</exception>
    public async Task<ImageChecksum> RunAsync(Image image, string path, TransferPart meter, CancellationToken stop)
    {
        ImageChecksum? expected = ImageChecksum.Of(image);
        string recorded = expected is { Algorithm: not RunningHash.Md5 } ? expected.Algorithm : RunningHash.Default;
        using var hash = new RunningHash([recorded, .. expected is null ? Array.Empty<string>() : [expected.Algorithm]]);
        string part = path + ExportFiles.PartSuffix;
        Reclaim(path, part);
        for (int round = 1; ; round++)
        {
            await ExportDisk.GuardAsync(part, () => FetchAsync(image, part, hash, meter, stop));
            if (expected is null || hash.Value(expected.Algorithm) == expected.Value)
            {
                ExportDisk.Guard(path, () =>
                {
                    File.Move(part, path, overwrite: true);
                    return true;
                });
                meter.Complete();
                return new ImageChecksum(recorded, hash.Value(recorded));
            }

            // Data of an earlier run may be from another image, or damaged.
            ExportDisk.Guard(part, () =>
            {
                File.Delete(part);
                return true;
            });
            if (round == 2)
            {
                throw Corrupt(image, $"its {expected.Algorithm} is {hash.Value(expected.Algorithm)}, but Glance reports {expected.Value}");
            }

            activity.Verbose($"Image {image.Id}: the fetched data differs from Glance's; fetching it again.");
            meter.Restart();
        }
    }

    /// <summary>A file without a manifest is checked like an incomplete one.</summary>
    private static void Reclaim(string path, string part) => ExportDisk.Guard(path, () =>
    {
        if (File.Exists(path))
        {
            File.Move(path, part, overwrite: true);
        }

        return true;
    });

    private async Task FetchAsync(Image image, string part, RunningHash hash, TransferPart meter, CancellationToken stop)
    {
        using Stream file = disk.OpenPart(part);
        hash.Reset();
        // Without a size it is unknown whether the file is complete.
        if (file.Length > image.Size)
        {
            file.SetLength(0);
        }

        await ExportDisk.HashAsync(file, hash, stop);
        meter.Skip(file.Position);
        byte[] piece = new byte[PieceLength];
        int failures = 0;
        for (bool isWhole = false; !isWhole && !(image.IsSizeKnown && file.Position == image.Size);)
        {
            long before = file.Position;
            bool isResumed = false;
            try
            {
                (ApiStream stream, long offset) = await cloud.Images.DownloadAsync(image.Id, file.Position, stop);
                using (stream)
                {
                    if (offset != file.Position)
                    {
                        activity.Verbose($"Image {image.Id}: Glance serves no ranges of it; fetching it from the first byte.");
                        file.SetLength(0);
                        hash.Reset();
                        meter.Restart();
                    }

                    isResumed = offset > 0;
                    await CopyAsync(stream, image, file, hash, piece, meter);
                    isWhole = true;
                }
            }
            catch (HotstackException e) when (e.Cause.IsTransient)
            {
                failures = isResumed && file.Position > before ? 1 : failures + 1;
                if (failures > Transfers.MaxFailures)
                {
                    throw;
                }

                activity.Verbose($"The download of image {image.Id} broke off at {ByteText.Of(file.Position)}: {e.Message} Trying again.");
                await Transfers.PauseAsync(failures, cloud.Time, stop);
            }
        }

        if (file is FileStream real)
        {
            real.Flush(flushToDisk: true);
        }
    }

    private static async Task CopyAsync(ApiStream stream, Image image, Stream file, RunningHash hash, byte[] piece, TransferPart meter)
    {
        while (await stream.ReadAsync(piece) is > 0 and int read)
        {
            if (image.IsSizeKnown && file.Position + read > image.Size)
            {
                throw Corrupt(image, $"it has more than the {image.Size} bytes that Glance reports");
            }

            await file.WriteAsync(piece.AsMemory(0, read));
            hash.Append(piece.AsSpan(0, read));
            meter.Move(read);
        }

        if (file.Position < image.Size || file.Position == 0)
        {
            throw new HotstackException(
                ErrorCause.ServiceUnavailable, CorruptId,
                    $"The download of image {image.Id} ended at "
                        + $"{file.Position} of {(image.IsSizeKnown ? image.Size : "an unknown number of")} bytes.")
                        { Target = image.Id };
        }
    }

    private static HotstackException Corrupt(Image image, string reason) =>
        new(ErrorCause.ResponseInvalid, CorruptId, $"Image {image.Id} ({image.Name}) cannot be exported: {reason}.")
        {
            Target = image.Id,
            Hint = "Check the cloud's image store and the proxies: the image is damaged there, or its data changes in transit.",
        };
}
