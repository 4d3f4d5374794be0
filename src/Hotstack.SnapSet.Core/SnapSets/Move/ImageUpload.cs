using Hotstack.Http;
using Hotstack.OpenStack;
using Hotstack.OpenStack.Imaging;

namespace Hotstack.SnapSets.Move;

/// <summary>Uploads a file to an image, and verifies the stored data.</summary>
internal sealed class ImageUpload(Cloud cloud, ImportSnapSetPlan plan, ExportDisk disk, IActivity activity)
{
    /// <summary>For stores that write with the client's token.</summary>
    private static readonly TimeSpan TokenLife = TimeSpan.FromMinutes(30);
    private static readonly TimeSpan PatienceWithoutAnswer = TimeSpan.FromMinutes(2);
    private const int MaxFailuresOfStore = 1;
    private static readonly TimeSpan CleanUpPatience = TimeSpan.FromSeconds(30);

    private readonly ImageCheck _check = new(cloud, disk, plan.Folder);

    /// <param name="member">The member to upload.</param>
    /// <param name="image">The image, without data.</param>
    /// <param name="meter">Counts the bytes.</param>
    /// <param name="stop">Cancels the upload.</param>
    /// <returns>The complete image; a new one if the first upload failed.</returns>
    /// <exception cref="HotstackException">The file was altered (<c>ExportAltered</c>), the cloud stored something else
    /// (<c>ImageDataDiffers</c>), a quota is used up, or the cloud fails.</exception>
    public async Task<Image> RunAsync(ExportedMember member, Image image, TransferPart meter, CancellationToken stop)
    {
        string path = Path.Combine(plan.Folder, member.File);
        for (int failures = 0; ;)
        {
            (HotstackException? failure, bool isGiven) = await TryAsync(member, image, path, meter, stop);
            // The image's state decides, not the answer: an answer may be lost, or follow a partial upload.
            Image seen = failure is null || failure.Cause.IsTransient
                ? await LookAsync(image, failure, stop)
                : image;
            if (seen.IsReady)
            {
                if (await DifferenceAsync(seen, member, stop) is not { } difference)
                {
                    meter.Complete();
                    return seen;
                }

                failure ??= difference;
            }

            await DeleteAsync(image);
            if (failure is null || !failure.Cause.IsTransient || ++failures > MaxFailures(failure, isGiven))
            {
                throw failure ?? Differs(member, seen, $"it is {seen.Status}, as without an upload");
            }

            activity.Verbose($"{member.Name}: the upload broke off: {failure.Message} Trying again with a new image.");
            await Transfers.PauseAsync(failures, cloud.Time, stop);
            image = await cloud.Images.CreateAsync(plan.NewImageOf(member), stop);
        }
    }

    /// <summary>A failing store fails the next upload too, and each may take many gigabytes.</summary>
    private static int MaxFailures(HotstackException failure, bool isGiven) =>
        isGiven || failure is ServiceException { Status: 500 } ? MaxFailuresOfStore : Transfers.MaxFailures;

    /// <summary>How the stored data differs; null if Glance reports no difference, or if the user skips the check.</summary>
    private async Task<HotstackException?> DifferenceAsync(Image image, ExportedMember member, CancellationToken stop)
    {
        string? reason = await _check.ReasonAsync(image, member, stop);
        if (plan.SkipVerify)
        {
            string doubt = reason ?? (ImageCheck.IsComparable(image) ? "" : "Glance reports neither its size nor a hash");
            if (doubt.Length > 0)
            {
                activity.Warning($"{member.Name}: image {image.Id} is accepted unverified (-SkipVerify): {doubt}.");
            }

            return null;
        }

        if (reason is not null)
        {
            return Differs(member, image, reason);
        }

        if (!ImageCheck.IsComparable(image))
        {
            return ImageCheck.Unverifiable(member.Name, image);
        }

        if (ImageChecksum.Of(image) is null)
        {
            activity.Warning(
                $"{member.Name}: Glance reports no hash of image {image.Id} that can be checked, so only its size was checked.");
        }

        return null;
    }

    private async Task<(HotstackException? Failure, bool IsGiven)> TryAsync(
        ExportedMember member, Image image, string path, TransferPart meter, CancellationToken stop)
    {
        FileUpload? file = null;
        try
        {
            await cloud.PrepareForAsync(TokenLife, stop);
            file = new FileUpload(disk, path, member, meter);
            await cloud.Images.UploadAsync(image.Id, file, stop);
            return (null, true);
        }
        catch (HotstackException e)
        {
            return (e, file?.IsGiven == true);
        }
        catch (OperationCanceledException)
        {
            // An incomplete image is useless.
            await DeleteAsync(image);
            throw;
        }
        finally
        {
            file?.Dispose();
        }
    }

    /// <summary>After a proxy's timeout (502, 504) Glance may still work, so the wait is as long as after an answer, and the image is not
    /// deleted meanwhile. After a broken connection Glance may have died, which leaves the image <c>saving</c> for ever, so the wait is
    /// brief.</summary>
    private Task<Image> LookAsync(Image image, HotstackException? failure, CancellationToken stop) =>
        failure is null or ServiceException { Status: 502 or 504 }
            ? _check.ReadyAsync(image.Id, stop)
            : _check.SettledAsync(image.Id, PatienceWithoutAnswer, stop);

    /// <summary>Does not use the caller's token: it must work after a cancel.</summary>
    private async Task DeleteAsync(Image image)
    {
        using var patience = new CancellationTokenSource(CleanUpPatience);
        try
        {
            await cloud.Images.DeleteAsync(image.Id, patience.Token);
        }
        catch (Exception e) when (e is HotstackException or OperationCanceledException)
        {
            activity.Verbose($"Image {image.Id} could not be deleted: {e.Message}");
        }
    }

    private static HotstackException Differs(ExportedMember member, Image image, string reason) =>
        new(ErrorCause.ResponseInvalid, "ImageDataDiffers",
            $"The cloud stored other data than was uploaded for {member.Name} to image {image.Id}: {reason}.")
        {
            Target = image.Id,
            Hint = "Check what changes the data on the way to the cloud's store. Use -SkipVerify if the cloud converts images on purpose.",
        };
}

/// <summary>A file of an export as the body of an upload. Its last bytes are sent only if the hash of the file is right.</summary>
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

    /// <summary>Whether all bytes were sent, received or not.</summary>
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
            throw Altered($"its {_member.HashAlgorithm} is {actual}, but {_member.Hash} in the manifest");
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
            Hint = "Export the set again to the same folder to repair it.",
        };
}
