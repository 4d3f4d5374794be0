using Hotstack.Deployments;
using Hotstack.Deployments.Stacks;
using Hotstack.OpenStack;
using Hotstack.OpenStack.Orchestration;
using Hotstack.Runs.Renewal;
using Hotstack.SnapSets;
using Hotstack.SnapSets.Find;

namespace Hotstack.Runs.Stacks;

/// <summary>Shows the deployments of a project at a glance.</summary>
public sealed class GetStacks(Cloud cloud)
{
    /// <summary>All stacks with servers, and those that a set was restored to.</summary>
    public static IReadOnlyList<StackTarget> All { get; } = [new("*") { IsPattern = true }];

    /// <summary>The stacks that are meant, in the order of the targets; those of a pattern by their names.</summary>
    /// <param name="targets">Which ones.</param>
    /// <param name="activity">Receives what is left out, and why.</param>
    /// <param name="failed">Receives the failure for each target that cannot be found.</param>
    /// <param name="stop">Ends the calls.</param>
    /// <exception cref="HotstackException">The cloud failed.</exception>
    public async Task<IReadOnlyList<DeploymentStack>> RunAsync(
        IReadOnlyList<StackTarget> targets, IActivity activity, Action<HotstackException> failed, CancellationToken stop)
    {
        List<Stack> stacks = [];
        HashSet<string> named = new(StringComparer.Ordinal);
        IReadOnlyList<Stack> all = targets.Any(target => target.IsPattern) ? await cloud.Stacks.ListAsync(stop) : [];
        foreach (StackTarget target in targets.Distinct())
        {
            try
            {
                await OwnProject.RequireAsync(cloud, target.ProjectId, $"Stack '{target.Name}'", target.Name, stop);
                Stack[] found = target.IsPattern ? Matching(all, target.Name, activity) : [await NamedAsync(target, stop)];
                named.UnionWith(target.IsPattern ? [] : found.Select(stack => stack.Id));
                stacks.AddRange(found);
            }
            catch (HotstackException e) when (e.Id is "StackNotFound" or "ProjectMismatch")
            {
                failed(e);
            }
        }

        Stack[] chosen = [.. stacks.DistinctBy(stack => stack.Id)];
        IReadOnlyList<DeploymentStack> read = await ReadAsync(chosen, named, activity, failed, stop);
        return await WithScenariosAsync(read, activity, stop);
    }

    private static Stack[] Matching(IReadOnlyList<Stack> all, string pattern, IActivity activity)
    {
        Stack[] found =
        [
            .. all.Where(stack => Wildcard.Matches(stack.Name, pattern)).OrderBy(stack => stack.Name, StringComparer.Ordinal),
        ];
        if (found.Length == 0)
        {
            activity.Warning(pattern == "*" ? "This project has no stacks." : $"No stack in this project matches '{pattern}'.");
        }

        return found;
    }

    private async Task<Stack> NamedAsync(StackTarget target, CancellationToken stop)
    {
        Stack? found = await cloud.Stacks.FindAsync(target.Name, stop);
        bool isOther = found is not null && target.StackId is not null && found.Id != target.StackId;
        return found is not null && !isOther ? found : throw new HotstackException(
            ErrorCause.NotFound, "StackNotFound",
            isOther ? $"Stack '{target.Name}' ({target.StackId}) is gone. Another stack has its name now ({found!.Id}); it is left alone."
                : $"There is no stack '{target.Name}' in this project.")
        {
            Target = target.Name,
            Hint = "Get-HotstackStack without a name lists the stacks with servers; names are case-sensitive.",
        };
    }

    private async Task<IReadOnlyList<DeploymentStack>> ReadAsync(
        Stack[] stacks, HashSet<string> named, IActivity activity, Action<HotstackException> failed, CancellationToken stop)
    {
        var reader = new StackReader(cloud, activity);
        try
        {
            return await reader.ReadAsync(stacks, stack => named.Contains(stack.Id), stop);
        }
        catch (HotstackException e) when (e.Cause != ErrorCause.AuthenticationFailed && stacks.Any(stack => stack.Name == e.Target as string))
        {
            // Named, and deleted between two calls or not readable: the others count.
            failed(e);
            Stack[] rest = [.. stacks.Where(stack => !stack.Name.Equals(e.Target as string, StringComparison.Ordinal))];
            return rest.Length == stacks.Length ? [] : await ReadAsync(rest, named, activity, failed, stop);
        }
    }

    /// <summary>Heat and Nova know no scenario, but sets record it: one list of them serves all stacks.</summary>
    private async Task<IReadOnlyList<DeploymentStack>> WithScenariosAsync(
        IReadOnlyList<DeploymentStack> stacks, IActivity activity, CancellationToken stop)
    {
        IReadOnlyList<SnapSet> sets = stacks.Count == 0 ? [] : await SetsAsync(activity, stop);
        return
        [
            .. stacks.Select(stack => stack with
            {
                IsRenewal = stack.Tags.Contains(RenewalStack.Tag, StringComparer.Ordinal),
                Scenario = ScenarioOf(stack, sets),
            }),
        ];
    }

    private static string? ScenarioOf(DeploymentStack stack, IReadOnlyList<SnapSet> sets) => stack.SnapSetId is { } id
        ? sets.FirstOrDefault(set => set.Id == id)?.Scenario
        // A set that is older than the stack was made of an earlier one of the same name.
        : sets.FirstOrDefault(set => set.StackName == stack.StackName && set.CreatedAt >= stack.CreatedAt)?.Scenario;

    private async Task<IReadOnlyList<SnapSet>> SetsAsync(IActivity activity, CancellationToken stop)
    {
        try
        {
            return await new GetSnapSets(cloud).RunAsync(new(), stop);
        }
        catch (HotstackException e) when (e.Cause != ErrorCause.AuthenticationFailed)
        {
            activity.Verbose($"The scenarios are left out, because the SnapSets cannot be read: {e.Message}");
            return [];
        }
    }
}
