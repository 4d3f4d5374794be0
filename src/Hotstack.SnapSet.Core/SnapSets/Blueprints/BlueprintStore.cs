using Hotstack.Http;
using Hotstack.OpenStack;
using Hotstack.OpenStack.Imaging;
using Hotstack.SnapSets.Marks;

namespace Hotstack.SnapSets.Blueprints;

/// <summary>Keeps blueprints as images in Glance.</summary>
internal sealed class BlueprintStore(Cloud cloud, IActivity? activity = null)
{
    private const int MaxAttempts = 2;
    private const int MaxRounds = 4;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan CleanUpPatience = TimeSpan.FromSeconds(30);
    private readonly List<string> _undeleted = [];

    /// <summary>The ids of images that were made in vain and could not be deleted.</summary>
    public IReadOnlyList<string> Undeleted => _undeleted;

    /// <summary>Makes the image of a blueprint, and waits until it is ready. It has no tags yet.</summary>
    /// <param name="blueprint">The blueprint.</param>
    /// <param name="memberCount">How many members the set has.</param>
    /// <param name="facts">The texts of the set.</param>
    /// <param name="import">The fingerprint of the export that it comes from; null if it is not imported.</param>
    /// <param name="stop">Cancels it; the image is then deleted.</param>
    /// <exception cref="HotstackException">Glance refuses it (<c>QuotaExceeded</c> …), gives it to others (<c>BlueprintNotPrivate</c>), or
    /// does not store it (<c>SnapshotFailed</c>, <c>SnapshotTimeout</c>). No image is left but <see cref="Undeleted"/>.</exception>
    public async Task<BlueprintImage> WriteAsync(
        Blueprint blueprint, int memberCount, SnapSetFacts facts, string? import, CancellationToken stop)
    {
        byte[] bytes = BlueprintDocument.Write(blueprint);
        for (int attempt = 1; ; attempt++)
        {
            NewImage planned = BlueprintImage.NewImage(blueprint.SnapSetId, BlueprintDocument.HashOf(bytes), memberCount, facts, import);
            try
            {
                Image made = await cloud.Images.CreateAsync(planned, stop);
                await RequirePrivateAsync(made, blueprint.SnapSetId, stop);
                await cloud.Images.UploadAsync(planned.Id, new Bytes(bytes), stop);
                return await ReadyAsync(planned.Id, blueprint.SnapSetId, bytes.Length, stop);
            }
            catch (HotstackException e) when (e.Cause.IsTransient && attempt < MaxAttempts)
            {
                activity?.Verbose($"The blueprint's image {planned.Id} was not stored: {e.Message} Trying again with a new image.");
                await CleanUpAsync(planned.Id);
            }
            catch (Exception)
            {
                await CleanUpAsync(planned.Id);
                throw;
            }
        }
    }

    /// <summary>Tags the image of a blueprint, until Glance keeps the tags, and deletes what was made in vain.</summary>
    /// <exception cref="HotstackException"><c>TagsLost</c>; <c>SnapshotFailed</c>: it was deleted meanwhile.</exception>
    public async Task<BlueprintImage> TagAsync(BlueprintImage blueprint, CancellationToken stop)
    {
        for (int round = 1; !blueprint.IsTagged; round++)
        {
            if (round > MaxRounds)
            {
                throw new HotstackException(
                    ErrorCause.OperationFailed, "TagsLost", $"Glance does not keep the tags of the blueprint ({blueprint.Image.Id}).");
            }

            if (round > 1)
            {
                await Poll.PauseAsync(Interval, cloud.Time, stop);
            }

            await cloud.Images.ReplaceTagsAsync(blueprint.Image.Id, BlueprintImage.TagsOf(blueprint.SnapId), stop);
            blueprint = await FindAsync(blueprint.Image.Id, stop) ?? throw Gone(blueprint.Image.Id);
        }

        if (await CleanUpAsync(stop) is { Count: > 0 } left)
        {
            activity?.Warning($"Unused images of the blueprint could not be deleted: {string.Join("; ", left)}.");
        }

        return blueprint;
    }

    /// <summary>Reads the blueprint of a set.</summary>
    /// <param name="set">The set.</param>
    /// <param name="stop">Cancels it.</param>
    /// <returns>Null if the set has none.</returns>
    /// <exception cref="HotstackException"><c>BlueprintMissing</c>, <c>BlueprintNotPrivate</c>, <c>BlueprintDamaged</c>,
    /// <c>BlueprintVersionUnknown</c>, <c>BlueprintOfAnotherSet</c>; <c>ImageDownloadForbidden</c>.</exception>
    public async Task<Blueprint?> ReadAsync(SnapSet set, CancellationToken stop)
    {
        if (set.Blueprint is not { IsReady: true } found)
        {
            return set.IsBlueprintAnnounced ? throw BlueprintErrors.Missing(set.Id) : null;
        }

        return BlueprintDocument.Read(set.Id, await ReadBytesAsync(found, stop));
    }

    /// <summary>The bytes of a blueprint, whose hash is right.</summary>
    /// <exception cref="HotstackException"><c>BlueprintMissing</c>, <c>BlueprintNotPrivate</c>, <c>BlueprintDamaged</c>.</exception>
    private async Task<byte[]> ReadBytesAsync(BlueprintImage found, CancellationToken stop)
    {
        Image image = await cloud.Images.FindAsync(found.Image.Id, stop) ?? throw BlueprintErrors.Missing(found.SnapId);
        await RequirePrivateAsync(image, found.SnapId, stop);
        if (image.Size > BlueprintImage.MaxBytes)
        {
            throw BlueprintErrors.Damaged(found.SnapId, BlueprintDocument.TooLarge(image.Size));
        }

        return await DownloadAsync(found, stop);
    }

