using Hotstack.OpenStack;

namespace Hotstack.SnapSets.Create;

/// <summary>One run that makes the images of a set. If it fails, it takes back what it did.</summary>
internal sealed class Creation(
    Cloud cloud, CreationPlan plan, CreateSnapSetRequest request, IActivity activity, Deadline deadline)
{
    /// <summary>Nova uploads with our token; it should outlast any upload.</summary>
    private static readonly TimeSpan LeastTokenLife = TimeSpan.FromMinutes(30);

    /// <summary>For the clean-up, which must end also when the cloud hangs.</summary>
    private static readonly TimeSpan CleanUpPatience = TimeSpan.FromMinutes(3);

    private readonly MemberRun[] _members = [.. plan.Members.Select(m => new MemberRun(m))];
    private readonly VolumeRun[] _volumes = [.. plan.Volumes.Select(v => new VolumeRun(v))];

    /// <summary>There is an image that remembers what was recorded with the set.</summary>
    public bool HasImage => _members.Any(m => m.ImageId is not null || m.IsOutcomeUnknown);

    private bool HasVolumeSnapshot => _volumes.Any(v => v.SnapshotId is not null || v.IsOutcomeUnknown);

    public async Task<SnapSet> RunAsync(CancellationToken stop)
    {
        var progress = new CreationProgress(plan, activity);
        try
        {
            TimeSpan needed = deadline.Left > LeastTokenLife ? deadline.Left : LeastTokenLife;
            await cloud.PrepareForAsync(needed, stop);
            await new VolumeStage(cloud, plan, request.PollInterval, deadline, progress, activity).RunAsync(_volumes, stop);
            foreach (MemberRun member in _members)
            {
                member.Volumes = [.. VolumesOf(member.Plan)];
            }

            var orders = new SnapshotOrders(cloud, plan, activity);
            await orders.PlaceAsync(_members, stop);
            await new SnapshotWait(cloud, plan, orders, request.PollInterval, deadline, progress)
                .RunAsync(_members, stop);
            return await new SnapSetSeal(cloud, plan, request.PollInterval, deadline, activity)
                .RunAsync(_members, stop);
        }
        catch (HotstackException failure)
        {
            (string aftermath, IReadOnlyList<Leftover> leftovers) = await TakeBackAsync();
            throw new SnapSetFailedException(plan.Id, failure, aftermath, leftovers);
        }
        catch (Exception)
        {
            // Stopped by the user, or a defect of ours: the exception itself cannot tell what became of the images.
            if (!request.KeepPartial && (_members.Any(m => m.WasOrdered) || _volumes.Any(v => v.WasOrdered)))
            {
                activity.Warning($"SnapSet {plan.Id} is given up; deleting what was made of it, which takes a moment.");
            }

            (string aftermath, _) = await TakeBackAsync();
            activity.Warning($"SnapSet {plan.Id} was not made. {aftermath}");
            throw;
        }
        finally
        {
            progress.CompleteMembers();
        }
    }

    private async Task<(string Aftermath, IReadOnlyList<Leftover> Leftovers)> TakeBackAsync()
    {
        if (request.KeepPartial)
        {
            return !HasImage && !HasVolumeSnapshot ? ("It left nothing behind.", []) : ($"What there is of it was kept: complete it with New-HotstackSnapSet -Resume {CommandArgument.Of(plan.Id)}, "
                + $"or delete it with Remove-HotstackSnapSet {CommandArgument.OfPattern(plan.Id)}.", []);
        }

        // Not the token that stopped us: taking back must still work.
        using var patience = new CancellationTokenSource(CleanUpPatience);
        (int images, int snapshots, IReadOnlyList<Leftover> leftovers) = await new Rollback(cloud, plan, activity)
            .RunAsync(_members, _volumes, patience.Token);
        string done = (images, snapshots) switch
        {
            (0, 0) => "It left nothing behind.",
            (_, 0) => $"{Begun(images, "image")} deleted.",
            (0, _) => $"{Begun(snapshots, "volume snapshot")} deleted.",
            _ => $"The {CountText.Of(images, "image")} and {CountText.Of(snapshots, "volume snapshot")} that were begun were deleted.",
        };
        return leftovers.Count == 0
            ? (done, leftovers)
            : ($"Could not be deleted: {string.Join("; ", leftovers)}. Remove-HotstackSnapSet {CommandArgument.OfPattern(plan.Id)} tries again.", leftovers);
    }

    private static string Begun(int number, string thing) =>
        $"The {(number == 1 ? thing : CountText.Of(number, thing))} that {(number == 1 ? "was begun was" : "were begun were")}";

    /// <summary>What the image of a member is to tell of its volumes. Nova makes the snapshots of a volume-backed server, and
    /// names them itself.</summary>
    private IEnumerable<SnapSetVolume> VolumesOf(PlannedMember member) => member.Volumes.Select(volume => new SnapSetVolume
    {
        SnapshotId = member.Server.IsVolumeBacked ? "" : _volumes.First(run => run.Plan.Volume.Id == volume.Id).SnapshotId!,
        VolumeId = volume.Id,
        Device = volume.Device,
        Size = volume.Size,
        ResourceName = volume.ResourceName,
    });
}
