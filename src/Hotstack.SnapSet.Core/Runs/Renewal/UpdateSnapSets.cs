using Hotstack.Clusters.Revive;
using Hotstack.Deployments;
using Hotstack.OpenShift;
using Hotstack.OpenStack;
using Hotstack.SnapSets;
using Hotstack.SnapSets.Find;
using Hotstack.SnapSets.Restore;

namespace Hotstack.Runs.Renewal;

/// <summary>Renews sets: restores each as a temporary stack, revives its cluster, waits for young certificates, and freezes it as a new
/// set. How far a renewal is can be read in the cloud, so the same request resumes it on any machine.</summary>
/// <param name="cloud">The cloud of the sets.</param>
/// <param name="connect">Connects to the cluster of a temporary stack, only through that stack's own controller: a copy has the identity and
/// the addresses of its original.</param>
public sealed class UpdateSnapSets(Cloud cloud, Func<InstanceSource, Cluster> connect)
{
    /// <summary>A plan is made again if it is older when its turn comes.</summary>
    private static readonly TimeSpan PlanAge = TimeSpan.FromMinutes(1);

    private readonly string _run = Guid.NewGuid().ToString("N");

    /// <summary>Fails if this machine cannot reach any controller; null asks nothing.</summary>
    public Action? RequireWay { get; init; }

    /// <summary>Plans all sets, judges the quotas for all of them, asks for each, and renews as many at a time as the request and the
    /// quotas allow. The failure of one does not stop the others.</summary>
    /// <param name="request">Which sets, and how.</param>
    /// <param name="activity">Receives each step.</param>
    /// <param name="confirm">Asked once for each set, before anything is made.</param>
    /// <param name="updated">Receives each result, one at a time.</param>
    /// <param name="failed">Receives the failure for each set that was not renewed, one at a time.</param>
    /// <param name="stop">Stops all renewals; each can be resumed.</param>
    /// <exception cref="HotstackException">The sets cannot be listed; a timeout is too short (<c>TimeoutTooShort</c>); the login is
    /// refused.</exception>
    public async Task RunAsync(
        UpdateSnapSetRequest request, IActivity activity, Confirmation confirm,
        Action<UpdatedSnapSet> updated, Action<HotstackException> failed, CancellationToken stop)
    {
        ReviveClusterPlanner.Check(request.Revive);
        RequireWay?.Invoke();
        IReadOnlyList<RenewalPlan> plans = await PlanAsync(request, activity, failed, stop);
        int atOnce = await FittingAsync(plans, request, activity, failed, stop);
        List<RenewalPlan> agreed = [];
        foreach (RenewalPlan plan in atOnce == 0 ? [] : plans)
        {
            if (plan.IsDone)
            {
                updated(Done(plan, activity));
            }
            else if (await confirm(plan.Target, plan.Describe(request, new RenewalStack(cloud, plan.Set).Name, cloud.Now))
                && plan.Restore is not { IsOnlyShown: true })
            {
                agreed.Add(plan);
            }
        }

        await RunAllAsync(agreed, atOnce, request, activity, updated, failed, stop);
    }

    private async Task<IReadOnlyList<RenewalPlan>> PlanAsync(
        UpdateSnapSetRequest request, IActivity activity, Action<HotstackException> failed, CancellationToken stop)
    {
        var find = new GetSnapSets(cloud) { Activity = activity };
        List<SnapSetReference> ids = [];
        foreach (SnapSetReference id in request.Ids)
        {
            ids.AddRange(await find.ExpandAsync(id, stop));
        }

        var planner = new RenewalPlanner(cloud, request, _run, activity);
        List<RenewalPlan> plans = [];
        foreach (SnapSetReference id in ids.DistinctBy(id => (id.Id, id.ProjectId)))
        {
            try
            {
                if (await planner.PlanAsync(id, stop) is { } plan && plans.All(other => other.Set.Id != plan.Set.Id))
                {
                    plans.Add(plan);
                }
            }
            catch (HotstackException e) when (e.Cause != ErrorCause.AuthenticationFailed)
            {
                failed(e);
            }
        }

        return plans;
    }

