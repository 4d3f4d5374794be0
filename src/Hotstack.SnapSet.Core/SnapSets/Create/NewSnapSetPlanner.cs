using Hotstack.Deployments;
using Hotstack.Deployments.Members;
using Hotstack.OpenStack;
using Hotstack.OpenStack.Compute;
using Hotstack.SnapSets.Marks;

namespace Hotstack.SnapSets.Create;

/// <summary>Checks all that can be checked before a set is made, and reports all violations at once.</summary>
/// <param name="cloud">The servers' cloud.</param>
/// <param name="inspector">Inspects the cluster of running nodes; null if no cluster is known.</param>
internal sealed class NewSnapSetPlanner(Cloud cloud, IClusterInspector? inspector = null)
{
    /// <summary>Glance's properties hold 255 characters; a MAC address and a comma take 18.</summary>
    private const int MaxMacAddresses = 14;

    /// <exception cref="HotstackException">The input breaks rules (<c>SnapSetDataInvalid</c>); there is no such stack,
    /// file or set; the cluster of running nodes is not safe to shut down (<c>ClusterNotSafe</c>).</exception>
    public async Task<NewSnapSetPlan> PlanAsync(NewSnapSetRequest request, IActivity activity, CancellationToken stop)
    {
        ResumedSet? resumed = request.ResumeId is { } id ? await ResumedSet.ReadAsync(cloud, id, stop) : null;
        InstanceSource source = resumed?.SourceFor(request.Source) ?? request.Source;
        (IReadOnlyList<Instance> listed, IReadOnlyList<string> unreadable) = await new GetInstances(cloud).ReadAsync(source, activity, stop);
        listed = [.. listed.Select(Canonical)];
        (Instance Instance, Server? Server)[] found = await new GetInstances(cloud).LookUpAsync(
            listed.Where(instance => Guid.TryParse(instance.Id, out _)), activity, stop);
        listed = [.. listed.Select(instance => found.FirstOrDefault(f => f.Instance.Id == instance.Id && f.Instance.Name == instance.Name).Instance ?? instance)];
        IReadOnlyList<string> ran = await RanSinceAsync(request, resumed, found, stop);
        string? ownStack = source.StackName ?? CommonStack(listed);
        SnapSetFacts facts = resumed?.Set.Facts.Or(request.Facts) ?? request.Facts;
        // A renewed set is of the older set's stack, whatever stack its servers are in.
        bool isRenewed = facts.RenewedFrom is not null;
        string? stackName = isRenewed ? ownStack : resumed?.Set.StackName ?? ownStack;
        facts = isRenewed ? facts : facts with { StackName = stackName };
        VolumePlan volumes = await new VolumePlanner(cloud).PlanAsync(
            found, request.IncludeVolumes || resumed is { IncludesVolumes: true }, stackName, resumed, activity, stop);
        string[] violations =
        [
            .. unreadable,
            .. unreadable.Count > 0 && listed.Count == 0 ? [] : InstanceRules.Violations(listed),
            .. RequestViolations(request),
            .. facts.Violations(),
            .. resumed?.Violations(listed) ?? [],
            .. found.SelectMany(f => ServerRules.Violations(
                f.Instance, f.Server, request.StopServers && resumed is null, resumed?.IsStillBeingMade(f.Instance) ?? false)),
            .. ran,
            .. volumes.Violations,
        ];
        if (violations.Length > 0)
        {
            throw new ViolationsException("SnapSetDataInvalid", GetInstances.Describe(source), violations);
        }

        foreach (string warning in volumes.Warnings)
        {
            activity.Warning(warning);
        }

        ClusterInspection cluster = request.Cluster is not null || resumed?.Set.ClusterRecord is not null
            ? new(request.Cluster ?? resumed!.Set.ClusterRecord, null)
            : await new KnownCluster(cloud, inspector, activity)
                .FindAsync(found, source with { StackName = stackName }, request.Inspection, stop);
        bool hasNodes = found.Any(f => Roles.IsNode(f.Instance.Role));
        ClusterRecord? record = cluster.Record ?? (hasNodes ? null : OffNow(listed));
        string newId = resumed?.Set.Id ?? SnapSetId.Create();
        return new NewSnapSetPlan
        {
            Id = newId,
            CreatedAt = resumed?.Set.CreatedAt ?? cloud.Now,
            Facts = facts,
            // Of a deployment without nodes only the servers that were off count: it has no cluster whose dates could be shown.
            Cluster = hasNodes || record is not { Nodes.Count: 0, OffInstances.Count: 0 } ? record : null,
            OffInstances = record?.OffInstances,
            UnknownCluster = cluster.Unknown,
            IsResumed = resumed is not null,
            Members = [.. found.Select(f => new PlannedMember(
                WithAllMacAddresses(f.Instance), f.Server!, resumed?.ImageOf(f.Instance))
            {
                Volumes = volumes.Recorded.GetValueOrDefault(f.Server!.Id) ?? [],
            })],
            Blueprint = await BlueprintOrder.PlanAsync(cloud, request, resumed, stackName, newId, activity, stop),
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

    /// <summary>What is off in a deployment without nodes that runs; null if it does not run.</summary>
    private ClusterRecord? OffNow(IReadOnlyList<Instance> instances) => instances.Any(i => i.Status == ServerRules.Active)
        ? new ClusterRecord { RecordedAt = cloud.Now, OffInstances = [.. Roles.OffAmong(instances).Select(i => i.Name)] }
        : null;

    private static string? CommonStack(IReadOnlyList<Instance> instances) =>
        instances.Select(i => i.StackName).Distinct().ToArray() is [{ } only] ? only : null;

    private static IEnumerable<string> RequestViolations(NewSnapSetRequest request)
    {
        if (request.Timeout <= TimeSpan.Zero)
        {
            yield return $"the timeout must be longer than {request.Timeout}";
        }

        if (request.PollInterval < TimeSpan.FromSeconds(1))
        {
            yield return $"the poll interval must be at least one second, not {request.PollInterval}";
        }
    }

    /// <summary>Servers that ran since the set was begun, or since their cluster was recorded.</summary>
    private async Task<IReadOnlyList<string>> RanSinceAsync(
        NewSnapSetRequest request, ResumedSet? resumed, (Instance Instance, Server? Server)[] found, CancellationToken stop)
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
            .. sinceRecorded.Select(ran =>
                $"{ran}, after its cluster was recorded ({record.RecordedAt:u}), so the record is outdated; suspend the cluster again"),
        ];
    }
}

