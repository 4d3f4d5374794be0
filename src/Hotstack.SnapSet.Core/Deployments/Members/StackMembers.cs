using Hotstack.OpenStack;
using Hotstack.OpenStack.Orchestration;

namespace Hotstack.Deployments.Members;

/// <summary>
/// Lists the instances of a stack: by its output <c>snapset_data</c>, otherwise its <c>OS::Nova::Server</c> resources. Of upstream's 28
/// templates only snapshot-sno's has the output.
/// </summary>
internal sealed class StackMembers(Cloud cloud, IActivity activity)
{
    private const string ServerType = "OS::Nova::Server";

    /// <summary>The instances of a stack; those of its server resources have no MAC address yet.</summary>
    /// <param name="stack">The stack with its outputs.</param>
    /// <param name="stop">Ends the calls.</param>
    /// <exception cref="HotstackException"><c>StackOutputMissing</c>, <c>StackOutputFailed</c>, <c>SnapSetFileInvalid</c>,
    /// <c>StackWithoutServers</c>, or Heat failed.</exception>
    public async Task<MemberList> ReadAsync(Stack stack, CancellationToken stop)
    {
        if (OfOutput(stack) is { } listed)
        {
            return listed;
        }

        Task<TemplateRoles?> roles = ReadRolesAsync(stack, stop);
        IReadOnlyList<StackResource> servers = await cloud.Stacks.ListResourcesAsync(stack, stop, ServerType);
        return OfResources(stack, servers, await roles) ?? throw new HotstackException(
            ErrorCause.NotFound, "StackWithoutServers",
            $"Stack '{stack.Name}' ({stack.Status}) has no server: it has neither the output '{SnapSetData.Key}' nor a resource of the type "
            + $"{ServerType}.")
        {
            Target = stack.Name,
            Hint = "Name the stack that holds the servers; Get-HotstackInstance without a stack lists those of all stacks.",
        };
    }

    /// <summary>The same for one stack of many, with as few calls as possible: one if it has no server.</summary>
    /// <param name="stack">The stack, without its outputs.</param>
    /// <param name="stop">Ends the calls.</param>
    /// <returns>Null for a stack without servers.</returns>
    public async Task<MemberList?> TryReadAsync(Stack stack, CancellationToken stop)
    {
        IReadOnlyList<StackResource> servers = await cloud.Stacks.ListResourcesAsync(stack, stop, ServerType);
        if (servers.Count == 0)
        {
            return null;
        }

        TemplateRoles? roles = await ReadRolesAsync(stack, stop);
        // Heat computes outputs with calls to other services.
        MemberList? ofOutput = roles?.HasOutput(SnapSetData.Key) == false ? null : OfOutput(await cloud.Stacks.GetAsync(stack.Id, stop));
        return ofOutput ?? OfResources(stack, servers, roles);
    }

    /// <summary>The instances of one stack of many, to look at it, with the outputs of the stack: two or three calls. A stack whose output
    /// <c>snapset_data</c> cannot be used has its server resources.</summary>
    /// <param name="stack">The stack, without its outputs.</param>
    /// <param name="stop">Ends the calls.</param>
    /// <returns>Without instances for a stack without servers: one call, and no outputs.</returns>
    /// <exception cref="HotstackException">The stack is gone (<c>StackNotFound</c>), or Heat failed.</exception>
    public async Task<(Stack Stack, MemberList Members)> LookAsync(Stack stack, CancellationToken stop)
    {
        IReadOnlyList<StackResource> servers = await cloud.Stacks.ListResourcesAsync(stack, stop, ServerType);
        if (servers.Count == 0)
        {
            return (stack, new MemberList([], []));
        }

        Stack full = await cloud.Stacks.GetAsync(stack, stop);
        return (full, UsableOutput(full) ?? OfResources(full, servers, await ReadRolesAsync(full, stop))!);
    }

    private MemberList? UsableOutput(Stack stack)
    {
        try
        {
            return OfOutput(stack) is { Violations.Count: 0 } listed ? listed : null;
        }
        catch (HotstackException e) when (e.Id is "StackOutputMissing" or "StackOutputFailed" or "SnapSetFileInvalid")
        {
            activity.Verbose($"The instances of stack '{stack.Name}' are its server resources: {e.Message}");
            return null;
        }
    }

