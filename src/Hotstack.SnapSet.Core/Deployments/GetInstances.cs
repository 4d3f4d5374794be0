using Hotstack.Configuration;
using Hotstack.OpenStack;
using Hotstack.OpenStack.Compute;
using Hotstack.OpenStack.Orchestration;

namespace Hotstack.Deployments;

/// <summary>Finds the servers of a deployment, with what a SnapSet needs.</summary>
public sealed class GetInstances(Cloud cloud)
{
    private static readonly string UpstreamRoles = string.Join(", ", RoleParameters.Roles);

    /// <summary>The status where there is no server.</summary>
    public const string NotFound = "NotFound";

    /// <summary>The stack output that lists the instances in upstream's templates.</summary>
    private const string OutputKey = "snapset_data";

    /// <summary>The instances with their servers' state; one without a server has the status <see cref="NotFound"/> and causes a
    /// warning.</summary>
    /// <exception cref="HotstackException"><c>StackNotFound</c>, <c>StackOutputMissing</c>, <c>SnapSetDataInvalid</c>,
    /// <c>SnapSetFileInvalid</c>, <c>ServerNotFound</c>, <c>ServerAmbiguous</c>, <c>RoleMissing</c>, <c>ProjectMismatch</c>.</exception>
    public async Task<IReadOnlyList<Instance>> RunAsync(InstanceSource source, IActivity activity, CancellationToken stop)
    {
        if (source.Servers.Count > 0)
        {
            return await FindServersAsync(source, activity, stop);
        }

        (IReadOnlyList<Instance> listed, IReadOnlyList<string> violations) = await ReadAsync(source, stop);
        if (violations.Count > 0)
        {
            throw new ViolationsException("SnapSetDataInvalid", Describe(source), violations);
        }

        (Instance Instance, Server? Server)[] found = await LookUpAsync(listed, stop);
        foreach ((Instance instance, _) in found.Where(f => f.Server is null))
        {
            activity.Warning($"Instance {instance.Name}: there is no server {instance.Id} in this project.");
        }

        return [.. found.Select(f => f.Instance)];
    }

    /// <summary>The instances as listed, and the violations of the list.</summary>
    internal async Task<(IReadOnlyList<Instance> Instances, IReadOnlyList<string> Violations)> ReadAsync(
        InstanceSource source, CancellationToken stop)
    {
        await OwnProject.RequireAsync(cloud, source, stop);
        if (source.StackName is { } stackName)
        {
            (IReadOnlyList<Instance> instances, IReadOnlyList<string> violations) = SnapSetData.Read(
                await ReadOutputAsync(stackName, stop));
            return ([.. instances.Select(instance => instance with { StackName = stackName })], violations);
        }

        return source.Path is { } path ? SnapSetData.Read(SnapSetFile.Read(path, InputFile.Opener(stop))) : (source.Instances, []);
    }

    /// <summary>The instances, updated from their servers; the server is null where there is none.</summary>
    internal async Task<(Instance Instance, Server? Server)[]> LookUpAsync(
        IEnumerable<Instance> instances, CancellationToken stop)
    {
        string? project = await cloud.GetProjectIdAsync(stop);
        return await Fanout.SelectAsync<Instance, (Instance, Server?)>(
            instances,
            async (instance, token) =>
            {
                try
                {
                    Server server = await cloud.Compute.GetServerAsync(instance.Id, token);
                    return (WithState(instance, server, cloud, project), server);
                }
                catch (HotstackException e) when (e.Cause == ErrorCause.NotFound)
                {
                    return (instance with { Status = NotFound, Cloud = cloud.Name, Region = cloud.Region, ProjectId = project }, null);
                }
            },
            stop);
    }

    internal static string Describe(InstanceSource source) => source switch
    {
        { StackName: { } stack } => $"Stack '{stack}'",
        { Path: { } path } => path,
        _ => "The instances",
    };

