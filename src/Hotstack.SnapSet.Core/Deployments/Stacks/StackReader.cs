using Hotstack.Deployments.Controllers;
using Hotstack.Deployments.Members;
using Hotstack.OpenStack;
using Hotstack.OpenStack.Compute;
using Hotstack.OpenStack.Orchestration;

namespace Hotstack.Deployments.Stacks;

/// <summary>Reads the deployments of stacks. For each stack two or three calls to Heat, which has no list of them; the servers, ports and
/// floating IPs of all stacks come from one list each.</summary>
/// <param name="cloud">The stacks' cloud.</param>
/// <param name="activity">Receives what is left out, and why.</param>
internal sealed class StackReader(Cloud cloud, IActivity activity)
{
    /// <summary>The deployments, in the order of the stacks.</summary>
    /// <param name="stacks">The stacks, without their outputs.</param>
    /// <param name="isNamed">Whether the user named the stack: then it must be there, and counts even without a server.</param>
    /// <param name="stop">Ends the calls.</param>
    /// <exception cref="HotstackException">A named stack is gone (<c>StackNotFound</c>), or the cloud failed.</exception>
    public async Task<IReadOnlyList<DeploymentStack>> ReadAsync(
        IReadOnlyList<Stack> stacks, Predicate<Stack> isNamed, CancellationToken stop)
    {
        Looked?[] looked = await Fanout.SelectAsync(stacks, (stack, token) => LookAsync(stack, isNamed(stack), token), stop);
        Looked[] there = [.. looked.OfType<Looked>()];
        Instance[] all = [.. there.SelectMany(one => one.Instances).Where(instance => instance.Id.Length > 0)];
        (Instance Instance, Server? Server)[] found = all.Length == 0 ? []
            : await new GetInstances(cloud).LookUpAsync(all, activity, stop, await cloud.Compute.ListReachableServersAsync(stop));
        ILookup<string?, (Instance Instance, Server? Server)> servers = found.ToLookup(f => f.Instance.StackName);
        string? project = await cloud.GetProjectIdAsync(stop);
        ILookup<string, string> floating = await FloatingIPsAsync(
            there.Where(one => one.Address is null).SelectMany(one => ControllersOf(servers[one.Stack.Name])), stop);
        return [.. there.Select(one => Describe(one, [.. servers[one.Stack.Name]], floating, project))];
    }

    private async Task<Looked?> LookAsync(Stack stack, bool isNamed, CancellationToken stop)
    {
        try
        {
            (Stack full, MemberList members) = await new StackMembers(cloud, activity).LookAsync(stack, stop);
            if (full.Status == Stack.Deleted)
            {
                // Heat shows a deleted stack by its id for a while.
                return isNamed ? throw GoneOf(stack) : Gone(stack);
            }

            if (members.Instances.Count == 0 && !isNamed && StackFacts.SetIdOf(stack) is null)
            {
                activity.Verbose($"Stack '{stack.Name}' is left out: it has no server, and no SnapSet was restored to it.");
                return null;
            }

            return new Looked(full, members.Instances, AddressOf(full));
        }
        catch (HotstackException e) when (e.Cause == ErrorCause.NotFound && !isNamed)
        {
            return Gone(stack);
        }
        catch (HotstackException e) when (e.Cause == ErrorCause.NotFound && e.Id != "StackNotFound")
        {
            throw GoneOf(stack, e);
        }
        catch (HotstackException e) when (e.Cause is not (ErrorCause.NotFound or ErrorCause.AuthenticationFailed))
        {
            if (isNamed)
            {
                throw new HotstackException(e.Cause, e.Id, $"Stack '{stack.Name}' cannot be read: {e.Message}", e)
                {
                    Target = stack.Name, Hint = e.Hint,
                };
            }

            activity.Warning($"Stack '{stack.Name}' is shown without its servers: {e.Message}");
            return new Looked(stack, [], null) { Unread = e };
        }
    }

    private Looked? Gone(Stack stack)
    {
        activity.Verbose($"Stack '{stack.Name}' is left out: it was deleted meanwhile.");
        return null;
    }

