using Hotstack.Http;
using Hotstack.OpenStack;
using Hotstack.OpenStack.Orchestration;

namespace Hotstack.SnapSets.Restore;

/// <summary>Waits until Heat finishes a stack, and reports progress by its resources.</summary>
/// <param name="cloud">The stack's cloud.</param>
/// <param name="work">The title of the progress.</param>
/// <param name="interval">The pause between two polls.</param>
/// <param name="secrets">Secrets to hide in Heat's reasons.</param>
/// <param name="activity">Receives the progress.</param>
internal sealed class StackWait(Cloud cloud, string work, TimeSpan interval, IReadOnlyList<string> secrets, IActivity activity)
{
    private const int MaxNamed = 3;

    /// <summary>Each so many polls ask for the stack itself, whatever its resources say: it may have failed without them.</summary>
    private const int PollsToStack = 5;

    /// <summary>Failed resources, as they were: a rollback deletes them.</summary>
    private readonly Dictionary<string, StackResource> _failed = new(StringComparer.Ordinal);
    private IActivity? _limited;
    private readonly HashSet<string> _shown = new(StringComparer.Ordinal);

    /// <summary>The stack's resources, with those of nested stacks, as last read.</summary>
    public IReadOnlyList<StackResource> Resources { get; private set; } = [];

    /// <summary>Each poll is one call, for the resources; a second one asks for the stack when these are at an end.</summary>
    /// <param name="stack">The stack.</param>
    /// <param name="changedSince">For a stack update: when the stack was last updated before.</param>
    /// <param name="expected">The number of expected resources; null if unknown.</param>
    /// <param name="deadline">The deadline of the wait.</param>
    /// <param name="stop">Cancels the wait; Heat continues.</param>
    /// <exception cref="HotstackException"><c>StackFailed</c>, with the resources and reasons; <c>StackTimeout</c>, with what is
    /// unfinished; <c>StackVanished</c>.</exception>
    public async Task<Stack> UntilCompleteAsync(
        Stack stack, ChangedSince? changedSince, int? expected, Deadline deadline, CancellationToken stop)
    {
        Stack seen = stack;
        int polls = 0;
        _limited = activity.AtMost(deadline.Left, cloud.Time);
        try
        {
            bool isDone = await Poll.UntilAsync(
                async token =>
                {
                    try
                    {
                        bool isStackDue = ++polls % PollsToStack == 0;
                        if (!isStackDue && !await ReadResourcesAsync(seen, expected, token))
                        {
                            return false;
                        }

                        seen = await cloud.Stacks.PollAsync(stack, token) is { Action: not "DELETE" } found ? found : throw Vanished(stack);
                        if (seen.IsInProgress || (changedSince is not null && seen.UpdatedAt == changedSince.Moment))
                        {
                            return false;
                        }

                        if (isStackDue || seen.IsFailed || changedSince is not null)
                        {
                            // Not read in this poll; or more have failed since; or an update replaced some.
                            await ReadResourcesAsync(seen, expected, token);
                        }

                        return true;
                    }
                    catch (ServiceException e) when (e.Cause.IsTransient)
                    {
                        return false;
                    }
                },
                interval, deadline.Left, cloud.Time, stop);
            return !isDone ? throw Late(stack, Resources, deadline)
                : seen is { IsFailed: true } or { Action: "ROLLBACK" } ? throw await FailedAsync(seen, stop)
                : seen;
        }
        finally
        {
            Complete();
        }
    }

    /// <summary>Reads the resources and shows them.</summary>
    /// <returns>The stack may have ended: all are complete, one failed, or Heat does not know the stack.</returns>
    private async Task<bool> ReadResourcesAsync(Stack stack, int? expected, CancellationToken stop)
    {
        try
        {
            Resources = await cloud.Stacks.ListResourcesAsync(stack, stop);
        }
        catch (ServiceException e) when (e.Cause == ErrorCause.NotFound)
        {
            return true;
        }

        Show(stack, Resources, expected);
        return Resources.Count > 0 && (Resources.All(r => r.IsComplete) || Resources.Any(r => r.IsFailed));
    }

