using Hotstack.OpenStack;
using Hotstack.SnapSets.Find;
using Hotstack.SnapSets.Marks;

namespace Hotstack.SnapSets.Remove;

/// <summary>Removes sets by id, by wildcard or by age, each for itself: one that cannot be removed keeps no other.</summary>
public sealed class PruneSnapSets(Cloud cloud)
{
    private static readonly TimeSpan LargestSkew = TimeSpan.FromHours(1);

    /// <summary>Removes the sets that the request is for, in the order of their ids or the newest first.</summary>
    /// <param name="request">Which sets, and how.</param>
    /// <param name="activity">Told of each step.</param>
    /// <param name="confirm">Asked once for each set, before anything of it is deleted.</param>
    /// <param name="removed">Given each set that was removed, as it was.</param>
    /// <param name="failed">Given the reason for each set that was not.</param>
    /// <param name="stop">Ends it between two deletions.</param>
    /// <exception cref="HotstackException">The sets cannot be listed, or who we are is not accepted; the times are not clear enough for
    /// retention (<c>RetentionTimeUnclear</c>).</exception>
    public async Task RunAsync(
        PruneSnapSetsRequest request, IActivity activity, Confirmation confirm,
        Action<SnapSet> removed, Action<HotstackException> failed, CancellationToken stop)
    {
        var volumes = new VolumeCache(cloud);
        SnapSetReference[] ids = [.. await ChooseAsync(request, volumes, activity, stop)];
        string work = $"Removing {ids.Length} SnapSets";
        IActivity part = ids.Length > 1 ? activity.Within(work) : activity;
        try
        {
            for (int i = 0; i < ids.Length; i++)
            {
                if (ids.Length > 1)
                {
                    activity.Progress(new(work, $"{i} of {ids.Length} done") { Percent = 100 * i / ids.Length });
                }

                await RemoveAsync(ids[i], volumes, request, part, confirm, removed, failed, stop);
            }
        }
        finally
        {
            if (ids.Length > 1)
            {
                activity.Progress(new(work, "") { Completed = true });
            }
        }
    }

    private async Task RemoveAsync(
        SnapSetReference id, VolumeCache volumes, PruneSnapSetsRequest request, IActivity activity, Confirmation confirm,
        Action<SnapSet> removed, Action<HotstackException> failed, CancellationToken stop)
    {
        try
        {
            SnapSet? set = await new RemoveSnapSet(cloud) { Volumes = volumes }
                .RunAsync(id, request.Force, activity, confirm, stop);
            if (set is not null)
            {
                removed(set);
            }
        }
        catch (HotstackException e) when (e.Cause is not ErrorCause.AuthenticationFailed)
        {
            failed(e);
        }
    }

    /// <summary>Exact ids are not looked up here: their removal does it.</summary>
    private async Task<IEnumerable<SnapSetReference>> ChooseAsync(
        PruneSnapSetsRequest request, VolumeCache volumes, IActivity activity, CancellationToken stop)
    {
        SnapSetReference[] patterns = [.. request.Ids.Where(id => id.IsPattern)];
        IEnumerable<SnapSetReference> literal = request.Ids.Except(patterns);
        if (patterns.Length == 0 && request.Retention is null)
        {
            return literal;
        }

        var search = new FindSnapSetsRequest { Ids = patterns, StackName = request.StackName };
        var find = new FindSnapSets(cloud) { Volumes = volumes, Activity = activity };
        IReadOnlyList<SnapSet> found = await find.RunAsync(search, stop);
        FindSnapSets.RequireOneProject(cloud, found);
        if (request.Retention?.OlderThan is not null)
        {
            CheckClocks(found);
        }

        IReadOnlyList<SnapSet> chosen = request.Retention?.Choose(found) ?? found;
        return literal.Concat(chosen.Select(SnapSetReference.To)).DistinctBy(set => (set.Id, set.ProjectId));
    }

