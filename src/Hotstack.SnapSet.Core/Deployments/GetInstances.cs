using Hotstack.Configuration;
using Hotstack.Deployments.Members;
using Hotstack.OpenStack;
using Hotstack.OpenStack.Compute;

namespace Hotstack.Deployments;

/// <summary>Finds the servers of a deployment, with what a SnapSet needs.</summary>
public sealed class GetInstances(Cloud cloud)
{
    private static readonly string UpstreamRoles = string.Join(", ", RoleParameters.Roles);

    /// <summary>The status where there is no server.</summary>
    public const string NotFound = "NotFound";

    /// <summary>The instances with their servers' state; one without a server has the status <see cref="NotFound"/> and causes a
    /// warning.</summary>
    /// <exception cref="HotstackException"><c>StackNotFound</c>, <c>StackWithoutServers</c>, <c>StackOutputMissing</c>,
    /// <c>StackOutputFailed</c>, <c>SnapSetDataInvalid</c>, <c>SnapSetFileInvalid</c>, <c>ServerNotFound</c>, <c>ServerAmbiguous</c>,
    /// <c>RoleMissing</c>, <c>ProjectMismatch</c>.</exception>
    public async Task<IReadOnlyList<Instance>> RunAsync(InstanceSource source, IActivity activity, CancellationToken stop)
    {
        if (source.Servers.Count > 0)
        {
            return await FindServersAsync(source, activity, stop);
        }

        (IReadOnlyList<Instance> listed, IReadOnlyList<string> violations) = await ReadAsync(source, activity, stop);
        if (violations.Count > 0)
        {
            throw new ViolationsException("SnapSetDataInvalid", Describe(source), violations)
            {
                Hint = source.StackName is null ? null
                    : "Correct the stack, or leave out or correct what is named: -Name, -Exclude and -Role choose among its servers.",
            };
        }

        // For one deployment a call for each server, for all of them one list.
        IReadOnlyList<Server> servers = source.StackPattern is null || listed.Count == 0 ? []
            : await cloud.Compute.ListReachableServersAsync(stop);
        (Instance Instance, Server? Server)[] found = await LookUpAsync(listed, activity, stop, servers);
        foreach ((Instance instance, _) in found.Where(f => f.Server is null))
        {
            activity.Warning($"Instance {instance.Name}: there is no server {instance.Id} in this project.");
        }

        return [.. found.Select(f => f.Instance)];
    }

    /// <summary>The instances as listed, and the violations of the list. Those of a stack without the output <c>snapset_data</c> have no
    /// MAC address until they are looked up.</summary>
    internal async Task<(IReadOnlyList<Instance> Instances, IReadOnlyList<string> Violations)> ReadAsync(
        InstanceSource source, IActivity activity, CancellationToken stop)
    {
        await OwnProject.RequireAsync(cloud, source, stop);
        MemberList listed = source switch
        {
            { StackName: { } stack } => await new StackMembers(cloud, activity).ReadAsync(await cloud.Stacks.GetAsync(stack, stop), stop),
            { StackPattern: { } pattern } => await new ProjectMembers(cloud, activity).ReadAsync(pattern, stop),
            { Path: { } path } => ListOf(path, stop),
            _ => new MemberList(source.Instances, []),
        };
        (IReadOnlyList<Instance> chosen, IReadOnlyList<string> violations) = source.Choice.Among(listed);
        bool isPart = chosen.Count < listed.Instances.Count && chosen.Any(instance => instance.MacAddress.Length == 0);
        return (isPart ? await WithMainMacAddressesAsync(chosen, listed.Instances, activity, stop) : chosen, violations);
    }

    /// <summary>The machine network shows by all instances of a deployment, also by those that the user leaves out.</summary>
    private async Task<IReadOnlyList<Instance>> WithMainMacAddressesAsync(
        IReadOnlyList<Instance> chosen, IReadOnlyList<Instance> all, IActivity activity, CancellationToken stop)
    {
        Dictionary<string, string> addresses = (await LookUpAsync(all.DistinctBy(i => i.Id), activity, stop))
            .ToDictionary(found => found.Instance.Id, found => found.Instance.MacAddress);
        return [.. chosen.Select(i => i.MacAddress.Length > 0 ? i : i with { MacAddress = addresses.GetValueOrDefault(i.Id, "") })];
    }

    private static MemberList ListOf(string path, CancellationToken stop)
    {
        (IReadOnlyList<Instance> instances, IReadOnlyList<string> violations) = SnapSetData.Read(
            SnapSetFile.Read(path, InputFile.Opener(stop)));
        return new MemberList(instances, violations);
    }

    /// <summary>The instances, updated from their servers; the server is null where there is none.</summary>
    /// <param name="instances">The instances, with or without a MAC address.</param>
    /// <param name="activity">Gets a message if Neutron does not show the ports.</param>
    /// <param name="stop">Ends the calls.</param>
    /// <param name="known">Servers that were read already.</param>
    internal async Task<(Instance Instance, Server? Server)[]> LookUpAsync(
        IEnumerable<Instance> instances, IActivity activity, CancellationToken stop, IReadOnlyList<Server>? known = null)
    {
        Dictionary<string, Server> read = (known ?? []).DistinctBy(server => server.Id).ToDictionary(server => server.Id);
        (Instance Instance, Server? Server)[] found = await Fanout.SelectAsync<Instance, (Instance, Server?)>(
            instances,
            async (instance, token) =>
            {
                try
                {
                    return (instance, read.GetValueOrDefault(instance.Id) ?? await cloud.Compute.GetServerAsync(instance.Id, token));
                }
                catch (HotstackException e) when (e.Cause == ErrorCause.NotFound)
                {
                    return (instance, null);
                }
            },
            stop);
        string? project = await cloud.GetProjectIdAsync(stop);
        ILookup<string, InstancePort> ports = await new ServerPorts(cloud, activity)
            .ReadAsync([.. found.Select(f => f.Server).OfType<Server>()], stop);
        return
        [
            .. found.Select(f => (
                Instance: f.Server is null
                    ? f.Instance with { Status = NotFound, Cloud = cloud.Name, Region = cloud.Region, ProjectId = project }
                    : WithState(f.Instance, f.Server, ports[f.Server.Id], cloud, project),
                f.Server))
                .GroupBy(f => f.Instance.StackName).SelectMany(deployment => MachineNetwork.Complete([.. deployment])),
        ];
    }

