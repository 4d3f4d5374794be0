using Hotstack.Deployments;
using Hotstack.OpenStack;
using Hotstack.OpenStack.Compute;
using Hotstack.OpenStack.Orchestration;

namespace Hotstack.SnapSets.Restore;

/// <summary>Verifies that the servers of a restored stack booted from their own images, with their own addresses.</summary>
internal sealed class RestoreVerification(Cloud cloud, RestoreSnapSetPlan plan)
{
    private const string ServerType = "OS::Nova::Server";

    /// <summary>The servers of members, the controller first, and the names of the others.</summary>
    /// <param name="stack">The stack, complete.</param>
    /// <param name="listed">Its resources when all of them were complete.</param>
    /// <param name="stop">Ends the reading.</param>
    /// <exception cref="ViolationsException">A server is missing or has another image or address (<c>RestoreNotVerified</c>).</exception>
    public async Task<(IReadOnlyList<Instance> Servers, IReadOnlyList<string> Others)> RunAsync(
        Stack stack, IReadOnlyList<StackResource> listed, CancellationToken stop)
    {
        ILookup<string, StackResource> resources = listed
            .Where(resource => resource.Type == ServerType)
            .ToLookup(resource => resource.Name, StringComparer.Ordinal);
        var found = plan.Servers.Select(planned => (Planned: planned, Resource: resources[planned.ResourceName].FirstOrDefault()))
            .ToArray();
        foreach (StackResource server in found.Select(f => f.Resource).OfType<StackResource>())
        {
            // Heat just created it, and Nova may read from a lagging replica.
            cloud.NewObjects.Add(server.PhysicalId);
        }

        IReadOnlyDictionary<string, Server> read = await ReadAsync([.. found.Select(f => f.Resource?.PhysicalId).OfType<string>()], stop);
        Server?[] servers = [.. found.Select(f => f.Resource is null ? null : read[f.Resource.PhysicalId])];
        ILookup<string, InstancePort> ports = await new ServerPorts(cloud, activity: null) { AreServersNew = true }.ReadAsync([.. servers.OfType<Server>()], stop);
        List<string> violations = [];
        List<Instance> instances = [];
        foreach (((PlannedServer planned, _), Server? server) in found.Zip(servers))
        {
            if (server is null)
            {
                violations.Add($"{planned.Member.Name}: the stack has no server {planned.ResourceName}");
                continue;
            }

            Instance instance = ToInstance(planned.Member, server, ports[server.Id], stack);
            violations.AddRange(Violations(planned, server, instance.MacAddresses));
            instances.Add(instance);
        }

        return violations.Count == 0
            ? (instances, [.. resources.Select(r => r.Key).Except(plan.Servers.Select(s => s.ResourceName)).Order(StringComparer.Ordinal)])
            : throw new ViolationsException("RestoreNotVerified", $"Stack {stack.Name}", violations);
    }

    /// <summary>Reads several servers by one list. Those missing from it are read by their ids: a list may lag behind, and lacks those of
    /// an unreachable part of the cloud.</summary>
    private async Task<IReadOnlyDictionary<string, Server>> ReadAsync(string[] ids, CancellationToken stop)
    {
        IEnumerable<Server> listed = ids.Length > 1 ? await cloud.Compute.ListReachableServersAsync(stop) : [];
        Dictionary<string, Server> servers = listed.Where(server => ids.Contains(server.Id)).DistinctBy(server => server.Id)
            .ToDictionary(server => server.Id, StringComparer.Ordinal);
        foreach (Server server in await Fanout.SelectAsync(ids.Except(servers.Keys), cloud.Compute.GetServerAsync, stop))
        {
            servers[server.Id] = server;
        }

        return servers;
    }

    private static IEnumerable<string> Violations(PlannedServer planned, Server server, Listing<string> macs)
    {
        SnapSetMember member = planned.Member;
        if (server.Status != ServerRules.Active)
        {
            yield return $"{member.Name}: server {server.Id} is {server.Status}{(server.Fault is { } why ? $": {why}" : "")}";
        }

        // A server that boots from a volume has no image; Heat checked the snapshot when it made the volume.
        if (planned.PinnedImage is null && !member.IsVolumeBacked && server.ImageId != member.ImageId)
        {
            yield return $"{member.Name}: server {server.Id} booted from {(server.ImageId is { } id ? $"image {id}" : "a volume")}, not from its image {member.ImageId}";
        }

        string[] missing = [.. planned.MacAddresses.Except(macs)];
        if (member.MacAddress is { } mac && !macs.Contains(mac))
        {
            yield return $"{member.Name}: server {server.Id} has the MAC address {(macs.Count > 0 ? string.Join(", ", macs) : "of no port")}, not {mac}";
        }
        else if (missing.Length > 0)
        {
            yield return $"{member.Name}: server {server.Id} lacks the recorded MAC address {string.Join(", ", missing)}";
        }
    }

    private Instance ToInstance(SnapSetMember member, Server server, IEnumerable<InstancePort> ports, Stack stack) => GetInstances.WithState(
        new Instance
        {
            Name = member.Name,
            Role = member.Role,
            Id = server.Id,
            MacAddress = member.MacAddress ?? ports.FirstOrDefault()?.MacAddress ?? "",
            StackName = stack.Name,
        },
        server, ports, cloud, project: null);
}