    private async Task<DocNode> ReadOutputAsync(string stackName, CancellationToken stop)
    {
        Stack stack = await cloud.Stacks.GetAsync(stackName, stop);
        if (!stack.Outputs.TryGetValue(OutputKey, out StackOutput? output))
        {
            string held = stack.Outputs.Count == 0 ? "none" : string.Join(", ", stack.Outputs.Keys.Order(StringComparer.Ordinal));
            throw new HotstackException(
                ErrorCause.NotFound, "StackOutputMissing",
                $"Stack '{stackName}' ({stack.Status}) has no output '{OutputKey}'. Its outputs: {held}.")
            {
                Target = stackName,
                Hint = "Name the servers instead (of upstream's scenarios only snapshot-sno has this output): "
                    + "Get-HotstackInstance -Server controller, master0 -Role controller, ocp_master.",
            };
        }

        if (output.Error is { } error)
        {
            throw new HotstackException(
                ErrorCause.OperationFailed, "StackOutputFailed",
                $"Heat failed to compute the output '{OutputKey}' of stack '{stackName}': {error}")
            {
                Target = stackName,
                Hint = "Check the stack's resources: one may have been deleted outside Heat.",
            };
        }

        return output.Value is { } value ? SnapSetFile.ReadJson($"Stack '{stackName}', output {OutputKey}", value.GetRawText())
            : throw WithoutValue(stackName, stack);
    }

    private static HotstackException WithoutValue(string stackName, Stack stack) => new(
        ErrorCause.NotFound, "StackOutputMissing",
        $"The output '{OutputKey}' of stack '{stackName}' has no value yet; the stack is {stack.Status}"
        + (stack.StatusReason is { } reason && !stack.Status.EndsWith("_COMPLETE", StringComparison.Ordinal) ? $": {reason}" : "."))
    {
        Target = stackName,
        Hint = stack.IsInProgress ? "Wait until Heat finishes the stack."
            : stack.IsFailed ? $"Repair the stack; 'openstack stack failures list {CommandArgument.Of(stackName)}' lists what failed."
            : "Check the resources and conditions of the template: it leaves the output empty.",
    };

    private async Task<IReadOnlyList<Instance>> FindServersAsync(InstanceSource source, IActivity activity, CancellationToken stop)
    {
        if (source.Roles.Count != source.Servers.Count)
        {
            throw new HotstackException(
                ErrorCause.InputInvalid, "RoleMissing",
                $"Each of the {CountText.Of(source.Servers.Count, "name")} after -Server needs one role; "
                + (source.Roles.Count == 1 ? "1 role is given." : $"{source.Roles.Count} roles are given."))
            {
                Hint = $"Give one role for each name or wildcard, in the same order. Upstream's roles are {UpstreamRoles}.",
            };
        }

        foreach (string role in source.Roles.Distinct().Where(role => !RoleParameters.Roles.Contains(role)))
        {
            activity.Warning(
                $"Upstream has no role '{role}' ({UpstreamRoles}): restores by parameters and revivals ignore it.");
        }

        string? project = await cloud.GetProjectIdAsync(stop);
        Instance[][] found = await Fanout.SelectAsync(
            source.Servers.Select((nameOrId, i) => (nameOrId, role: source.Roles[i])),
            async (asked, token) => (await FindServersAsync(asked.nameOrId, token)).Select(server => WithState(
                new Instance
                {
                    Name = server.Name,
                    Role = asked.role,
                    Id = server.Id,
                    MacAddress = server.MacAddresses.Count > 0 ? server.MacAddresses[0] : "",
                },
                server, cloud, project)).ToArray(),
            stop);
        foreach (string pattern in source.Servers.Where((_, i) => found[i].Length == 0))
        {
            activity.Warning($"No server in this project matches '{pattern}'.");
        }

        return [.. found.SelectMany(servers => servers).DistinctBy(instance => instance.Id)];
    }

    /// <summary>The servers that match a wildcard, by name; otherwise the one with that name or id.</summary>
    private async Task<IReadOnlyList<Server>> FindServersAsync(string nameOrId, CancellationToken stop) => Wildcard.IsPattern(nameOrId)
        ? [.. (await cloud.Compute.ListServersAsync(stop))
            .Where(server => Wildcard.Matches(server.Name, nameOrId)).OrderBy(server => server.Name, StringComparer.Ordinal)]
        : [await FindServerAsync(nameOrId, stop)];

