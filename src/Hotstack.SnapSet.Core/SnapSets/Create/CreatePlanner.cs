using Hotstack.Deployments;
using Hotstack.OpenStack;
using Hotstack.OpenStack.Compute;
using Hotstack.OpenStack.Networking;

namespace Hotstack.SnapSets.Create;

/// <summary>Checks all that can be checked before a set is made, and reports all violations at once.</summary>
/// <param name="cloud">The servers' cloud.</param>
/// <param name="inspector">Inspects the cluster of running nodes; null if no cluster is known.</param>
internal sealed class CreatePlanner(Cloud cloud, IClusterInspector? inspector = null)
{
    /// <summary>Glance's properties hold 255 characters; a MAC address and a comma take 18.</summary>
    private const int MaxMacAddresses = 14;

    /// <exception cref="HotstackException">The input breaks rules (<c>SnapSetDataInvalid</c>); there is no such stack,
    /// file or set; the cluster of running nodes is not safe to shut down (<c>ClusterNotSafe</c>).</exception>
    public async Task<CreatePlan> PlanAsync(CreateSnapSetRequest request, IActivity activity, CancellationToken stop)
    {
        ResumedSet? resumed = request.ResumeId is { } id ? await ResumedSet.ReadAsync(cloud, id, stop) : null;
        InstanceSource source = resumed?.SourceFor(request.Source) ?? request.Source;
        (IReadOnlyList<Instance> listed, IReadOnlyList<string> unreadable) = await new FindInstances(cloud).ReadAsync(source, stop);
        listed = [.. listed.Select(Canonical)];
        (Instance Instance, Server? Server)[] found = await ReadServersAsync(listed, stop);
        IReadOnlyList<string> ran = await RanSinceAsync(request, resumed, found, stop);
        string? stackName = resumed?.Set.StackName ?? source.StackName ?? CommonStack(listed);
        VolumePlan volumes = await new VolumePlanner(cloud).PlanAsync(
            found, request.IncludeVolumes || resumed is { IncludesVolumes: true }, stackName, resumed, activity, stop);
        string[] violations =
        [
            .. unreadable,
            .. unreadable.Count > 0 && listed.Count == 0 ? [] : InstanceRules.Violations(listed),
            .. RequestViolations(request),
            .. resumed?.Violations(listed) ?? [],
            .. found.SelectMany(f => ServerRules.Violations(
                f.Instance, f.Server, request.StopServers && resumed is null, resumed?.IsStillBeingMade(f.Instance) ?? false)),
            .. ran,
            .. volumes.Violations,
        ];
        if (violations.Length > 0)
        {
            throw new ViolationsException("SnapSetDataInvalid", FindInstances.Describe(source), violations);
        }

        foreach (string warning in volumes.Warnings)
        {
            activity.Warning(warning);
        }

        ClusterInspection cluster = request.Cluster is not null || resumed?.Set.ClusterRecord is not null
            ? new(request.Cluster ?? resumed!.Set.ClusterRecord, null)
            : await new KnownCluster(cloud, inspector, activity)
                .FindAsync(found, source with { StackName = stackName }, request.Inspection, stop);
        return new CreatePlan
        {
            Id = resumed?.Set.Id ?? SnapSetId.Create(),
            CreatedAt = resumed?.Set.CreatedAt ?? cloud.Now,
            StackName = stackName,
            Scenario = resumed?.Set.Scenario ?? request.Scenario,
            Cluster = cluster.Record,
            UnknownCluster = cluster.Unknown,
            IsResumed = resumed is not null,
            Members = [.. found.Select(f => new PlannedMember(
                WithAllMacAddresses(f.Instance), f.Server!, resumed?.ImageOf(f.Instance))
            {
                Volumes = volumes.Recorded.GetValueOrDefault(f.Server!.Id) ?? [],
            })],
            Volumes = volumes.Planned,
            EarlierVolumeSnapshots = [.. resumed?.Snapshots.Select(s => s.Id) ?? []],
        };
    }

    private static Instance Canonical(Instance instance) => instance with
    {
        MacAddress = MacAddress.TryParse(instance.MacAddress, out string mac) ? mac : instance.MacAddress,
    };

    /// <summary>The address in the machine network first, as the tag and a restore need it.</summary>
    private static Instance WithAllMacAddresses(Instance instance) => instance with
    {
        MacAddresses = [.. instance.MacAddresses.Prepend(instance.MacAddress).Distinct().Take(MaxMacAddresses)],
    };

    private static string? CommonStack(IReadOnlyList<Instance> instances) =>
        instances.Select(i => i.StackName).Distinct().ToArray() is [{ } only] ? only : null;

    private static IEnumerable<string> RequestViolations(CreateSnapSetRequest request)
    {
        if (request.Timeout <= TimeSpan.Zero)
        {
            yield return $"the timeout must be longer than {request.Timeout}";
        }

        if (request.PollInterval < TimeSpan.FromSeconds(1))
        {
            yield return $"the poll interval must be at least one second, not {request.PollInterval}";
        }

        if (request.Scenario is { Length: > 255 })
        {
            yield return $"the scenario is {request.Scenario.Length} characters long; Nova takes 255";
        }
    }

    private async Task<(Instance Instance, Server? Server)[]> ReadServersAsync(IReadOnlyList<Instance> listed, CancellationToken stop)
    {
        (Instance Instance, Server? Server)[] found = await new FindInstances(cloud).LookUpAsync(
            listed.Where(instance => Guid.TryParse(instance.Id, out _)), stop);

        // Nova shows MAC addresses only of ports that have a fixed IP; Neutron shows the others.
        string[] unclear = [.. found
            .Where(f => f.Server is not null && !f.Server.MacAddresses.Contains(f.Instance.MacAddress))
            .Select(f => f.Server!.Id)];
        if (unclear.Length == 0)
        {
            return found;
        }

        IReadOnlyList<Port> ports = await cloud.Network.ListPortsAsync(unclear, stop);
        return [.. found.Select(f => f.Server is null ? f : (f.Instance with
        {
            MacAddresses = [.. f.Instance.MacAddresses
                .Concat(ports.Where(p => p.DeviceId == f.Server.Id).Select(p => p.MacAddress)).Distinct()],
        }, f.Server))];
    }

    /// <summary>Servers that ran since the set was begun, or since their cluster was recorded.</summary>
    private async Task<IReadOnlyList<string>> RanSinceAsync(
        CreateSnapSetRequest request, ResumedSet? resumed, (Instance Instance, Server? Server)[] found, CancellationToken stop)
    {
        IEnumerable<string> sinceBegun = resumed is null ? [] : await resumed.ServersThatRanAsync(cloud, found, stop);
        if (request.Cluster is not { } record)
        {
            return [.. sinceBegun];
        }

        // The controller may run again: it is no part of the cluster.
        IEnumerable<(Instance Instance, Server? Server)> nodes = found.Where(
            f => record.Nodes.Count == 0 || record.Nodes.Any(n => n.InstanceName == f.Instance.Name));
        IReadOnlyList<string> sinceRecorded = await new ServerHistory(cloud)
            .RanSinceAsync(nodes, record.RecordedAt + ServerHistory.ClockTolerance, stop);
        return
        [
            .. sinceBegun,
            .. sinceRecorded.Select(ran => $"{ran}, after its cluster was recorded ({record.RecordedAt:u}), so the record is outdated; suspend the cluster again"),
        ];
    }
}
