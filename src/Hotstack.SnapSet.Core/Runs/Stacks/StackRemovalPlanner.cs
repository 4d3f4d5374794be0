using Hotstack.Deployments.Stacks;
using Hotstack.OpenStack;
using Hotstack.OpenStack.Compute;
using Hotstack.OpenStack.Orchestration;
using Hotstack.Runs.Renewal;

namespace Hotstack.Runs.Stacks;

/// <summary>Reads what the deletion of a stack means, and refuses it with all reasons. Changes nothing.</summary>
/// <param name="cloud">The stacks' cloud.</param>
/// <param name="force">Nothing is refused.</param>
/// <param name="activity">Receives what cannot be read.</param>
internal sealed class StackRemovalPlanner(Cloud cloud, bool force, IActivity activity)
{
    private const string NotRestoredId = "StackNotRestored";
    private const string SnapshotsId = "StackHasSnapshots";

    private readonly StackTiesReader _ties = new(cloud, activity);

    /// <exception cref="HotstackException">Without force: no set was restored to it (<c>StackNotRestored</c>), another run renews a set by
    /// it (<c>RenewalBusy</c>), or its volumes have snapshots (<c>StackHasSnapshots</c>); or its servers could not be read.</exception>
    /// <returns>Null if the stack is gone.</returns>
    public async Task<StackRemovalPlan?> PlanAsync(DeploymentStack stack, CancellationToken stop)
    {
        if (stack.Unread is { } unread && !force)
        {
            // Who works with them is not known.
            throw unread;
        }

        IReadOnlyList<StackResource> resources;
        try
        {
            // Heat shows a deleted stack by its id for a while.
            if (await cloud.Stacks.PollAsync(stack.Source, stop) is null)
            {
                return null;
            }

            resources = await cloud.Stacks.ListResourcesAsync(stack.Source, stop);
        }
        catch (HotstackException e) when (e.Cause == ErrorCause.NotFound)
        {
            return null;
        }

        var plan = new StackRemovalPlan(stack, resources.Count, await _ties.ReadAsync(stack, resources, stop));
        if (!force && !plan.IsUnderWay && RefusalOf(plan) is { } refusal)
        {
            throw refusal;
        }

        return plan;
    }

    /// <summary>Reads again, directly before the deletion, whether another run renews a set by the stack: the user may have taken long to
    /// answer.</summary>
    /// <exception cref="HotstackException"><c>RenewalBusy</c>.</exception>
    public static async Task RequireFreeAsync(Cloud cloud, DeploymentStack stack, CancellationToken stop)
    {
        if (stack is not { IsRenewal: true, SnapSetId: { } set })
        {
            return;
        }

        foreach (Server server in stack.Servers)
        {
            try
            {
                if (RenewalLease.HolderOf(await cloud.Compute.GetServerAsync(server.Id, stop), set, cloud.Now) is { } holder)
                {
                    throw holder;
                }
            }
            catch (HotstackException e) when (e.Cause == ErrorCause.NotFound)
            {
                // Gone: nobody keeps a lease on it.
            }
        }
    }

    private ViolationsException? RefusalOf(StackRemovalPlan plan)
    {
        DeploymentStack stack = plan.Stack;
        List<(string Id, string Reason, string Fix)> reasons = [];
        if (stack.SnapSetId is not { } set)
        {
            reasons.Add((
                NotRestoredId, "no SnapSet was restored to it, so it may be the only one of its kind",
                "To delete it all the same, add -Force."));
        }
        else if (stack.IsRenewal && HolderOf(stack.Servers, set) is { } holder)
        {
            reasons.Add((holder.Id, holder.Message.TrimEnd('.'), $"{holder.Hint} To delete the stack under that run, add -Force."));
        }
        else if (stack is { IsRenewal: true, Status: "CREATE_IN_PROGRESS" })
        {
            // A run takes its lease when the stack is complete.
            reasons.Add((
                RenewalLease.BusyId, $"Heat still creates it for the renewal of SnapSet {set}, and a run may wait for it",
                "Wait until it is created. To delete it all the same, add -Force."));
        }

        string[] frozen = [.. stack.Servers.Where(server => server.TaskState?.StartsWith("image_", StringComparison.Ordinal) == true)
            .Select(server => server.Name)];
        if (frozen.Length > 0)
        {
            reasons.Add((
                SnapshotsId, $"Nova makes images of {string.Join(", ", frozen)}, for a SnapSet perhaps",
                "Wait until they are made. To delete it all the same, add -Force."));
        }

        reasons.AddRange(plan.Ties.Blocking.Select(tie => (SnapshotsId, tie, FixOf(plan.Ties))));
        return reasons.Count == 0 ? null
            : new ViolationsException(
                reasons[0].Id, $"Stack '{stack.StackName}' was not deleted", [.. reasons.Select(reason => reason.Reason)],
                ErrorCause.Conflict)
            {
                Target = stack.StackName,
                Hint = string.Join(' ', reasons.Select(reason => reason.Fix).Distinct()),
            };
    }

    private HotstackException? HolderOf(IReadOnlyList<Server> servers, string set) =>
        servers.Select(server => RenewalLease.HolderOf(server, set, cloud.Now)).FirstOrDefault(holder => holder is not null);

    /// <summary>What frees the volumes.</summary>
    internal static string FixOf(StackTies ties) =>
        (ties.BlockingSets.Count == 0 ? "Delete the volume snapshots first (openstack volume snapshot delete). "
            : "Remove what needs the volume snapshots first, if nobody needs it: "
                + $"Remove-HotstackSnapSet {string.Join(',', ties.BlockingSets.Select(CommandArgument.OfPattern))}. ")
        + "With -Force Heat deletes all else, and the stack stays as DELETE_FAILED with these volumes.";
}