    /// <summary>A clock of the cloud that runs ahead makes every set old. Ours contradicts it then; if Glance has made a set in our
    /// future, ours is the wrong one.</summary>
    private void CheckClocks(IReadOnlyList<SnapSet> sets)
    {
        DateTimeOffset ours = cloud.Time.GetUtcNow();
        if (!cloud.IsTimeKnown)
        {
            throw SnapSetRetention.Unclear(
                $"Cloud '{cloud.Name}' does not report its time, so the ages of its SnapSets are unknown.", cloud.Name);
        }

        TimeSpan ahead = cloud.Now - ours;
        if (ahead > LargestSkew && !sets.Any(set => set.CreatedAt > ours + SnapSetTime.Tolerance))
        {
            throw SnapSetRetention.Unclear(
                $"The clock of cloud '{cloud.Name}' is {TimeText.Of(ahead)} ahead of this machine's, and no SnapSet shows which of them is right.", cloud.Name);
        }
    }
}

/// <summary>Which sets to remove, and how: either by id or by what is to be kept.</summary>
public sealed record PruneSnapSetsRequest
{
    /// <summary>Exact ids and patterns.</summary>
    public IReadOnlyList<SnapSetReference> Ids { get; init; } = [];

    /// <summary>Instead of ids: which sets are old enough to go.</summary>
    public SnapSetRetention? Retention { get; init; }

    /// <summary>Only sets of this stack, of those that retention or a wildcard chooses.</summary>
    public string? StackName { get; init; }

    /// <summary>Also images that are protected.</summary>
    public bool Force { get; init; }
}

/// <summary>Which sets are old enough to go. All that is given must hold.</summary>
public sealed record SnapSetRetention
{
    /// <summary>Only sets older than this.</summary>
    public TimeSpan? OlderThan { get; init; }

    /// <summary>Keep this many of the newest usable sets of each stack, and as many of those that do not show until when their cluster can be
    /// revived: such a set counts for none that does. Incomplete sets are neither counted nor chosen by it, unless
    /// <see cref="OlderThan"/> is given too.</summary>
    public int? KeepLast { get; init; }

    /// <summary>The sets to remove. A set that may be in the making just now is never among them.</summary>
    /// <exception cref="HotstackException">A set is from the future of the cloud's clock (<c>RetentionTimeUnclear</c>): which of them
    /// is the newest cannot be said.</exception>
    public IReadOnlyList<SnapSet> Choose(IEnumerable<SnapSet> sets)
    {
        SnapSet[] candidates = [.. sets.Where(set => !set.MayBeInTheMaking)];
        if (candidates.FirstOrDefault(set => set.Age < -SnapSetTime.Tolerance) is { } odd)
        {
            throw Unclear(
                $"SnapSet {odd.Id} was made at {TimeText.Of(odd.CreatedAt)}, which is {TimeText.Of(-odd.Age)} ahead of the cloud's clock.", odd.Id);
        }

        HashSet<string> kept = KeepLast is not { } count ? [] :
        [
            .. candidates.Where(set => set.IsUsable)
                .GroupBy(set => (set.StackName ?? "", set.IsDated))
                .SelectMany(stack => stack.OrderByDescending(set => set.CreatedAt).ThenBy(set => set.Id, StringComparer.Ordinal).Take(count))
                .Select(set => set.Id),
        ];
        return [.. candidates.Where(set =>
            (OlderThan is not { } age || set.Age > age)
            && (KeepLast is null || !kept.Contains(set.Id))
            && (KeepLast is null || OlderThan is not null || set.IsUsable))];
    }

    /// <summary>Nothing was removed, since by a wrong time the newest set would be the first to go.</summary>
    internal static HotstackException Unclear(string why, object target) =>
        new(ErrorCause.Conflict, "RetentionTimeUnclear", $"{why} Nothing was removed.")
        {
            Target = target,
            Hint = "Check this machine's clock, ask the cloud's operator to check the cloud's, or remove sets by their ids: Remove-HotstackSnapSet -Id …",
        };
}
