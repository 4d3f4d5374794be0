using Hotstack.Http;
using Hotstack.OpenStack;
using Hotstack.OpenStack.Orchestration;

namespace Hotstack.Deployments.Stacks;

/// <summary>Deletes a stack, and waits until Heat has deleted it. The only way to delete one.</summary>
/// <param name="cloud">The stack's cloud.</param>
/// <param name="interval">The pause between two polls.</param>
/// <param name="activity">Receives the progress.</param>
internal sealed class StackDeletion(Cloud cloud, TimeSpan interval, IActivity activity)
{
    /// <summary>The status while Heat deletes.</summary>
    public const string InProgress = "DELETE_IN_PROGRESS";

    private const string Failed = "DELETE_FAILED";

    /// <summary>Heat accepts the order before its engine begins: for so long a stack whose deletion failed before may look as it did.</summary>
    private static readonly TimeSpan Begin = TimeSpan.FromSeconds(20);

    private int _total;

    /// <summary>Secrets to hide in Heat's reasons.</summary>
    public IReadOnlyList<string> Secrets { get; init; } = [];

    /// <summary>Deletes it, or joins a deletion that is under way.</summary>
    /// <param name="stack">The stack as it was read.</param>
    /// <param name="timeout">From now.</param>
    /// <param name="stop">Ends the wait; Heat continues.</param>
    /// <returns>Null if the stack is gone; otherwise what is left.</returns>
    public async Task<StackRemains?> RunAsync(Stack stack, TimeSpan timeout, CancellationToken stop)
    {
        var deadline = new Deadline(timeout, cloud.Time);
        string work = WorkOf(stack);
        try
        {
            if (stack.Status != InProgress)
            {
                await cloud.Stacks.DeleteAsync(stack, stop);
            }

            return await UntilGoneAsync(stack, work, deadline, stop);
        }
        finally
        {
            activity.Progress(new(work, "") { Completed = true });
        }
    }

    /// <summary>The title of the progress.</summary>
    public static string WorkOf(Stack stack) => $"Deleting stack {stack.Name}";

    private async Task<StackRemains?> UntilGoneAsync(Stack stack, string work, Deadline deadline, CancellationToken stop)
    {
        Stack? seen = stack;
        bool hasBegun = stack.Status == InProgress;
        bool isOver = await Poll.UntilAsync(
            async token =>
            {
                try
                {
                    seen = await cloud.Stacks.PollAsync(stack, token);
                }
                catch (ServiceException e) when (e.Cause.IsTransient)
                {
                    return false;
                }

                hasBegun |= seen?.Status == InProgress;
                if (seen is null || (seen.Status == Failed && (hasBegun || deadline.Timeout - deadline.Left >= Begin)))
                {
                    return true;
                }

                await ShowAsync(seen, work, deadline, token);
                return false;
            },
            interval, deadline.Left, cloud.Time, stop);
        return seen is null ? null
            : isOver || seen.Status == Failed ? new($"{seen.Status}: {Hotstack.Secrets.Hide(seen.StatusReason ?? "Heat gives no reason", Secrets)}", IsLate: false)
            : new($"it is still {seen.Status} after {deadline.Timeout}", IsLate: true);
    }

    /// <summary>Heat lists what is left: a deleted resource is no longer among them, or is <c>DELETE_COMPLETE</c>.</summary>
    private async Task ShowAsync(Stack stack, string work, Deadline deadline, CancellationToken stop)
    {
        int left;
        try
        {
            left = (await cloud.Stacks.ListResourcesAsync(stack, stop)).Count(resource => resource.Status != "DELETE_COMPLETE");
        }
        catch (HotstackException)
        {
            // The stack itself tells the rest.
            return;
        }

        _total = Math.Max(_total, left);
        int done = _total - left;
        var count = new Tally(done, _total, "resources");
        activity.AtMost(deadline.Left, cloud.Time).Progress(new(work, $"{stack.Status}: {count}") { Percent = count.Percent ?? 0 });
    }
}

/// <summary>A stack that could not be deleted in time.</summary>
/// <param name="Reason">Why, in a sentence without a subject.</param>
/// <param name="IsLate">Heat still deletes it.</param>
internal sealed record StackRemains(string Reason, bool IsLate);
