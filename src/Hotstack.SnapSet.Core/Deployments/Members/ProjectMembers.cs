using Hotstack.OpenStack;
using Hotstack.OpenStack.Orchestration;

namespace Hotstack.Deployments.Members;

/// <summary>Lists the instances of many stacks, to look at them: a stack that cannot be read is left out with a warning.</summary>
internal sealed class ProjectMembers(Cloud cloud, IActivity activity)
{
    private readonly StackMembers _members = new(cloud, activity);

    /// <summary>The instances of the stacks with servers, by the stacks' names. A call lists the stacks; a stack without servers costs one
    /// more, another stack two, and with the output <c>snapset_data</c> three or four.</summary>
    public async Task<MemberList> ReadAsync(string pattern, CancellationToken stop)
    {
        Stack[] stacks =
        [
            .. (await cloud.Stacks.ListAsync(stop)).Where(stack => Wildcard.Matches(stack.Name, pattern))
                .OrderBy(stack => stack.Name, StringComparer.Ordinal),
        ];
        if (stacks.Length == 0)
        {
            activity.Warning(pattern == "*" ? "This project has no stacks." : $"No stack in this project matches '{pattern}'.");
        }

        Instance[][] found = await Fanout.SelectAsync(stacks, ReadAsync, stop);
        return new MemberList([.. found.SelectMany(instances => instances)], []);
    }

    private async Task<Instance[]> ReadAsync(Stack stack, CancellationToken stop)
    {
        MemberList? listed;
        try
        {
            listed = await _members.TryReadAsync(stack, stop);
        }
        catch (HotstackException e) when (e.Cause == ErrorCause.NotFound && e.Id is not "StackOutputMissing")
        {
            activity.Verbose($"Stack '{stack.Name}' was deleted meanwhile: {e.Message}");
            return [];
        }
        catch (HotstackException e) when (e.Id is "StackOutputMissing" or "StackOutputFailed" or "SnapSetFileInvalid")
        {
            activity.Warning($"Stack '{stack.Name}' is left out: {e.Message}");
            return [];
        }

        foreach (string fault in listed is null ? [] : listed.Violations.Concat(listed.Unusable.Select(pair => $"instance {pair.Key}: {pair.Value}")))
        {
            activity.Warning($"Stack '{stack.Name}': {fault}.");
        }

        return listed is null ? [] : [.. listed.Instances.Where(instance => !listed.Unusable.ContainsKey(instance.Name))];
    }
}
