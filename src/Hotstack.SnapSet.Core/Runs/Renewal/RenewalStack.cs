using Hotstack.Deployments.Stacks;
using Hotstack.OpenStack;
using Hotstack.OpenStack.Orchestration;
using Hotstack.SnapSets;
using Hotstack.SnapSets.Marks;

namespace Hotstack.Runs.Renewal;

/// <summary>The temporary stack of a renewal: its name, the tags that make it ours, and its end.</summary>
internal sealed class RenewalStack(Cloud cloud, SnapSet set)
{
    /// <summary>The tag of a stack that a renewal made, beside the one that names its set.</summary>
    public const string Tag = "hotstack-renewal";

    /// <summary>The tag of the run that made the stack.</summary>
    /// <param name="run">The run's id.</param>
    public static string TagOfRun(string run) => $"{Tag}-run-{run}";

    /// <summary>The same for each run on each machine.</summary>
    public string Name { get; } = $"{Tag}-{set.Id}";

    /// <summary>The stack; null if there is none.</summary>
    /// <exception cref="HotstackException">No renewal made the stack of that name (<c>RenewalStackTaken</c>).</exception>
    public async Task<Stack?> FindAsync(CancellationToken stop)
    {
        Stack? stack = await cloud.Stacks.FindAsync(Name, stop);
        return stack is null || (stack.Tags.Contains(Tag, StringComparer.Ordinal) && stack.Tags.Contains(StackTags.Of(set.Id), StringComparer.Ordinal))
            ? stack
            : throw new HotstackException(
                ErrorCause.AlreadyExists, "RenewalStackTaken",
                $"The renewal of SnapSet {set.Id} needs the name of stack '{Name}' ({stack.Status}), which no renewal made: it lacks the tags "
                    + $"{Tag} and {StackTags.Of(set.Id)}. It was not changed.")
            {
                Target = Name,
                Hint = $"Delete that stack if nobody needs it: Remove-HotstackStack {CommandArgument.OfPattern(Name)} -Force.",
            };
    }

    /// <summary>Whether a run made the stack that is there. True for no stack.</summary>
    /// <param name="run">The run's id.</param>
    /// <param name="stop">Cancels it.</param>
    public async Task<bool> IsOfAsync(string run, CancellationToken stop) =>
        await FindAsync(stop) is not { } stack || stack.Tags.Contains(TagOfRun(run), StringComparer.Ordinal);

    /// <summary>Whether a run holds the lease of the stack that is there.</summary>
    public async Task<bool> IsLeasedAsync(CancellationToken stop)
    {
        if (await FindAsync(stop) is not { } stack)
        {
            return false;
        }

        foreach (StackResource resource in await cloud.Stacks.ListResourcesAsync(stack, stop))
        {
            if (resource is { Type: "OS::Nova::Server", PhysicalId.Length: > 0 } && await IsLeasedAsync(resource.PhysicalId, stop))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Deletes it, and waits until it is gone.</summary>
    /// <returns>Null if it is deleted; otherwise the reason.</returns>
    public async Task<string?> DeleteAsync(Stack stack, TimeSpan interval, TimeSpan timeout, IActivity activity, CancellationToken stop) =>
        (await new StackDeletion(cloud, interval, activity).RunAsync(stack, timeout, stop))?.Reason;

    private async Task<bool> IsLeasedAsync(string server, CancellationToken stop)
    {
        try
        {
            RenewalLease.RequireFree(await cloud.Compute.GetServerAsync(server, stop), set, cloud.Now);
            return false;
        }
        catch (HotstackException e) when (e.Id == RenewalLease.BusyId)
        {
            return true;
        }
        catch (HotstackException e) when (e.Cause == ErrorCause.NotFound)
        {
            return false;
        }
    }
}