    /// <summary>Null if the stack is complete and its output is missing or empty.</summary>
    private static MemberList? OfOutput(Stack stack)
    {
        if (!stack.Outputs.TryGetValue(SnapSetData.Key, out StackOutput? output))
        {
            return null;
        }

        if (output.Error is { } error)
        {
            throw new HotstackException(
                ErrorCause.OperationFailed, "StackOutputFailed",
                $"Heat failed to compute the output '{SnapSetData.Key}' of stack '{stack.Name}': {error}")
            {
                Target = stack.Name,
                Hint = "Check the stack's resources: one may have been deleted outside Heat.",
            };
        }

        if (output.Value is { } value)
        {
            (IReadOnlyList<Instance> instances, IReadOnlyList<string> violations) = SnapSetData.Read(
                SnapSetFile.ReadJson($"Stack '{stack.Name}', output {SnapSetData.Key}", value.GetRawText()));
            return new MemberList([.. instances.Select(instance => instance with { StackName = stack.Name })], violations);
        }

        return stack.IsInProgress || stack.IsFailed ? throw WithoutValue(stack) : null;
    }

    private static HotstackException WithoutValue(Stack stack) => new(
        ErrorCause.NotFound, "StackOutputMissing",
        $"The output '{SnapSetData.Key}' of stack '{stack.Name}' has no value yet; the stack is {stack.Status}"
        + (stack.StatusReason is { } reason ? $": {reason}" : "."))
    {
        Target = stack.Name,
        Hint = stack.IsInProgress ? "Wait until Heat finishes the stack."
            : $"Repair the stack; 'openstack stack failures list {CommandArgument.Of(stack.Name)}' lists what failed.",
    };

    /// <summary>Null for a stack without servers.</summary>
    private static MemberList? OfResources(Stack stack, IReadOnlyList<StackResource> servers, TemplateRoles? roles)
    {
        (Instance Instance, string? Fault)[] found =
        [
            .. servers.Select(server => (Of(stack, server, roles), FaultOf(stack, server)))
                .OrderBy(pair => MemberRoles.Place(pair.Item1.Role)).ThenBy(pair => pair.Item1.Name, StringComparer.Ordinal),
        ];
        return found.Length == 0 ? null : new MemberList([.. found.Select(pair => pair.Instance)], [])
        {
            Unusable = found.Where(pair => pair.Fault is not null).DistinctBy(pair => pair.Instance.Name)
                .ToDictionary(pair => pair.Instance.Name, pair => pair.Fault!, StringComparer.Ordinal),
        };
    }

    private static Instance Of(Stack stack, StackResource server, TemplateRoles? roles)
    {
        // A server of a group has the group's name: its own is a number.
        string name = server.Parent is { } parent ? $"{parent}-{server.Name}" : server.Name;
        return new Instance
        {
            Name = name,
            Role = (server.Parent is null ? roles?.Of(server.Name) : null) ?? MemberRoles.ByName(name),
            Id = server.PhysicalId,
            MacAddress = "",
            StackName = stack.Name,
        };
    }

    /// <summary>Why a server resource has no server of its own; null for nothing. Whether the server exists is Nova's to say.</summary>
    private static string? FaultOf(Stack stack, StackResource server)
    {
        string status = $"Heat's resource is {server.Status}{(server.StatusReason is { Length: > 0 } reason ? $" ({reason})" : "")}";
        return server switch
        {
            _ when stack is { Action: "DELETE", IsFailed: false } => $"its stack is {stack.Status}",
            { Status: "DELETE_IN_PROGRESS" or "DELETE_COMPLETE" } => $"{status}: its server is being deleted or is gone",
            { PhysicalId: "" } or { Status: "CREATE_FAILED" or "CREATE_IN_PROGRESS" } => $"{status}: its server is not complete; "
                + (stack.IsInProgress ? "wait until Heat finishes the stack" : "repair the stack, or leave the instance out (-Exclude)"),
            _ => null,
        };
    }

    private Task<TemplateRoles?> ReadRolesAsync(Stack stack, CancellationToken stop) => OptionalAnswer.AskAsync(
        async () => new TemplateRoles(await cloud.Stacks.GetTemplateAsync(stack, stop)),
        $"The roles of the servers of stack '{stack.Name}' are known by their names only, because its template cannot be read", activity);
}