/// <summary>Finds the record of a cluster if the caller has none: by an inspection if nodes run, in the servers' metadata if all
/// are off. Without a record, a warning names the commands that make one.</summary>
internal sealed class KnownCluster(Cloud cloud, IClusterInspector? inspector, IActivity activity)
{
    /// <param name="found">The members with their servers.</param>
    /// <param name="source">Where the members come from, for the commands in the warning.</param>
    /// <param name="request">How a cluster with running nodes is inspected.</param>
    /// <param name="stop">Cancels it.</param>
    /// <exception cref="HotstackException">As <see cref="IClusterInspector.InspectAsync"/>.</exception>
    public async Task<ClusterInspection> FindAsync(
        (Instance Instance, Server? Server)[] found, InstanceSource source, ClusterInspectionRequest request, CancellationToken stop)
    {
        (Instance Instance, Server? Server)[] nodes = [.. found.Where(f => Roles.IsNode(f.Instance.Role))];
        if (nodes.Length == 0)
        {
            return new(await KeptOfServersAsync(found, stop), null);
        }

        Instance[] instances = [.. found.Select(f => f.Instance)];
        bool isOff = nodes.All(n => n.Instance.Status == ServerRules.ShutOff);
        BegunShutdown? kept = isOff ? await new KeptRecord(cloud).TryReadAsync(nodes, activity, stop) : null;
        if (kept is { Holds: true })
        {
            activity.Verbose($"Using the record of the cluster that its shutdown made at {TimeText.Of(kept.Record.RecordedAt)}.");
            return new(kept.Record, null);
        }

        ClusterInspection inspection = isOff ? new(null, null) : await InspectAsync(instances, request, stop);
        if (inspection.Record is null)
        {
            Warn(instances, source, isOff, kept);
        }

        return inspection;
    }

    /// <summary>The record of a deployment without nodes: which servers were off before its shutdown.</summary>
    private async Task<ClusterRecord?> KeptOfServersAsync((Instance Instance, Server? Server)[] found, CancellationToken stop)
    {
        IReadOnlyList<Instance> keepers = KeptRecord.ServersOf([.. found.Select(f => f.Instance)]);
        return keepers.All(keeper => keeper.Status == ServerRules.ShutOff)
            && await new KeptRecord(cloud).TryReadAsync([.. found.Where(f => keepers.Contains(f.Instance))], activity, stop) is { Holds: true } kept
            ? kept.Record : null;
    }

    private async Task<ClusterInspection> InspectAsync(
        Instance[] instances, ClusterInspectionRequest request, CancellationToken stop) => inspector switch
    {
        _ when request.SkipCertificateCheck => new(null, "-SkipCertificateCheck skips the check of the cluster"),
        null => new(null, "the cluster cannot be checked: no cluster is known"),
        _ => await inspector.InspectAsync(request, instances, activity, stop),
    };

    private void Warn(Instance[] instances, InstanceSource source, bool isOff, BegunShutdown? kept)
    {
        string why = kept is null
            ? "There is no record of the cluster of these servers"
            : $"The record of the cluster of {TimeText.Of(kept.Record.RecordedAt)} is outdated, because its nodes were started afterwards";
        string start = isOff ? $"start the cluster ({Of("Invoke-HotstackRevive", instances, source)}), then " : "";
        activity.Warning(
            $"{why}: the SnapSet will not show until when it can be revived, a young cluster may never come back, "
            + $"and a revival uncordons all nodes. "
            + $"To make a set with a record, {start}use: {Of("Suspend-HotstackCluster", instances, source)} | New-HotstackSnapSet");
    }

