using Hotstack.Deployments;
using Hotstack.OpenStack;
using Hotstack.OpenStack.BlockStorage;
using Hotstack.SnapSets.Find;
using Hotstack.SnapSets.Marks;

namespace Hotstack.SnapSets.Remove;

/// <summary>Deletes a set: its images and its volume snapshots.</summary>
public sealed class RemoveSnapSet(Cloud cloud)
{
    /// <summary>Timeout for reading what is left after a cancel.</summary>
    private static readonly TimeSpan LookPatience = TimeSpan.FromSeconds(30);

    /// <summary>The volumes and their snapshots, if read once for several sets; null reads them for each set.</summary>
    internal VolumeCache? Volumes { get; init; }

    /// <summary>Deletes the set's current objects; a second call deletes what was left.</summary>
    /// <param name="wanted">The set, by its exact id.</param>
    /// <param name="force">Delete protected images too.</param>
    /// <param name="activity">Receives each step.</param>
    /// <param name="confirm">Asked once, before anything is deleted.</param>
    /// <param name="stop">Cancels between two deletions.</param>
    /// <returns>The set as it was; null if the user did not consent.</returns>
    /// <exception cref="HotstackException"><c>SnapSetNotFound</c>; <c>ProjectMismatch</c>; <c>ImageProtected</c>, with nothing deleted;
    /// <c>SnapSetNotRemoved</c>, with what is left; nothing is deleted if volumes depend on the volume snapshots.</exception>
    public async Task<SnapSet?> RunAsync(
        SnapSetReference wanted, bool force, IActivity activity, Confirmation confirm, CancellationToken stop)
    {
        SnapSetRemoval? removal = await PrepareAsync(wanted, force, activity, confirm, stop);
        return removal is null ? null : await RunAsync(removal, activity, stop);
    }

    /// <summary>Reads a set, checks whether it may be deleted, and asks for consent. Changes nothing.</summary>
    /// <returns>What to delete; null if the user did not consent.</returns>
    /// <exception cref="HotstackException"><c>SnapSetNotFound</c>; <c>ProjectMismatch</c>; <c>ImageProtected</c>.</exception>
    internal async Task<SnapSetRemoval?> PrepareAsync(
        SnapSetReference wanted, bool force, IActivity activity, Confirmation confirm, CancellationToken stop)
    {
        VolumeCache volumes = Volumes ?? new VolumeCache(cloud);
        SnapSet set = await new GetSnapSets(cloud) { Volumes = volumes }.GetAsync(wanted, stop);
        string id = set.Id;
        string[] isProtected =
        [
            .. set.Members.Where(member => member.IsProtected).Select(m => $"{m.Name} ({m.ImageId})"),
            .. set.Blueprints.Where(one => one.Image.IsProtected).Select(one => $"the blueprint ({one.Image.Id})"),
        ];
        if (isProtected.Length > 0 && !force)
        {
            throw new HotstackException(
                ErrorCause.Conflict, "ImageProtected",
                $"SnapSet {id} has protected images; nothing was deleted: "
                + string.Join(", ", isProtected) + ".")
            {
                Target = id,
                Hint = $"Run {EndProtection(set)} first, or use -Force to delete protected images too.",
            };
        }

        string[] unnamed = [.. (await FindUnnamedAsync(set, volumes, activity, stop)).Select(s => s.Id)];
        int snapshots = set.VolumeCount + unnamed.Length;
        string[] things =
        [
            .. set.Members.Count > 0 ? [CountText.Of(set.Members.Count, "image")] : Array.Empty<string>(),
            .. snapshots > 0 ? [CountText.Of(snapshots, "volume snapshot")] : Array.Empty<string>(),
            .. set.Blueprints.Count > 0 ? ["the blueprint"] : Array.Empty<string>(),
        ];
        string what = things.Length < 2 ? string.Concat(things) : $"{string.Join(", ", things[..^1])} and {things[^1]}";
        string members = set.Members.Count > 0 ? string.Join(", ", set.Members) : "no image";
        return await confirm($"SnapSet {id} ({members}; {set.CreatedAt:u})", $"Delete {what}")
            ? new SnapSetRemoval(set, unnamed, volumes, what)
            : null;
    }

