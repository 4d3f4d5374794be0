using Hotstack.Http;
using Hotstack.OpenStack;

namespace Hotstack.SnapSets.Create;

/// <summary>Has a service make snapshots, waits until all are ready, and deletes them if the run fails.</summary>
/// <remarks>A request without an answer may have been accepted. So it is not repeated: its snapshot is looked for, and requested again only
/// when the service has certainly made none.</remarks>
internal abstract class SnapshotOrders<TOrder, T>(Cloud cloud, NewSnapSetPlan plan, IReadOnlyList<TOrder> orders, IActivity activity)
    where TOrder : SnapshotOrder<T>
    where T : class
{
    private const int MaxAttempts = 2;
    private static readonly TimeSpan RollbackInterval = TimeSpan.FromSeconds(2);

    private readonly HashSet<string> _deleted = [];
    private IActivity? _limited;
    private readonly Dictionary<string, Leftover> _leftovers = [];

    /// <summary>What the service makes: <c>image</c> or <c>volume snapshot</c>.</summary>
    protected abstract string Kind { get; }

    protected abstract string Service { get; }

    /// <summary>How long a request without an answer may still have an effect.</summary>
    protected abstract TimeSpan UnknownPatience { get; }

    protected Cloud Cloud => cloud;

    protected NewSnapSetPlan Plan => plan;

    protected IActivity Activity => activity;

    /// <summary>Receives the progress of the whole, with the timeout.</summary>
    protected IActivity Limited => _limited ?? activity;

    public IReadOnlyList<TOrder> Orders => orders;

    /// <summary>There is a snapshot, or may be.</summary>
    public bool HasAny => orders.Any(o => o.Id is not null || o.IsOutcomeUnknown);

    public bool HasOrdered => orders.Any(o => o.WasOrdered);

    /// <summary>Requests all that are missing, and waits until all are ready.</summary>
    /// <exception cref="HotstackException">The service refused one (<c>QuotaExceeded</c> …), one failed (<c>SnapshotFailed</c>,
    /// <c>SnapshotStuck</c>), or one is late (<c>SnapshotTimeout</c>).</exception>
    public async Task RunAsync(TimeSpan interval, Deadline deadline, CancellationToken stop)
    {
        if (orders.Count == 0)
        {
            return;
        }

        await Fanout.ForEachAsync(orders.Where(o => o.Snapshot is not null), DropIfAbandonedAsync, stop);
        await Fanout.ForEachAsync(orders.Where(o => o.Id is null), OrderAsync, stop);
        ThrowIfAnyFailed();
        _limited = activity.AtMost(deadline.Left, cloud.Time);
        ShowProgress();
        if (HasOrdered)
        {
            // It cannot be ready yet.
            await Poll.PauseAsync(deadline.Left < interval ? deadline.Left : interval, cloud.Time, stop);
        }

        bool isDone = await Poll.UntilAsync(
            async token =>
            {
                await PollAsync(token);
                ShowProgress();
                ThrowIfAnyFailed();
                return orders.All(o => o.IsReady);
            },
            interval, deadline.Left, cloud.Time, stop);
        if (!isDone)
        {
            throw Late(deadline);
        }
    }

    /// <summary>Deletes what this run made or may have made, and nothing else.</summary>
    /// <returns>How many were deleted, and what could not be.</returns>
    public async Task<(int Deleted, IReadOnlyList<Leftover> Leftovers)> RollBackAsync(CancellationToken stop)
    {
        TOrder[] ours = [.. orders.Where(o => o.WasOrdered)];
        if (ours.Length == 0)
        {
            return (0, []);
        }

        activity.Verbose($"Rolling back the {Kind}s of SnapSet {plan.Id}.");
        try
        {
            await DeleteAsync(ours, stop);
            await DeleteLateAsync(ours, stop);
            AddLeftovers(await DeleteOrphansAsync(ours, stop));
        }
        catch (Exception e) when (e is HotstackException or OperationCanceledException)
        {
            foreach (TOrder order in ours.Where(o => o.Id is null ? o.IsOutcomeUnknown : !_deleted.Contains(o.Id)))
            {
                string id = order.Id ?? $"of {order.Source}, whose id is not known";
                _leftovers.TryAdd(id, new Leftover(Kind, id, e is HotstackException ? e.Message : "the cloud did not answer in time"));
            }
        }

        return (_deleted.Count, [.. _leftovers.Values]);
    }

    protected abstract void ShowProgress();

    /// <summary>Requests one.</summary>
    /// <returns>Its id.</returns>
    protected abstract Task<string> SendAsync(TOrder order, CancellationToken stop);

    /// <summary>All of the set, the oldest first.</summary>
    protected abstract Task<IReadOnlyList<Listed>> ListAsync(CancellationToken stop);

    protected abstract Task<T?> FindAsync(string id, CancellationToken stop);

    /// <summary>Sets <see cref="SnapshotOrder{T}.IsReady"/> or <see cref="SnapshotOrder{T}.Failure"/> by what was read.</summary>
    protected abstract Task JudgeAsync(TOrder order, T snapshot, CancellationToken stop);

    /// <summary>Whether the service has certainly stopped working on it, or never started.</summary>
    protected abstract Task<bool> IsAbandonedAsync(TOrder order, CancellationToken stop);

    protected abstract HotstackException Failed(TOrder order, string reason);

    /// <summary>Why one that was there is gone.</summary>
    protected abstract Task<HotstackException> VanishedAsync(TOrder order, CancellationToken stop);

    /// <summary>Whether all requests without an answer have had their effect.</summary>
    protected abstract Task<bool> AreSettledAsync(IReadOnlyCollection<TOrder> unknown, CancellationToken stop);

    /// <summary>Whether another run has completed a set with it.</summary>
    protected virtual bool IsClaimed(TOrder order, T snapshot) => false;

    /// <summary>Deletes an earlier run's if the service has stopped working on it, so that it is made again.</summary>
    protected virtual Task DropIfAbandonedAsync(TOrder order, CancellationToken stop) => Task.CompletedTask;

    /// <summary>Deletes them.</summary>
    /// <returns>What could not be deleted.</returns>
    protected abstract Task<IReadOnlyList<Leftover>> DeleteAsync(IReadOnlyDictionary<string, T?> snapshots, CancellationToken stop);

    /// <summary>Deletes what a failed order left besides.</summary>
    /// <returns>What could not be deleted.</returns>
    protected virtual Task<IReadOnlyList<Leftover>> DeleteOrphansAsync(IReadOnlyCollection<TOrder> ours, CancellationToken stop) =>
        Task.FromResult<IReadOnlyList<Leftover>>([]);

    private async Task OrderAsync(TOrder order, CancellationToken stop)
    {
        order.WasOrdered = true;
        order.IsOutcomeUnknown = true;
        order.Attempts++;
        try
        {
            order.Id = await SendAsync(order, stop);
            order.IsOutcomeUnknown = false;
            activity.Verbose($"{order.Member}: {Service} makes {Kind} {order.Id} of {order.Source}.");
        }
        catch (ServiceException e) when (e.IsOutcomeUnknown)
        {
            activity.Verbose($"{order.Member}: {e.Message} Looking for the {Kind} instead of requesting it again.");
        }
        catch (HotstackException e)
        {
            order.IsOutcomeUnknown = false;
            order.Failure = e;
        }

        order.ScheduleCheck(cloud.Time.GetUtcNow());
    }

    private async Task PollAsync(CancellationToken stop)
    {
        try
        {
            ILookup<string, Listed> listed = (await ListAsync(stop)).ToLookup(one => one.Key);
            await Fanout.ForEachAsync(orders.Where(o => !o.IsReady), (order, token) => PollAsync(order, listed[order.Key], token), stop);
        }
        catch (ServiceException e) when (e.Cause.IsTransient)
        {
            // The service may be restarting; the next poll tells.
        }
    }

    private async Task PollAsync(TOrder order, IEnumerable<Listed> listed, CancellationToken stop)
    {
        try
        {
            if (await FindAsync(order, listed, stop) is { } snapshot)
            {
                order.Snapshot = snapshot;
                order.IsOutcomeUnknown = false;
                await JudgeAsync(order, snapshot, stop);
            }
            else if (order.Id is not null)
            {
                order.Failure = await VanishedAsync(order, stop);
            }

            if (order is { IsReady: false, Failure: null } && order.IsCheckDue(cloud.Time.GetUtcNow())
                && await IsAbandonedAsync(order, stop))
            {
                await RepeatAsync(order, stop);
            }
        }
        catch (ServiceException e) when (e.Cause.IsTransient)
        {
        }
        catch (HotstackException e)
        {
            order.Failure = e;
        }
    }

    private async Task<T?> FindAsync(TOrder order, IEnumerable<Listed> listed, CancellationToken stop)
    {
        if (order.Id is null)
        {
            Listed? found = listed.FirstOrDefault(one => !one.IsEarlier);
            order.Id = found?.Id;
            return found?.Snapshot;
        }

        // A list may lag: only one that cannot be read by its id is gone.
        return listed.FirstOrDefault(one => one.Id == order.Id)?.Snapshot ?? await FindAsync(order.Id, stop);
    }

    private async Task RepeatAsync(TOrder order, CancellationToken stop)
    {
        if (order.Snapshot is not null)
        {
            order.Failure = new HotstackException(
                ErrorCause.OperationFailed, "SnapshotStuck",
                $"{Kind} {order.Id} stays {order.Status}, but {Service} does not work on it any more.")
            {
                Target = order.Id,
                Hint = "The service may have been restarted, or the token may have expired during the upload.",
            };
        }
        else if (order.Attempts < MaxAttempts)
        {
            await OrderAsync(order, stop);
        }
        else
        {
            order.Failure = Failed(order, $"{Service} did not answer the request for the {Kind} of {order.Source}, and made none");
        }
    }

    private async Task DeleteAsync(TOrder[] ours, CancellationToken stop)
    {
        HotstackException? noList = null;
        IReadOnlyList<Listed> listed = [];
        try
        {
            listed = await ListAsync(stop);
        }
        catch (HotstackException e)
        {
            // Those whose ids are known are deleted nevertheless.
            noList = e;
        }

        Dictionary<string, T?> snapshots = listed.Where(one => IsOurs(one, ours)).ToDictionary(one => one.Id, T? (one) => one.Snapshot);
        foreach (string id in ours.Select(o => o.Id).OfType<string>())
        {
            snapshots.TryAdd(id, null);
        }

        IReadOnlyList<Leftover> left = await DeleteAsync(snapshots.Where(s => !_deleted.Contains(s.Key)).ToDictionary(), stop);
        AddLeftovers(left);
        _deleted.UnionWith(snapshots.Keys.Except(left.Select(l => l.Id)));
        if (noList is not null && ours.Any(o => o.IsOutcomeUnknown))
        {
            throw noList;
        }
    }

    /// <summary>A request without an answer may still make a snapshot.</summary>
    private async Task DeleteLateAsync(TOrder[] ours, CancellationToken stop)
    {
        TOrder[] unknown = [.. ours.Where(o => o.IsOutcomeUnknown)];
        if (unknown.Length > 0)
        {
            activity.AtMost(UnknownPatience, cloud.Time).Progress(new(plan.Work, $"rolling back: a late {Kind} may still appear"));
            await Poll.UntilAsync(
                async token =>
                {
                    bool areSettled = await AreSettledAsync(unknown, token);
                    await DeleteAsync(ours, token);
                    return areSettled;
                },
                RollbackInterval, UnknownPatience, cloud.Time, stop);
        }
    }

    /// <summary>Of a set that this run began, all is ours. Of a resumed one, which another run may complete meanwhile, ours is what has our
    /// id or, after a request without an answer, what no run has claimed.</summary>
    private bool IsOurs(Listed one, TOrder[] ours) =>
        !one.IsEarlier && orders.All(o => o.WasOrdered || o.Id != one.Id)
        && ours.Any(o => o.Key == one.Key && (!plan.IsResumed || o.Id == one.Id
            || ((o.IsOutcomeUnknown || o.Attempts > 1) && !IsClaimed(o, one.Snapshot))));

    private void AddLeftovers(IEnumerable<Leftover> leftovers)
    {
        foreach (Leftover leftover in leftovers)
        {
            _leftovers[leftover.Id] = leftover;
        }
    }

    private void ThrowIfAnyFailed()
    {
        TOrder[] failed = [.. orders.Where(o => o.Failure is not null)];
        if (failed.Length > 0)
        {
            throw CombinedFailure.Of([.. failed.Select(o => (o.Member, o.Failure!))]);
        }
    }

    private HotstackException Late(Deadline deadline) =>
        new(ErrorCause.TimedOut, "SnapshotTimeout",
            $"not ready after {deadline.Timeout}: {string.Join(", ", orders.Where(o => !o.IsReady))}.")
        {
            Hint = "Use a longer -Timeout. With -KeepPartial, -Resume can complete what there is.",
        };

    /// <summary>An image or volume snapshot in a list.</summary>
    /// <param name="Key">As <see cref="SnapshotOrder{T}.Key"/>.</param>
    /// <param name="Id">Its UUID.</param>
    /// <param name="Snapshot">The image or volume snapshot.</param>
    protected sealed record Listed(string Key, string Id, T Snapshot)
    {
        /// <summary>An earlier run made it.</summary>
        public bool IsEarlier { get; init; }
    }
}
