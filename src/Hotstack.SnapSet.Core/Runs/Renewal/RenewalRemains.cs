using Hotstack.OpenStack;
using Hotstack.SnapSets;
using Hotstack.SnapSets.Find;
using Hotstack.SnapSets.Remove;

namespace Hotstack.Runs.Renewal;

/// <summary>Deletes what runs that did not end left of the renewal of a set.</summary>
/// <param name="cloud">The cloud.</param>
/// <param name="old">The set that is renewed.</param>
/// <param name="request">How.</param>
internal sealed class RenewalRemains(Cloud cloud, SnapSet old, UpdateSnapSetRequest request)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(30);
    private readonly RenewalStack _stacks = new(cloud, old);

    /// <summary>Deletes sets that consist of a blueprint alone. Nothing resumes them.</summary>
    public Task RemoveEmptyAsync(IActivity activity, CancellationToken stop) =>
        RemoveAsync(set => set.Members.Count == 0 && set.Blueprint is { IsImported: false }, activity, stop);

    /// <summary>Deletes the images that were made of the temporary stack's servers, and the stack.</summary>
    /// <param name="made">The new set, if it has to go too; null for none.</param>
    /// <param name="servers">The servers of the temporary stack.</param>
    /// <param name="isOurs">Whether the stack is this run's to delete.</param>
    /// <param name="activity">Receives each step.</param>
    /// <param name="resume">The sentence for what stays.</param>
    /// <returns>What became of it, in sentences.</returns>
    public async Task<string> RollBackAsync(
        SnapSet? made, IReadOnlyList<Instance> servers, Func<CancellationToken, Task<bool>> isOurs, IActivity activity, string resume)
    {
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            if (!await isOurs(patience.Token))
            {
                return $"Nothing was deleted, because another run may use it. {resume}";
            }

            activity.Warning($"Deleting what the renewal of SnapSet {old.Id} made. This takes a moment.");
            HashSet<string> sources = [.. servers.Select(server => server.Id)];
            await RemoveAsync(
                set => set.Id == made?.Id || (set.State == SnapSetState.Incomplete && set.Members.Count > 0
                    && set.Members.All(member => member.SourceId is { } id && sources.Contains(id))),
                activity, patience.Token);
            string? left = await _stacks.FindAsync(patience.Token) is { } stack
                ? await _stacks.DeleteAsync(stack, request.Restore.PollInterval, Patience, activity, patience.Token) : null;
            return left is null ? $"What was made is deleted; SnapSet {old.Id} is untouched."
                : $"Stack {_stacks.Name} could not be deleted ({left.TrimEnd('.')}). {resume}";
        }
        catch (Exception e) when (e is HotstackException or OperationCanceledException)
        {
            return $"Not all that was made could be deleted ({e.Message.TrimEnd('.')}). {resume}";
        }
    }

    private async Task RemoveAsync(Predicate<SnapSet> isPart, IActivity activity, CancellationToken stop)
    {
        var find = new GetSnapSets(cloud);
        IEnumerable<SnapSet> all = (await find.RunAsync(new(), stop)).Concat(await find.RunAsync(new() { Incomplete = true }, stop))
            .DistinctBy(set => (set.Id, set.ProjectId));
        foreach (SnapSet part in all.Where(set => set.RenewedFrom == old.Id && set.Id != old.Id && isPart(set)))
        {
            await new RemoveSnapSet(cloud).RunAsync(SnapSetReference.To(part), false, activity, Confirmations.Agreed, stop);
        }
    }
}
