using System.Text.RegularExpressions;
using Hotstack.OpenStack;
using Hotstack.OpenStack.Orchestration;
using Hotstack.SnapSets;
using Hotstack.SnapSets.Marks;
using Hotstack.SnapSets.Restore;

namespace Hotstack.Runs.Renewal;

/// <summary>The temporary stack of a renewal: its name, the tags that make it ours, and its end.</summary>
internal sealed partial class RenewalStack(Cloud cloud, SnapSet set)
{
    /// <summary>The tag of a stack that a renewal made, beside the one that names its set.</summary>
    public const string Tag = "hotstack-renewal";

    /// <summary>The same for each run on each machine. An id of other characters than Heat takes has others instead of them.</summary>
    public string Name { get; } = $"{Tag}-{Foreign().Replace(set.Id, "-")}";

    /// <summary>The stack; null if there is none.</summary>
    /// <exception cref="HotstackException">A stack of that name is somebody else's (<c>RenewalStackTaken</c>).</exception>
    public async Task<Stack?> FindAsync(CancellationToken stop)
    {
        Stack? stack = await cloud.Stacks.FindAsync(Name, stop);
        return stack is null || (stack.Tags.Contains(Tag, StringComparer.Ordinal) && stack.Tags.Contains(StackTags.Of(set.Id), StringComparer.Ordinal))
            ? stack
            : throw new HotstackException(
                ErrorCause.AlreadyExists, "RenewalStackTaken",
                $"Stack '{Name}' ({stack.Status}), whose name the renewal of SnapSet {set.Id} needs, was not made by one: it lacks the tags "
                    + $"{Tag} and {StackTags.Of(set.Id)}. It was not changed.")
            {
                Target = Name,
                Hint = $"Delete that stack if nobody needs it: openstack stack delete {CommandArgument.Of(Name)}.",
            };
    }

    /// <summary>Deletes it, and waits until it is gone.</summary>
    /// <returns>Null if it is deleted; otherwise the reason.</returns>
    public async Task<string?> DeleteAsync(Stack stack, TimeSpan interval, TimeSpan timeout, IActivity activity, CancellationToken stop)
    {
        if (stack.Status != "DELETE_IN_PROGRESS")
        {
            await cloud.Stacks.DeleteAsync(stack, stop);
        }

        return await new StackWait(cloud, $"Deleting stack {Name}", interval, [], activity)
            .UntilGoneAsync(stack, new Deadline(timeout, cloud.Time), stop);
    }

    [GeneratedRegex("[^A-Za-z0-9_.-]")]
    private static partial Regex Foreign();
}
