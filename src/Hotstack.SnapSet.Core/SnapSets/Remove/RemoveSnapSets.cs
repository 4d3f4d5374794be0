using Hotstack.OpenStack;
using Hotstack.SnapSets.Find;
using Hotstack.SnapSets.Marks;

namespace Hotstack.SnapSets.Remove;

/// <summary>Removes sets by id, by wildcard or by age, several at the same time; a failure of one does not stop the others.</summary>
public sealed class RemoveSnapSets(Cloud cloud)
{
    private static readonly TimeSpan LargestSkew = TimeSpan.FromHours(1);

    /// <summary>Removes the requested sets, in the order of the given ids or the newest first.</summary>
    /// <param name="request">Which sets, and how.</param>
    /// <param name="activity">Receives each step.</param>
    /// <param name="confirm">Asked once for each set, in their order, before anything of it is deleted.</param>
    /// <param name="removed">Receives each removed set, as it was, in their order.</param>
    /// <param name="failed">Receives the failure for each set not removed, in their order.</param>
    /// <param name="stop">Cancels between two deletions.</param>
    /// <exception cref="HotstackException">The sets cannot be listed, or the login is refused; or the times are too unclear for retention
    /// (<c>RetentionTimeUnclear</c>).</exception>
    public async Task RunAsync(
        RemoveSnapSetsRequest request, IActivity activity, Confirmation confirm,
        Action<SnapSet> removed, Action<HotstackException> failed, CancellationToken stop)
    {
        var volumes = new VolumeCache(cloud);
        SnapSetReference[] ids = [.. await ChooseAsync(request, volumes, activity, stop)];
        string work = $"Removing {ids.Length} SnapSets";
        IActivity part = ids.Length > 1 ? activity.Within(work) : activity;
        var removal = new RemoveSnapSet(cloud) { Volumes = volumes };
        RemovalsInOrder? all = null;
        all = new RemovalsInOrder(outcome =>
        {
            Show();
            if (outcome.Failure is not null)
            {
                failed(outcome.Failure);
            }
            else if (outcome.Set is not null)
            {
                if (stop.IsCancellationRequested)
                {
                    // Then there is no output any more.
                    activity.Warning($"SnapSet {outcome.Set.Id} was removed before the run stopped.");
                }

                removed(outcome.Set);
            }
        });
        try
        {
            await all.RunAsync(
                ids,
                async (id, token) =>
                {
                    Show();
                    return await removal.PrepareAsync(id, request.Force, part, confirm, token);
                },
                (set, token) => removal.RunAsync(set, part, token), stop);
        }
        finally
        {
            if (ids.Length > 1)
            {
                activity.Progress(new(work, "") { Completed = true });
            }
        }

        void Show()
        {
            if (ids.Length > 1)
            {
                activity.Progress(new(work, $"{all!.Ended} of {ids.Length} done") { Percent = 100 * all.Ended / ids.Length });
            }
        }
    }

    /// <summary>Exact ids are not resolved here: their removal does it.</summary>
    private async Task<IEnumerable<SnapSetReference>> ChooseAsync(
        RemoveSnapSetsRequest request, VolumeCache volumes, IActivity activity, CancellationToken stop)
    {
        SnapSetReference[] patterns = [.. request.Ids.Where(id => id.IsPattern)];
        IEnumerable<SnapSetReference> literal = request.Ids.Except(patterns);
        if (patterns.Length == 0 && request.Retention is null)
        {
            return literal;
        }

        var search = new GetSnapSetsRequest { Ids = patterns, Conditions = new() { StackName = request.StackName } };
        var find = new GetSnapSets(cloud) { Volumes = volumes, Activity = activity };
        IReadOnlyList<SnapSet> found = await find.RunAsync(search, stop);
        GetSnapSets.RequireOneProject(cloud, found);
        if (request.Retention?.OlderThan is not null)
        {
            CheckClocks(found);
        }

        IReadOnlyList<SnapSet> chosen = request.Retention is { } retention
            ? Unprotected(retention.Choose(found), request.Force, activity) : found;
        return literal.Concat(chosen.Select(SnapSetReference.To)).DistinctBy(set => (set.Id, set.ProjectId));
    }

