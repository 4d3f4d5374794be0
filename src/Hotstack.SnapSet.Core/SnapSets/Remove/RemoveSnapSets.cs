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
                activity.Progress(new Tally(all!.Ended, ids.Length, "done").Of(work));
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

        IReadOnlyList<SnapSet> chosen = request.Retention is { } retention ? Choose(retention, found, request.Force, activity) : found;
        return literal.Concat(chosen.Select(SnapSetReference.To)).DistinctBy(set => (set.Id, set.ProjectId));
    }

    /// <summary>By the rule; tells what is kept and why, and how many the rule meets.</summary>
    private static SnapSet[] Choose(SnapSetRetention rule, IReadOnlyList<SnapSet> found, bool force, IActivity activity)
    {
        IReadOnlyList<RetentionVerdict> verdicts = rule.Judge(found);
        foreach (RetentionVerdict verdict in verdicts.Where(verdict => verdict is { IsRemoved: false, Set.IsTimeKnown: true }))
        {
            activity.Verbose($"SnapSet {verdict.Set.Id} is kept: {verdict.Why}.");
        }

        string[] undated = [.. verdicts.Where(verdict => !verdict.Set.IsTimeKnown).Select(verdict => verdict.Set.Id)];
        if (undated.Length > 0)
        {
            bool isOne = undated.Length == 1;
            activity.Warning($"Glance does not tell when {CountText.Of(undated.Length, "SnapSet")} {(isOne ? "was" : "were")} made: "
                + $"{NameList.Short(undated)}. {(isOne ? "It is" : "They are")} neither counted nor removed. Remove {(isOne ? "it" : "them")} by id: "
                + "Remove-HotstackSnapSet -Id …");
        }

        SnapSet[] met = [.. verdicts.Where(verdict => verdict.IsRemoved).Select(verdict => verdict.Set)];
        int counted = verdicts.Count(verdict => verdict.Set is { IsTimeKnown: true, MayBeInTheMaking: false });
        string count = $"{met.Length} of {CountText.Of(counted, "set")} {(met.Length == 1 ? "is" : "are")} {rule}";
        activity.Verbose(met.Length == 0 ? $"Nothing to remove: {count}." : $"{char.ToUpperInvariant(count[0])}{count[1..]}.");
        return Unprotected(met, force, activity);
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