    private static string Of(string command, Instance[] instances, InstanceSource source) => source switch
    {
        { StackName: { } stack, Path: null, Instances.Count: 0, Choice.IsAll: true } => $"{command} {CommandArgument.Of(stack)}",
        { StackName: { } stack, Path: null, Instances.Count: 0 } =>
            $"Get-HotstackInstance {CommandArgument.Of(stack)} -Name {string.Join(", ", instances.Select(i => CommandArgument.OfPattern(i.Name)))}"
            + $"{RolesOf(instances, source.Choice)} | {command}",
        { Path: { } path } => $"Get-HotstackInstance -Path {CommandArgument.Of(path)} | {command}",
        _ => $"Get-HotstackInstance -Server {CommandArgument.List(instances.Select(i => i.Id))} "
            + $"-Role {CommandArgument.List(instances.Select(i => i.Role))} | {command}",
    };

    private static string RolesOf(Instance[] instances, InstanceChoice choice) => choice.RolesByName.Count == 0
        ? ""
        : $" -Role @{{ {string.Join("; ", instances.Select(i => $"{Quoted(CommandArgument.EscapeWildcards(i.Name))} = {Quoted(i.Role)}"))} }}";

    /// <summary>A bare word would be a command in a hashtable.</summary>
    private static string Quoted(string text) =>
        CommandArgument.IsVisible(text) ? $"'{CommandArgument.EscapeSingleQuoted(text)}'" : CommandArgument.Of(text);
}

/// <summary>The rules for a list of instances, checked before their servers are read.</summary>
internal static class InstanceRules
{
    private const int MaxTagValue = 255 - 5; // after "name=" or "role="

    public static IEnumerable<string> Violations(IReadOnlyList<Instance> instances)
    {
        if (instances.Count == 0)
        {
            yield return "there are no instances";
        }

        foreach (Instance instance in instances)
        {
            if (TagFault(instance.Name, SnapSetImageName.LongestInstanceName) is { } nameFault)
            {
                yield return $"the instance name '{Shortened(instance.Name)}' {nameFault}";
            }

            if (TagFault(instance.Role, MaxTagValue) is { } roleFault)
            {
                yield return $"instance {Shortened(instance.Name)}: the role '{Shortened(instance.Role)}' {roleFault}";
            }

            if (!Guid.TryParse(instance.Id, out _))
            {
                yield return $"instance {Shortened(instance.Name)}: '{Shortened(instance.Id)}' is not the UUID of a server";
            }

            if (instance is { MacAddress: "", Status: not null })
            {
                if (instance.Status != GetInstances.NotFound)
                {
                    yield return $"instance {Shortened(instance.Name)}: server {instance.Id} has no port, and a member needs a MAC address";
                }
            }
            else if (!MacAddress.TryParse(instance.MacAddress, out _))
            {
                yield return $"instance {Shortened(instance.Name)}: '{Shortened(instance.MacAddress)}' is not a MAC address "
                    + "(six pairs of hex digits, as in fa:16:9e:81:f6:05)";
            }
        }

        // Glance may compare tags without regard to case.
        foreach (var same in instances.GroupBy(i => i.Name, StringComparer.OrdinalIgnoreCase).Where(g => g.Count() > 1))
        {
            yield return $"{same.Count()} instances are named {Shortened(same.Key)}";
        }

        if (instances.Where(i => i.IsController).ToArray() is { Length: > 1 } controllers)
        {
            yield return $"{controllers.Length} instances have the role {Roles.Controller}: {string.Join(", ", controllers.Select(i => Shortened(i.Name)))}; "
                + "a deployment has one: leave out the others (-Exclude), or give them another role (-Role)";
        }

        foreach (var same in instances.GroupBy(i => i.Id, StringComparer.OrdinalIgnoreCase).Where(g => g.Count() > 1))
        {
            yield return $"server {same.Key} is listed as several instances: {string.Join(", ", same.Select(i => i.Name))}";
        }
    }

    /// <summary>Why a text cannot be the value of a tag; null if it can.</summary>
    private static string? TagFault(string text, int longest) => text switch
    {
        "" => "is empty",
        _ when text.Length > longest => $"is {text.Length} characters long; Nova and Glance take {longest}",
        _ when text != text.Trim() => "begins or ends with a blank, which Glance ignores",
        _ when text.Any(char.IsControl) => "contains a control character",
        _ when text.Contains('/', StringComparison.Ordinal) => "contains a '/', which Glance does not accept in a tag's URL",
        _ when text.Contains('=', StringComparison.Ordinal) => "contains a '=', where upstream splits the tag",
        _ => null,
    };

    private static string Shortened(string text) => text.Length > 60 ? text[..60] + "…" : text;
}