    /// <summary>A rule keeps the sets that a user protects.</summary>
    private static SnapSet[] Unprotected(IReadOnlyList<SnapSet> chosen, bool force, IActivity activity)
    {
        foreach (SnapSet set in chosen.Where(set => set.IsProtected && !force))
        {
            activity.Warning(
                $"SnapSet {set.Id} is protected and was not deleted. To end the protection: {RemoveSnapSet.EndProtection(set)}.");
        }

        return [.. chosen.Where(set => force || !set.IsProtected)];
    }

    /// <summary>If the cloud's clock runs ahead, every set looks old. The local clock then contradicts it, unless a set is from the local
    /// clock's future.</summary>
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
                $"The clock of cloud '{cloud.Name}' is {TimeText.Of(ahead)} ahead of this machine's, "
                    + "and no SnapSet shows which one is right.", cloud.Name);
        }
    }
}

/// <summary>Which sets to remove: by id or by retention.</summary>
public sealed record RemoveSnapSetsRequest
{
    /// <summary>Exact ids and patterns.</summary>
    public IReadOnlyList<SnapSetReference> Ids { get; init; } = [];

    /// <summary>Instead of ids: the retention rule.</summary>
    public SnapSetRetention? Retention { get; init; }

    /// <summary>Limits retention and wildcards to sets of this stack.</summary>
    public string? StackName { get; init; }

    /// <summary>Delete protected images too.</summary>
    public bool Force { get; init; }
}

/// <summary>A retention rule. All given conditions must hold.</summary>
public sealed record SnapSetRetention
{
    /// <summary>Only sets older than this.</summary>
    public TimeSpan? OlderThan { get; init; }

    /// <summary>Keep this many of the newest usable sets of each stack, separately for sets with and without dates of revival. Incomplete
    /// sets are neither counted nor removed, unless <see cref="OlderThan"/> is given too.</summary>
    public int? KeepLast { get; init; }

    /// <summary>The sets to remove. A set that may still be in creation is never among them.</summary>
    /// <exception cref="HotstackException">A set is from the future of the cloud's clock (<c>RetentionTimeUnclear</c>): it is unknown which
    /// set is the newest.</exception>
    public IReadOnlyList<SnapSet> Choose(IEnumerable<SnapSet> sets)
    {
        SnapSet[] candidates = [.. sets.Where(set => !set.MayBeInTheMaking)];
        if (candidates.FirstOrDefault(set => set.Age < -SnapSetTime.Tolerance) is { } odd)
        {
            throw Unclear(
                $"SnapSet {odd.Id} was made at {TimeText.Of(odd.CreatedAt)}, which is {TimeText.Of(-odd.Age)} ahead of the cloud's clock.",
                    odd.Id);
        }

        HashSet<string> kept = KeepLast is not { } count ? [] :
        [
            .. candidates.Where(set => set.IsUsable)
                .GroupBy(set => (set.StackName ?? "", set.IsDated))
                .SelectMany(stack => stack.OrderByDescending(set => set.CreatedAt).ThenBy(set => set.Id, StringComparer.Ordinal)
                    .Take(count))
                .Select(set => set.Id),
        ];
        return [.. candidates.Where(set =>
            (OlderThan is not { } age || set.Age > age)
            && (KeepLast is null || !kept.Contains(set.Id))
            && (KeepLast is null || OlderThan is not null || set.IsUsable))];
    }

    /// <summary>Nothing was removed: by a wrong time the newest set would be removed first.</summary>
    internal static HotstackException Unclear(string why, object target) =>
        new(ErrorCause.Conflict, "RetentionTimeUnclear", $"{why} Nothing was removed.")
        {
            Target = target,
            Hint = "Check this machine's clock, ask the cloud's operator to check the cloud's, or remove sets by their ids: Remove-HotstackSnapSet -Id …",
        };
}
