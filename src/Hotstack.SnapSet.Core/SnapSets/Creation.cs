using Hotstack.OpenStack;

namespace Hotstack.SnapSets;

/// <summary>One run that makes the images of a set. If it fails, it takes back what it did.</summary>
internal sealed class Creation(
    Cloud cloud, CreationPlan plan, CreateSnapSetRequest request, IActivity activity, Deadline deadline)
{
    /// <summary>Nova uploads with our token; it should outlast any upload.</summary>
    private static readonly TimeSpan LeastTokenLife = TimeSpan.FromMinutes(30);

    /// <summary>For the clean-up, which must end also when the cloud hangs.</summary>
    private static readonly TimeSpan CleanUpPatience = TimeSpan.FromMinutes(3);

    private readonly MemberRun[] _members = [.. plan.Members.Select(m => new MemberRun(m))];

    public async Task<SnapSet> RunAsync(CancellationToken stop)
    {
        var progress = new CreationProgress(plan, activity);
        try
        {
            TimeSpan needed = deadline.Left > LeastTokenLife ? deadline.Left : LeastTokenLife;
            await cloud.PrepareForAsync(needed, stop).ConfigureAwait(false);
            var orders = new SnapshotOrders(cloud, plan, activity);
            await orders.PlaceAsync(_members, stop).ConfigureAwait(false);
            await new SnapshotWait(cloud, plan, orders, request.PollInterval, deadline, progress)
                .RunAsync(_members, stop).ConfigureAwait(false);
            return await new SnapSetSeal(cloud, plan, request.PollInterval, deadline, activity)
                .RunAsync(_members, stop).ConfigureAwait(false);
        }
        catch (HotstackException failure)
        {
            (string aftermath, IReadOnlyList<Leftover> leftovers) = await TakeBackAsync().ConfigureAwait(false);
            throw new SnapSetFailedException(plan.Id, failure, aftermath, leftovers);
        }
        catch (Exception)
        {
            // Stopped by the user, or a defect of ours: the exception itself cannot tell what became of the images.
            if (!request.KeepPartial && _members.Any(m => m.WasOrdered))
            {
                activity.Warning($"SnapSet {plan.Id} is given up; deleting what was made of it, which takes a moment.");
            }

            (string aftermath, _) = await TakeBackAsync().ConfigureAwait(false);
            activity.Warning($"SnapSet {plan.Id} was not made. {aftermath}");
            throw;
        }
        finally
        {
            progress.Complete();
        }
    }

    private async Task<(string Aftermath, IReadOnlyList<Leftover> Leftovers)> TakeBackAsync()
    {
        if (request.KeepPartial)
        {
            return ($"What there is of it was kept: complete it with New-HotstackSnapSet -Resume {plan.Id}, "
                + $"or delete it with Remove-HotstackSnapSet {plan.Id}.", []);
        }

        // Not the token that stopped us: taking back must still work.
        using var patience = new CancellationTokenSource(CleanUpPatience);
        (int deleted, IReadOnlyList<Leftover> leftovers) = await new Rollback(cloud, plan, activity)
            .RunAsync(_members, patience.Token).ConfigureAwait(false);
        string done = deleted == 0 ? "It left nothing behind." : $"The {deleted} images that were begun were deleted.";
        return leftovers.Count == 0
            ? (done, leftovers)
            : ($"Could not be deleted: {string.Join("; ", leftovers)}. Remove-HotstackSnapSet {plan.Id} tries again.", leftovers);
    }
}
