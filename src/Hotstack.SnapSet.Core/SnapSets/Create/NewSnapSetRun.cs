using Hotstack.OpenStack;

namespace Hotstack.SnapSets.Create;

/// <summary>Makes the images of a planned set. Rolls back if it fails.</summary>
internal sealed class NewSnapSetRun
{
    private const string NothingLeft = "It left nothing behind.";

    /// <summary>Nova uploads with our token, which should outlast any upload.</summary>
    private static readonly TimeSpan MinTokenLife = TimeSpan.FromMinutes(30);

    /// <summary>For the rollback, which must end even if the cloud hangs.</summary>
    private static readonly TimeSpan RollbackPatience = TimeSpan.FromMinutes(3);

    private readonly Cloud _cloud;
    private readonly NewSnapSetPlan _plan;
    private readonly NewSnapSetRequest _request;
    private readonly IActivity _activity;
    private readonly Deadline _deadline;
    private readonly BlueprintOrder _blueprint;
    private readonly VolumeOrders _volumes;
    private readonly ImageOrders _images;

    public NewSnapSetRun(Cloud cloud, NewSnapSetPlan plan, NewSnapSetRequest request, IActivity activity, Deadline deadline)
    {
        (_cloud, _plan, _request, _activity, _deadline) = (cloud, plan, request, activity, deadline);
        _blueprint = new BlueprintOrder(cloud, plan, activity);
        _volumes = new VolumeOrders(cloud, plan, activity);
        _images = new ImageOrders(cloud, plan, _volumes, activity);
    }

    /// <summary>There is an image, which keeps what was recorded of the cluster.</summary>
    public bool HasImage => _images.HasAny;

    public async Task<SnapSet> RunAsync(CancellationToken stop)
    {
        try
        {
            await _cloud.PrepareForAsync(_deadline.Left > MinTokenLife ? _deadline.Left : MinTokenLife, stop);
            await _blueprint.RunAsync(stop);
            await _volumes.RunAsync(_request.PollInterval, _deadline, stop);
            await _images.RunAsync(_request.PollInterval, _deadline, stop);
            return await new TagSnapSet(_cloud, _plan, _blueprint, _request.PollInterval, _deadline, _activity)
                .RunAsync(_images.Orders, stop);
        }
        catch (HotstackException failure)
        {
            (string aftermath, IReadOnlyList<Leftover> leftovers) = await RollBackAsync();
            throw new SnapSetFailedException(_plan.Id, failure, aftermath, leftovers);
        }
        catch (Exception)
        {
            // Canceled, or a defect of ours: the exception itself cannot say what became of the images.
            if (!_request.KeepPartial && (_images.HasOrdered || _volumes.HasOrdered))
            {
                _activity.Warning($"Rolling back SnapSet {_plan.Id}, which takes a moment.");
            }

            (string aftermath, _) = await RollBackAsync();
            _activity.Warning($"SnapSet {_plan.Id} was not made. {aftermath}");
            throw;
        }
        finally
        {
            _images.CompleteProgress();
        }
    }

    private async Task<(string Aftermath, IReadOnlyList<Leftover> Leftovers)> RollBackAsync()
    {
        if (_request.KeepPartial && (_images.HasAny || _volumes.HasAny))
        {
            return ($"What exists of it was kept. To complete it: New-HotstackSnapSet -Resume {CommandArgument.Of(_plan.Id)}. "
                + $"To delete it: Remove-HotstackSnapSet {CommandArgument.OfPattern(_plan.Id)}.", []);
        }

        // Not the caller's token: the rollback also runs after a cancellation.
        using var patience = new CancellationTokenSource(RollbackPatience);
        (int images, IReadOnlyList<Leftover> leftImages) = await _images.RollBackAsync(patience.Token);
        (int volumes, IReadOnlyList<Leftover> leftVolumes) = await _volumes.RollBackAsync(patience.Token);
        Leftover[] left = [.. leftImages, .. leftVolumes, .. await _blueprint.RollBackAsync(patience.Token)];
        return (left.Length == 0
            ? Deleted(images, volumes)
            : $"Could not be deleted: {string.Join("; ", left)}. "
                + $"To try again: Remove-HotstackSnapSet {CommandArgument.OfPattern(_plan.Id)}.", left);
    }

    private static string Deleted(int images, int volumes)
    {
        string[] things =
        [
            .. images > 0 ? [CountText.Of(images, "image")] : Array.Empty<string>(),
            .. volumes > 0 ? [CountText.Of(volumes, "volume snapshot")] : Array.Empty<string>(),
        ];
        return things.Length == 0 ? NothingLeft : $"The rollback deleted {string.Join(" and ", things)}.";
    }
}