    /// <summary>The command that ends the protection of a set.</summary>
    internal static string EndProtection(SnapSet set) => $"Set-HotstackSnapSet {CommandArgument.OfPattern(set.Id)} -Protected:$false";

    /// <summary>Deletes what the user agreed to.</summary>
    /// <exception cref="HotstackException"><c>SnapSetNotRemoved</c>, with what is left.</exception>
    internal async Task<SnapSet> RunAsync(SnapSetRemoval removal, IActivity activity, CancellationToken stop)
    {
        SnapSet set = removal.Set;
        string work = $"Removing SnapSet {set.Id}";
        int total = set.Members.Count + set.Blueprints.Count;
        int done = 0;
        Show();
        try
        {
            await DeleteAsync(set, removal.Unnamed, removal.Volumes, Ended, activity, stop);
            return set;
        }
        catch (OperationCanceledException)
        {
            activity.Warning($"The removal of SnapSet {set.Id} was stopped. {await LeftAsync(set)}");
            throw;
        }
        finally
        {
            activity.Progress(new(work, "") { Completed = true });
        }

        void Ended()
        {
            Interlocked.Increment(ref done);
            Show();
        }

        void Show() => activity.Progress(new Tally(Volatile.Read(ref done), total, "images").Of(work, removal.What));
    }

    /// <summary>What is left of a set after a cancel; does not use the cancelled token.</summary>
    private async Task<string> LeftAsync(SnapSet set)
    {
        using var patience = new CancellationTokenSource(LookPatience);
        try
        {
            SnapSet left = await new GetSnapSets(cloud).GetAsync(SnapSetReference.To(set), patience.Token);
            IReadOnlyList<VolumeSnapshot> snapshots = await VolumeSnapshotMarks.OfSetIfAnyAsync(new VolumeCache(cloud), set.Id,
                patience.Token);
            string[] things =
            [
                .. left.Members.Select(m => $"image {m.ImageId} ({m.Name})"),
                .. left.Blueprints.Select(one => $"image {one.Image.Id} (the blueprint)"),
                .. left.Members.SelectMany(m => m.VolumeSnapshots).Concat(snapshots.Select(s => s.Id)).Distinct()
                    .Select(s => $"volume snapshot {s}"),
            ];
            return $"Still there: {string.Join(", ", things)}. Run the same command again to delete them.";
        }
        catch (HotstackException e) when (e.Cause == ErrorCause.NotFound)
        {
            return "The set is deleted.";
        }
        catch (Exception e) when (e is HotstackException or OperationCanceledException)
        {
            return $"What is left could not be determined ({e.Message}). Run the same command again to delete it.";
        }
    }

    /// <summary>Snapshots of data volumes that no image of the set names: its creation was interrupted.</summary>
    private static async Task<IReadOnlyList<VolumeSnapshot>> FindUnnamedAsync(
        SnapSet set, VolumeCache volumes, IActivity activity, CancellationToken stop)
    {
        try
        {
            IReadOnlyList<VolumeSnapshot> all = VolumeSnapshotMarks.OfSet(await volumes.ReadAsync(stop), set.Id);
            return [.. all.ExceptBy(set.Members.SelectMany(m => m.VolumeSnapshots), s => s.Id)];
        }
        catch (HotstackException e) when (ServiceClient.IsWithoutEndpoint(e))
        {
            // A cloud without volumes.
            return [];
        }
        catch (HotstackException e) when (e.Cause != ErrorCause.AuthenticationFailed)
        {
            activity.Warning($"Volume snapshots of SnapSet {set.Id} that no image names could not be listed: {e.Message}");
            return [];
        }
    }