    private async Task<Server> FindServerAsync(string nameOrId, CancellationToken stop)
    {
        if (Guid.TryParse(nameOrId, out _))
        {
            return await cloud.Compute.GetServerAsync(nameOrId, stop);
        }

        IReadOnlyList<Server> servers = await cloud.Compute.FindServersAsync(nameOrId, stop);
        return servers.Count switch
        {
            1 => servers[0],
            0 => throw new HotstackException(
                ErrorCause.NotFound, "ServerNotFound", $"There is no server named '{nameOrId}' in this project.")
            {
                Target = nameOrId,
                Hint = "Run 'openstack server list' to list the servers; names are case-sensitive.",
            },
            _ => throw new HotstackException(
                ErrorCause.InputInvalid, "ServerAmbiguous",
                $"{servers.Count} servers are named '{nameOrId}': {string.Join(", ", servers.Select(s => s.Id))}.")
            {
                Target = nameOrId,
                Hint = "Give the id of one of them.",
            },
        };
    }

    /// <summary>The instance as its server is now.</summary>
    internal static Instance WithState(Instance instance, Server server, Cloud cloud, string? project) => instance with
    {
        MacAddresses = [.. server.MacAddresses],
        IpAddresses = [.. server.IpAddresses],
        Status = server.Status,
        TaskState = server.TaskState,
        Flavor = server.Flavor,
        Image = server.ImageId,
        Volumes = [.. server.VolumeIds],
        Cloud = cloud.Name,
        Region = cloud.Region,
        ProjectId = project,
    };
}

/// <summary>The source of the instances: exactly one of a stack, a file, servers, or a list.</summary>
public sealed record InstanceSource
{
    /// <summary>A stack whose output <c>snapset_data</c> lists them.</summary>
    public string? StackName { get; init; }

    /// <summary>A YAML or JSON file: <c>snapset_data</c> alone, or upstream's <c>&lt;stack&gt;-outputs.yaml</c>.</summary>
    public string? Path { get; init; }

    /// <summary>Servers by name or UUID.</summary>
    public IReadOnlyList<string> Servers { get; init; } = [];

    /// <summary>The servers' roles, in the same order.</summary>
    public IReadOnlyList<string> Roles { get; init; } = [];

    /// <summary>Instances found before.</summary>
    public IReadOnlyList<Instance> Instances { get; init; } = [];

    /// <summary>The known projects of the objects that name the stack or the servers; each must be ours.</summary>
    public IReadOnlyList<string> ProjectIds { get; init; } = [];
}

/// <summary>Finds the servers of a deployment and requires all of them.</summary>
internal sealed class DeploymentServers(Cloud cloud)
{
    /// <exception cref="ViolationsException">An instance names no server (<c>SnapSetDataInvalid</c>).</exception>
    /// <exception cref="HotstackException">A server does not exist (<c>ServerNotFound</c>), or belongs to another project
    /// (<c>ProjectMismatch</c>); or as <see cref="GetInstances"/>.</exception>
    public async Task<IReadOnlyList<Instance>> FindAsync(InstanceSource source, IActivity activity, CancellationToken stop)
    {
        await OwnProject.RequireAsync(cloud, source, stop);
        string[] nameless = [.. source.Instances.Where(i => !Guid.TryParse(i.Id, out _))
            .Select(i => $"instance '{i.Name}': '{i.Id}' is not the UUID of a server")];
        if (nameless.Length > 0)
        {
            throw new ViolationsException("SnapSetDataInvalid", "The instances", nameless);
        }

        var find = new GetInstances(cloud);
        IReadOnlyList<Instance> instances = source.Instances.Count > 0
            ? [.. (await find.LookUpAsync(source.Instances, stop)).Select(found => found.Instance)]
            : await find.RunAsync(source, activity, stop);
        string[] missing = [.. instances.Where(i => i.Status == GetInstances.NotFound).Select(i => $"{i.Name} ({i.Id})")];
        return missing.Length == 0
            ? instances
            : throw new HotstackException(
                ErrorCause.NotFound, "ServerNotFound", $"These servers do not exist in this project: {string.Join(", ", missing)}.")
            {
                Target = missing[0],
                Hint = "If the deployment was deleted, give the restored stack with -StackName.",
            };
    }
}