    internal static string Describe(InstanceSource source) => source switch
    {
        { StackName: { } stack } => $"Stack '{stack}'",
        { StackPattern: { } } => "The stacks",
        { Path: { } path } => path,
        _ => "The instances",
    };

    private async Task<IReadOnlyList<Instance>> FindServersAsync(InstanceSource source, IActivity activity, CancellationToken stop)
    {
        bool isByName = source.Choice.RolesByName.Count > 0;
        if (!isByName && source.Roles.Count != source.Servers.Count)
        {
            throw new HotstackException(
                ErrorCause.InputInvalid, "RoleMissing",
                $"Each of the {CountText.Of(source.Servers.Count, "name")} after -Server needs one role; "
                + (source.Roles.Count == 1 ? "1 role is given." : $"{source.Roles.Count} roles are given."))
            {
                Hint = "Give one role for each name or wildcard, in the same order, or the roles by names: "
                    + $"-Role @{{ '*master*' = 'ocp_master' }}. Upstream's roles are {UpstreamRoles}.",
            };
        }

        foreach (string role in source.Roles.Concat(source.Choice.RolesByName.Select(rule => rule.Role)).Distinct()
            .Where(role => !RoleParameters.Roles.Contains(role)))
        {
            activity.Warning(
                $"Upstream has no role '{role}' ({UpstreamRoles}): restores by parameters and revivals ignore it.");
        }

        (Server Server, string Role)[][] found = await Fanout.SelectAsync(
            source.Servers.Select((nameOrId, i) => (nameOrId, role: isByName ? "" : source.Roles[i])),
            async (asked, token) =>
                (await FindServersAsync(asked.nameOrId, token)).Select(server => (server, asked.role)).ToArray(),
            stop);
        foreach (string pattern in source.Servers.Where((_, i) => found[i].Length == 0))
        {
            activity.Warning($"No server in this project matches '{pattern}'.");
        }

        (Server Server, string Role)[] servers = [.. found.SelectMany(list => list).DistinctBy(f => f.Server.Id)];
        IReadOnlyList<Instance> instances = WithRoles(
            [.. servers.Select(f => new Instance { Name = f.Server.Name, Role = f.Role, Id = f.Server.Id, MacAddress = "" })], source.Choice);
        return [.. (await LookUpAsync(instances, activity, stop, [.. servers.Select(f => f.Server)])).Select(f => f.Instance)];
    }

    /// <summary>The servers with the roles that their names get; all of them need one.</summary>
    private static IReadOnlyList<Instance> WithRoles(IReadOnlyList<Instance> servers, InstanceChoice choice)
    {
        if (choice.RolesByName.Count == 0 || servers.Count == 0)
        {
            return servers;
        }

        (IReadOnlyList<Instance> instances, IReadOnlyList<string> violations) = choice.Among(new MemberList(servers, []));
        string[] all = [.. violations, .. instances.Where(i => i.Role.Length == 0).Select(i => $"-Role gives server {i.Name} no role")];
        return all.Length == 0
            ? instances
            : throw new ViolationsException("RoleMissing", "The servers", all)
            {
                Hint = $"Give each server a role by its name or a wildcard. Upstream's roles are {UpstreamRoles}.",
            };
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
    internal static Instance WithState(
        Instance instance, Server server, IEnumerable<InstancePort> ports, Cloud cloud, string? project) => instance with
    {
        Ports = [.. ports],
        // Nova shows no port without a fixed IP.
        MacAddresses = [.. ports.Select(port => port.MacAddress).Concat(server.MacAddresses).Distinct()],
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
    /// <summary>A stack: its output <c>snapset_data</c> lists them, otherwise they are its servers.</summary>
    public string? StackName { get; init; }

    /// <summary>All stacks whose name matches, to look at their instances; the instances are of several deployments.</summary>
    public string? StackPattern { get; init; }

    /// <summary>Which of the instances are meant, and with which roles.</summary>
    public InstanceChoice Choice { get; init; } = InstanceChoice.All;

    /// <summary>A YAML or JSON file: <c>snapset_data</c> alone, or upstream's <c>&lt;stack&gt;-outputs.yaml</c>.</summary>
    public string? Path { get; init; }

    /// <summary>Servers by name or UUID.</summary>
    public IReadOnlyList<string> Servers { get; init; } = [];

    /// <summary>The servers' roles, in the same order.</summary>
    public IReadOnlyList<string> Roles { get; init; } = [];

    /// <summary>Instances found before.</summary>
    public IReadOnlyList<Instance> Instances { get; init; } = [];

    /// <summary>The name of the one stack of the deployment; null if it is not known.</summary>
    public string? OneStackName => StackName
        ?? (Instances.Select(instance => instance.StackName).Distinct().ToArray() is [var one] ? one : null);

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
            ? [.. (await find.LookUpAsync(source.Instances, activity, stop)).Select(found => found.Instance)]
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