    private void Show(Stack stack, IReadOnlyList<StackResource> resources, int? expected)
    {
        foreach (StackResource failed in resources.Where(r => r.IsFailed))
        {
            _failed[failed.Name] = failed;
        }

        int total = Math.Max(expected ?? resources.Count, 1);
        int complete = resources.Count(r => r.IsComplete);
        StackResource[] underWay = [.. resources.Where(r => r.IsInProgress)];
        var count = new Tally(complete, total, "resources");
        (_limited ?? activity).Progress(new(work, $"{stack.Status}: {count}") { Percent = count.Percent });
        foreach (StackResource resource in underWay)
        {
            _shown.Add(resource.Name);
            activity.Progress(new(resource.Name, $"{resource.Type}: {resource.Status}") { PartOf = work });
        }

        foreach (string done in _shown.Except(underWay.Select(r => r.Name)).ToArray())
        {
            _shown.Remove(done);
            activity.Progress(new(done, "") { PartOf = work, Completed = true });
        }
    }

    private void Complete()
    {
        foreach (string name in _shown)
        {
            activity.Progress(new(name, "") { PartOf = work, Completed = true });
        }

        activity.Progress(new(work, "") { Completed = true });
    }

    private async Task<HotstackException> FailedAsync(Stack stack, CancellationToken stop)
    {
        // In a nested stack the inner resource has the reason; an aborted resource has none of its own.
        var parents = _failed.Values.Select(r => r.Parent).ToHashSet(StringComparer.Ordinal);
        StackResource[] failed = [.. _failed.Values.Where(r => !parents.Contains(r.Name))];
        StackResource[] causes = [.. failed.Where(r => r.StatusReason?.Contains("aborted", StringComparison.Ordinal) != true)];
        string reasons = (causes.Length > 0 ? causes : failed) is { Length: > 0 } told
            ? string.Join("; ", await Fanout.SelectAsync(told, ReasonAsync, stop))
            : stack.StatusReason ?? "Heat gives no reason";
        return new HotstackException(ErrorCause.OperationFailed, "StackFailed", $"it is {stack.Status}. {Secrets.Hide(reasons, secrets)}.")
        {
            Target = stack.Name,
            Hint = $"Run 'openstack stack event list {CommandArgument.Of(stack.Name)} --nested-depth 5' to list all events.",
        };
    }

    /// <summary>Heat's reason; for a volume also Cinder's message to its users, which Heat does not read.</summary>
    private async Task<string> ReasonAsync(StackResource resource, CancellationToken stop)
    {
        string reason = $"{resource.Name} ({resource.Type}): {resource.StatusReason}";
        return resource is { Type: "OS::Cinder::Volume", PhysicalId.Length: > 0 }
            && await cloud.Volumes.FindMessageAsync(resource.PhysicalId, stop) is { } message
                ? $"{reason}; Cinder reports: {message.TrimEnd('.')}"
                : reason;
    }

    private static HotstackException Vanished(Stack stack) =>
        new(ErrorCause.OperationFailed, "StackVanished", "somebody else deleted it meanwhile.")
        {
            Target = stack.Name,
            Hint = "Restore again; the SnapSet is untouched.",
        };

    private static HotstackException Late(Stack stack, IReadOnlyList<StackResource> resources, Deadline deadline)
    {
        StackResource[] left = [.. resources.Where(r => !r.IsComplete)];
        string named = string.Join(", ", left.Take(MaxNamed).Select(r => $"{r.Name} ({r.Status})"))
            + (left.Length > MaxNamed ? $" and {left.Length - MaxNamed} more" : "");
        return new HotstackException(
            ErrorCause.TimedOut, "StackTimeout",
                $"it is not complete after {deadline.Timeout}; unfinished: {(named.Length > 0 ? named : stack.Status)}.")
        {
            Target = stack.Name,
            Hint = "Raise -Timeout and run the same command again to resume the wait while Heat works on the stack.",
        };
    }
}

/// <summary>The time of a stack's last update before this one.</summary>
internal sealed record ChangedSince(DateTimeOffset? Moment);