    private async Task DeleteAsync(
        SnapSet set, IReadOnlyList<string> unnamed, VolumeCache volumes, Action ended, IActivity activity, CancellationToken stop)
    {
        // The controllers first: without one, upstream's search for the latest set does not see the rest.
        SnapSetMember[] members = [.. set.Members.OrderByDescending(m => m.Role == Roles.Controller)];
        // Those whose loss costs least come first.
        string[] snapshots = [.. unnamed.Concat(Enumerable.Reverse(members).SelectMany(m => m.VolumeSnapshots)).Distinct()];
        ILookup<string, string> dependents = await DependentVolumes.OfAsync(snapshots, volumes, activity, stop);
        await TryOneAsync(set, snapshots.FirstOrDefault(dependents.Contains), dependents, stop);

        var leftovers = new List<Leftover>();
        leftovers.AddRange(await new VolumeSnapshotRemoval(cloud).RunAsync(unnamed, stop));
        var removal = new ImageRemoval(cloud);
        foreach (IGrouping<bool, SnapSetMember> group in members.GroupBy(m => m.Role == Roles.Controller))
        {
            IReadOnlyList<Leftover>[] left = await Fanout.SelectAsync(
                group,
                async (member, token) =>
                {
                    IReadOnlyList<Leftover> ofMember = await removal.RunAsync(
                        member.ImageId, member.VolumeSnapshots, member.IsProtected, activity, token);
                    ended();
                    return ofMember;
                },
                stop);
            leftovers.AddRange(left.SelectMany(l => l));
        }

        foreach (BlueprintImage blueprint in set.Blueprints)
        {
            leftovers.AddRange(await removal.RunAsync(blueprint.Image.Id, [], blueprint.Image.IsProtected, activity, stop));
            ended();
        }

        if (leftovers.Count > 0)
        {
            throw Failure(set, leftovers, dependents);
        }
    }

    /// <summary>Deletes one of the volume snapshots that volumes depend on, before any image. If Cinder refuses, the set stays
    /// complete.</summary>
    private async Task TryOneAsync(SnapSet set, string? snapshot, ILookup<string, string> dependents, CancellationToken stop)
    {
        if (snapshot is null)
        {
            return;
        }

        IReadOnlyList<Leftover> left = await new VolumeSnapshotRemoval(cloud).RunAsync([snapshot], stop);
        if (left.Count > 0)
        {
            throw Failure(set, [.. left.Select(l => l with { Reason = $"{l.Reason}; nothing else was deleted" })], dependents);
        }
    }

    private static LeftoversException Failure(SnapSet set, IReadOnlyList<Leftover> leftovers, ILookup<string, string> dependents)
    {
        string[] hints = [.. leftovers.Select(l => l.Hint).OfType<string>()];
        return new LeftoversException(set.Id, leftovers)
        {
            Hint = hints.Length > 0 ? DependentVolumes.Hint(dependents) ?? hints[0] : null,
        };
    }

    /// <summary>Volumes made from a set's volume snapshots. Cinder's driver decides whether these can be deleted meanwhile: LVM copies the
    /// data; RBD keeps a snapshot until its clones are deleted.</summary>
    private static class DependentVolumes
    {
        /// <summary>The ids of the volumes, by their snapshot. Empty, with a warning, if the volumes cannot be listed; a refused login is
        /// thrown.</summary>
        public static async Task<ILookup<string, string>> OfAsync(
            string[] snapshots, VolumeCache volumes, IActivity activity, CancellationToken stop)
        {
            try
            {
                return (snapshots.Length == 0 ? [] : await volumes.ReadVolumesAsync(stop))
                    .Where(v => v.SnapshotId is { } id && snapshots.Contains(id)).ToLookup(v => v.SnapshotId!, v => v.Id);
            }
            catch (HotstackException e) when (e.Cause != ErrorCause.AuthenticationFailed)
            {
                activity.Warning($"Volumes that depend on the set's volume snapshots could not be listed: {e.Message}");
                return Enumerable.Empty<string>().ToLookup(id => id);
            }
        }

        /// <summary>The hint for a snapshot in use; null if the volumes are unknown.</summary>
        public static string? Hint(ILookup<string, string> dependents) => dependents.Count == 0
            ? null
            : "Delete the volumes made from the set's volume snapshots, or their stacks, and remove the set again: "
            + $"{string.Join(", ", dependents.SelectMany(volumes => volumes))}.";
    }
}

/// <summary>The deletion of a set, as the user agreed to it.</summary>
/// <param name="Set">The set, as read.</param>
/// <param name="Unnamed">The ids of its volume snapshots that no image names.</param>
/// <param name="Volumes">The volumes and volume snapshots of the project.</param>
/// <param name="What">What is deleted: <c>2 images and 1 volume snapshot</c>.</param>
internal sealed record SnapSetRemoval(SnapSet Set, IReadOnlyList<string> Unnamed, VolumeCache Volumes, string What);
