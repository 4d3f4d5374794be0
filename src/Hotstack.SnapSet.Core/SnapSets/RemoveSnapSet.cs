using Hotstack.Http;
using Hotstack.OpenStack;

namespace Hotstack.SnapSets;

/// <summary>Deletes a set: its images, and the volume snapshots of its volume-backed members.</summary>
public sealed class RemoveSnapSet(Cloud cloud)
{
    /// <summary>Deletes what the cloud holds of the set now; doing it again finishes what was left.</summary>
    /// <param name="id">The set.</param>
    /// <param name="force">Also images that are protected.</param>
    /// <param name="activity">Told of each step.</param>
    /// <param name="confirm">Asked once, before anything is deleted.</param>
    /// <param name="stop">Ends it between two deletions.</param>
    /// <returns>The set as it was; null if the user did not consent.</returns>
    /// <exception cref="HotstackException"><c>SnapSetNotFound</c>; <c>ImageProtected</c>, with nothing deleted;
    /// <c>SnapSetNotRemoved</c>, with what is left.</exception>
    public async Task<SnapSet?> RunAsync(
        string id, bool force, IActivity activity, Confirmation confirm, CancellationToken stop)
    {
        SnapSet set = await new FindSnapSets(cloud).GetAsync(id, stop).ConfigureAwait(false);
        SnapSetMember[] isProtected = [.. set.Members.Where(member => member.IsProtected)];
        if (isProtected.Length > 0 && !force)
        {
            throw new HotstackException(
                ErrorCause.Conflict, "ImageProtected",
                $"SnapSet {id} holds protected images, so nothing of it was deleted: "
                + string.Join(", ", isProtected.Select(m => $"{m.Name} ({m.ImageId})")) + ".")
            {
                Target = id,
                Hint = "Use -Force to delete protected images too.",
            };
        }

        string[] volumeSnapshots = [.. set.Members.SelectMany(member => member.VolumeSnapshots)];
        string what = $"{set.Members.Count} images"
            + (volumeSnapshots.Length > 0 ? $" and {volumeSnapshots.Length} volume snapshots" : "");
        if (!await confirm($"SnapSet {id} ({string.Join(", ", set.Members)}; {set.CreatedAt:u})", $"Delete {what}").ConfigureAwait(false))
        {
            return null;
        }

        string work = $"Removing SnapSet {id}";
        activity.Progress(new(work, what));
        try
        {
            await DeleteAsync(set, activity, stop).ConfigureAwait(false);
            return set;
        }
        finally
        {
            activity.Progress(new(work, "") { Completed = true });
        }
    }

    private async Task DeleteAsync(SnapSet set, IActivity activity, CancellationToken stop)
    {
        var leftovers = new List<Leftover>();
        var removal = new ImageRemoval(cloud);
        // The controllers first: without one, upstream's search for the latest set does not see the rest.
        foreach (IGrouping<bool, SnapSetMember> group in set.Members.GroupBy(m => m.Role == Roles.Controller).OrderByDescending(g => g.Key))
        {
            IReadOnlyList<Leftover>[] left = await Fanout.SelectAsync(
                group,
                (member, token) => removal.RunAsync(member.ImageId, member.VolumeSnapshots, member.IsProtected, activity, token),
                stop).ConfigureAwait(false);
            leftovers.AddRange(left.SelectMany(l => l));
        }

        if (leftovers.Count > 0)
        {
            throw new LeftoversException(set.Id, leftovers);
        }
    }
}