    private static HotstackException GoneOf(Stack stack, Exception? inner = null) =>
        new(ErrorCause.NotFound, "StackNotFound", $"Stack '{stack.Name}' was deleted meanwhile.", inner)
        {
            Target = stack.Name,
            Hint = "Get-HotstackStack without a name lists the stacks.",
        };

    /// <summary>An output that is no address is no obstacle to a look.</summary>
    private string? AddressOf(Stack stack)
    {
        try
        {
            return FindController.OfOutputs(stack)?.Host;
        }
        catch (HotstackException e)
        {
            activity.Verbose($"The controller's address of stack '{stack.Name}' is left out: {e.Message}");
            return null;
        }
    }

    private static IEnumerable<InstancePort> ControllersOf(IEnumerable<(Instance Instance, Server? Server)> servers) =>
        servers.Where(one => one.Instance.IsController).SelectMany(one => one.Instance.Ports);

    private async Task<ILookup<string, string>> FloatingIPsAsync(IEnumerable<InstancePort> ports, CancellationToken stop)
    {
        string[] ids = [.. ports.Select(port => port.Id)];
        try
        {
            return ids.Length == 0 ? Enumerable.Empty<string>().ToLookup(id => id)
                : await cloud.Network.ListFloatingIPsOfPortsAsync(ids, stop);
        }
        catch (HotstackException e) when (e.Cause is ErrorCause.Forbidden or ErrorCause.NotFound)
        {
            activity.Verbose($"Neutron does not show the floating IPs: {e.Message}");
            return Enumerable.Empty<string>().ToLookup(id => id);
        }
    }

    private DeploymentStack Describe(
        Looked one, (Instance Instance, Server? Server)[] servers, ILookup<string, string> floating, string? project)
    {
        Stack stack = one.Stack;
        Dictionary<string, Instance> known = servers.DistinctBy(s => s.Instance.Id).ToDictionary(s => s.Instance.Id, s => s.Instance);
        ClusterRecord? record = RecordOf(servers);
        return new DeploymentStack
        {
            StackName = stack.Name,
            StackId = stack.Id,
            Status = stack.Status,
            StatusReason = stack.IsFailed ? stack.StatusReason : null,
            CreatedAt = stack.CreatedAt,
            Age = stack.CreatedAt is { } created ? cloud.Now - created : null,
            Tags = stack.Tags,
            SnapSetId = StackFacts.SetIdOf(stack),
            ControllerAddress = one.Address
                ?? ControllersOf(servers).SelectMany(port => floating[port.Id]).FirstOrDefault(),
            // A server that Heat has not created yet has no id.
            Instances = [.. one.Instances.Select(i => known.GetValueOrDefault(i.Id) ?? i with { Status = GetInstances.NotFound })],
            Unread = one.Unread,
            Servers = [.. servers.Select(s => s.Server).OfType<Server>()],
            RecordedAt = record?.RecordedAt,
            UnattendedUntil = record?.UnattendedUntil,
            AssistedUntil = record?.AssistedUntil,
            ProjectId = project,
            Cloud = cloud.Name,
            Region = cloud.Region,
        };
    }

    /// <summary>A record of servers that were started since is out of date.</summary>
    private static ClusterRecord? RecordOf((Instance Instance, Server? Server)[] servers)
    {
        HashSet<string> keepers = [.. KeptRecord.ServersOf([.. servers.Select(s => s.Instance)]).Select(i => i.Id)];
        (Instance Instance, Server? Server)[] kept = [.. servers.Where(s => keepers.Contains(s.Instance.Id))];
        return kept.Any(s => ServerRules.IsOn(s.Instance)) ? null : KeptRecord.Of(kept);
    }

    /// <summary>A stack with what Heat tells about it.</summary>
    private sealed record Looked(Stack Stack, IReadOnlyList<Instance> Instances, string? Address)
    {
        /// <summary>Why it has no instances here; null if they were read.</summary>
        public HotstackException? Unread { get; init; }
    }
}