    /// <summary>How many stacks fit at a time; 0, with an error, if not even the largest one does.</summary>
    private async Task<int> FittingAsync(
        IReadOnlyList<RenewalPlan> plans, UpdateSnapSetRequest request, IActivity activity, Action<HotstackException> failed, CancellationToken stop)
    {
        IReadOnlyDictionary<string, long>[] needs = [.. plans.Where(plan => !plan.IsReplaced).Select(plan => plan.Needs).Where(need => need.Count > 0)];
        int wanted = Math.Max(1, request.ThrottleLimit);
        if (needs.Length < 2 || wanted == 1)
        {
            return wanted;
        }

        IReadOnlyList<Quota> quotas = await new RestoreQuota(cloud).ReadAsync(RestoreQuota.Together(needs, needs.Length), activity, stop);
        int most = Math.Min(wanted, needs.Length);
        string[] tight = [];
        for (int atOnce = most; atOnce > 0; atOnce--)
        {
            string[] violations = [.. RestoreQuota.Violations(quotas, RestoreQuota.Together(needs, atOnce), $"{CountText.Of(atOnce, "stack")} at a time need")];
            if (violations.Length == 0)
            {
                if (atOnce < most)
                {
                    activity.Warning($"{CountText.Of(atOnce, "SnapSet")} at a time {(atOnce == 1 ? "is" : "are")} renewed instead of {most}: {string.Join("; ", tight)}.");
                }

                return atOnce < most ? atOnce : wanted;
            }

            tight = violations;
        }

        failed(new ViolationsException("QuotaExceeded", "The temporary stacks do not fit into the project's quotas", tight, ErrorCause.QuotaExceeded)
        {
            Hint = "Delete what is not needed, or ask the cloud's operator for a larger quota. Nothing was made.",
        });
        return 0;
    }

    private async Task RunAllAsync(
        IReadOnlyList<RenewalPlan> plans, int atOnce, UpdateSnapSetRequest request, IActivity activity,
        Action<UpdatedSnapSet> updated, Action<HotstackException> failed, CancellationToken stop)
    {
        using var places = new SemaphoreSlim(Math.Max(1, atOnce));
        var report = new Lock();
        await Task.WhenAll(plans.Select(OneAsync));

        async Task OneAsync(RenewalPlan plan)
        {
            await places.WaitAsync(stop);
            try
            {
                RenewalPlan now = await FreshAsync(plan, request, activity, stop);
                UpdatedSnapSet result = now.IsDone ? Done(now, activity)
                    : await new RenewalRun(cloud, now, request, _run, connect, activity).RunAsync(stop);
                lock (report)
                {
                    updated(result);
                }
            }
            catch (HotstackException e)
            {
                // Also a refused login: it may be that of one cluster.
                lock (report)
                {
                    failed(e);
                }
            }
            finally
            {
                places.Release();
            }
        }
    }

    /// <summary>While a set waits for its turn, another run may renew it, and what failed before it may keep its quota.</summary>
    private async Task<RenewalPlan> FreshAsync(RenewalPlan plan, UpdateSnapSetRequest request, IActivity activity, CancellationToken stop)
    {
        if (cloud.Now - plan.Set.ReadAt < PlanAge)
        {
            return plan;
        }

        UpdateSnapSetRequest consented = request with { Restore = request.Restore.Consented };
        return (await new RenewalPlanner(cloud, consented, _run, activity).PlanAsync(SnapSetReference.To(plan.Set), stop))!;
    }

    private static UpdatedSnapSet Done(RenewalPlan plan, IActivity activity)
    {
        string later = RenewedWindow.IsLater(plan.Set, plan.Made!) ? "" : ", which lasts no longer";
        activity.Warning($"SnapSet {plan.Set.Id} was renewed before, as {plan.Made!.Id}{later}: nothing is left to do. To renew it again, "
            + $"remove {plan.Made.Id}; to renew {plan.Made.Id}, name {plan.Made.Id}.");
        return UpdatedSnapSet.Of(plan.Set, plan.Made);
    }
}
