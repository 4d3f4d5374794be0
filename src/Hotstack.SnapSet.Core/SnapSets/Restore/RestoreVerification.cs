using Hotstack.Deployments;
using Hotstack.OpenStack;
using Hotstack.OpenStack.Compute;
using Hotstack.OpenStack.Networking;
using Hotstack.OpenStack.Orchestration;

namespace Hotstack.SnapSets.Restore;

/// <summary>Verifies that the servers of a restored stack booted from their own images, with their own addresses.</summary>
internal sealed class RestoreVerification(Cloud cloud, RestoreSnapSetPlan plan)
{
    private const string ServerType = "OS::Nova::Server";

    /// <summary>The servers of members, the controller first, and the names of the others.</summary>
    /// <exception cref="ViolationsException">A server is missing or has another image or address (<c>RestoreNotVerified</c>).</exception>
    public async Task<(IReadOnlyList<Instance> Servers, IReadOnlyList<string> Others)> RunAsync(Stack stack, CancellationToken stop)
    {
        ILookup<string, StackResource> resources = (await cloud.Stacks.ListResourcesAsync(stack, stop))
            .Where(resource => resource.Type == ServerType)
            .ToLookup(resource => resource.Name, StringComparer.Ordinal);
        var found = plan.Servers.Select(planned => (Planned: planned, Resource: resources[planned.ResourceName].FirstOrDefault()))
            .ToArray();
        foreach (StackResource server in found.Select(f => f.Resource).OfType<StackResource>())
        {
            // Heat just created it, and Nova may read from a lagging replica.
            cloud.NewObjects.Add(server.PhysicalId);
        }

        Server?[] servers = await Fanout.SelectAsync(
            found, async (f, token) => f.Resource is null ? null : await cloud.Compute.GetServerAsync(f.Resource.PhysicalId, token),
            stop);
        IReadOnlyList<Port> ports = servers.Any(server => server is not null)
            // Nova does not list ports without a fixed IP.
            ? await cloud.Network.ListPortsAsync(servers.OfType<Server>().Select(server => server.Id), stop)
            : [];
        List<string> violations = [];
        List<Instance> instances = [];
        foreach (((PlannedServer planned, _), Server? server) in found.Zip(servers))
        {
            if (server is null)
            {
                violations.Add($"{planned.Member.Name}: the stack has no server {planned.ResourceName}");
                continue;
            }

            string[] macs = [.. server.MacAddresses.Concat(ports.Where(p => p.DeviceId == server.Id).Select(p => p.MacAddress)).Distinct()];
            violations.AddRange(Violations(planned, server, macs));
            instances.Add(ToInstance(planned.Member, server, macs, stack));
        }

        return violations.Count == 0
            ? (instances, [.. resources.Select(r => r.Key).Except(plan.Servers.Select(s => s.ResourceName)).Order(StringComparer.Ordinal)])
            : throw new ViolationsException("RestoreNotVerified", $"Stack {stack.Name}", violations);
    }

    private static IEnumerable<string> Violations(PlannedServer planned, Server server, string[] macs)
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

        string[] missing = [.. member.MacAddresses.Except(macs)];
        if (member.MacAddress is { } mac && !macs.Contains(mac))
        {
            yield return $"{member.Name}: server {server.Id} has the MAC address {(macs.Length > 0 ? string.Join(", ", macs) : "of no port")}, not {mac}";
        }
        else if (missing.Length > 0 && macs.Length >= member.MacAddresses.Count)
        {
            yield return $"{member.Name}: server {server.Id} lacks the recorded MAC address {string.Join(", ", missing)}";
        }
    }

    /// <summary>Its ports' MAC addresses are those that Neutron reports: Nova shows none of a port without a fixed IP.</summary>
    private Instance ToInstance(SnapSetMember member, Server server, string[] macs, Stack stack) => GetInstances.WithState(
        new Instance
        {
            Name = member.Name,
            Role = member.Role,
            Id = server.Id,
            MacAddress = member.MacAddress ?? macs.FirstOrDefault() ?? "",
            StackName = stack.Name,
        },
        server, cloud, project: null) with
    {
        MacAddresses = [.. macs],
    };
}