    /// <summary>The data, which a lost connection or a proxy may spoil once.</summary>
    private async Task<byte[]> DownloadAsync(BlueprintImage found, CancellationToken stop)
    {
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                (ApiStream stream, _) = await cloud.Images.DownloadAsync(found.Image.Id, 0, stop);
                using (stream)
                {
                    byte[] bytes = await ReadToEndAsync(found, stream);
                    return BlueprintDocument.HashOf(bytes) == found.Hash
                        ? bytes
                        : throw BlueprintErrors.Damaged(found.SnapId, $"the SHA-256 of image {found.Image.Id} is not the recorded one");
                }
            }
            catch (HotstackException e) when ((e.Cause.IsTransient || e.Id == BlueprintErrors.DamagedId) && attempt < MaxAttempts)
            {
                activity?.Verbose($"The blueprint's image {found.Image.Id} was not read: {e.Message} Trying again.");
            }
        }
    }

    private static async Task<byte[]> ReadToEndAsync(BlueprintImage found, ApiStream stream)
    {
        using var all = new MemoryStream();
        byte[] piece = new byte[64 * 1024];
        while (await stream.ReadAsync(piece) is > 0 and int read)
        {
            all.Write(piece, 0, read);
            if (all.Length > BlueprintImage.MaxBytes)
            {
                throw BlueprintErrors.Damaged(found.SnapId, BlueprintDocument.TooLarge(all.Length));
            }
        }

        return all.ToArray();
    }

    /// <summary>Waits until Glance has stored an image.</summary>
    private async Task<BlueprintImage> ReadyAsync(string id, string snapSetId, long size, CancellationToken stop)
    {
        BlueprintImage? image = null;
        bool isDone = await Poll.UntilAsync(
            async token =>
            {
                try
                {
                    image = await FindAsync(id, token) ?? throw Gone(id);
                }
                catch (HotstackException e) when (e.Cause.IsTransient)
                {
                    activity?.Verbose($"Glance did not show the blueprint's image {id}: {e.Message}");
                    return false;
                }

                return image.IsReady || image.Image.IsLost || image.Image.Status == "queued";
            },
            Interval, Patience, cloud.Time, stop);
        return (isDone, image) switch
        {
            (false, _) => throw new HotstackException(
                ErrorCause.TimedOut, "SnapshotTimeout", $"Glance did not store the blueprint (image {id}) within {TimeText.Of(Patience)}."),
            (_, { IsReady: true }) when image.Image.Size == size || !image.Image.IsSizeKnown => image,
            _ => throw new HotstackException(
                ErrorCause.OperationFailed, "SnapshotFailed",
                $"Glance did not store the blueprint of SnapSet {snapSetId}: image {id} is {image!.Image.Status} with {ByteText.Of(image.Image.Size)}.")
            {
                Target = id,
                Hint = "Usual causes are the image quota and a full store. Use -NoBlueprint to make the set without it.",
            },
        };
    }

    private async Task<BlueprintImage?> FindAsync(string id, CancellationToken stop) =>
        await cloud.Images.FindAsync(id, stop) is { } image ? BlueprintImage.From(image) : null;

    private async Task RequirePrivateAsync(Image image, string snapSetId, CancellationToken stop)
    {
        if (!BlueprintImage.IsPrivate(image, await cloud.GetProjectIdAsync(stop)))
        {
            throw BlueprintErrors.NotPrivate(snapSetId, image.Id, image.Visibility, image.Owner);
        }
    }

    /// <summary>Deletes the image of a blueprint.</summary>
    /// <returns>The image if it could not be deleted; null if it is gone.</returns>
    public async Task<Leftover?> DeleteAsync(string id, CancellationToken stop)
    {
        try
        {
            await cloud.Images.DeleteAsync(id, stop);
            _undeleted.Remove(id);
            return null;
        }
        catch (Exception e) when (e is HotstackException or OperationCanceledException)
        {
            return new Leftover("image", id, e is HotstackException ? e.Message : "the cloud did not answer in time");
        }
    }

    /// <summary>Deletes what could not be deleted before.</summary>
    /// <returns>What is still there.</returns>
    public async Task<IReadOnlyList<Leftover>> CleanUpAsync(CancellationToken stop)
    {
        List<Leftover> left = [];
        foreach (string id in _undeleted.ToArray())
        {
            if (await DeleteAsync(id, stop) is { } leftover)
            {
                left.Add(leftover);
            }
        }

        return left;
    }

    /// <summary>Does not use the caller's token: it must work after a cancel.</summary>
    private async Task CleanUpAsync(string id)
    {
        using var patience = new CancellationTokenSource(CleanUpPatience);
        if (await DeleteAsync(id, patience.Token) is { } left)
        {
            _undeleted.Add(id);
            activity?.Verbose($"Could not be deleted: {left}.");
        }
    }

    private static HotstackException Gone(string id) =>
        new(ErrorCause.Conflict, "SnapshotFailed", $"The blueprint's image {id} was deleted before the set was complete.")
        {
            Target = id,
            Hint = "Make a new set. Another user may have removed this one.",
        };

    private sealed class Bytes(byte[] bytes) : IUploadSource
    {
        private int _position;

        public long Length => bytes.Length;

        public void Rewind() => _position = 0;

        public ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken stop)
        {
            int read = Math.Min(buffer.Length, bytes.Length - _position);
            bytes.AsMemory(_position, read).CopyTo(buffer);
            _position += read;
            return ValueTask.FromResult(read);
        }
    }
}
