using Hotstack.Deployments;
using Hotstack.OpenStack;
using Hotstack.OpenStack.Compute;

namespace Hotstack.SnapSets.Create;

/// <summary>Finds the record of a cluster if the caller has none: by an inspection if nodes run, in the servers' metadata if all are off. Without
/// a record, a warning names the commands that make one.</summary>
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
            return new(null, null);
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

    private async Task<ClusterInspection> InspectAsync(Instance[] instances, ClusterInspectionRequest request, CancellationToken stop) => inspector switch
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
            $"{why}: the SnapSet will not show until when it can be revived, a young cluster may never come back, and a revival uncordons all nodes. "
            + $"To make a set with a record, {start}use: {Of("Suspend-HotstackCluster", instances, source)} | New-HotstackSnapSet");
    }

    private static string Of(string command, Instance[] instances, InstanceSource source) => source switch
    {
        { StackName: { } stack, Path: null, Instances.Count: 0 } => $"{command} {CommandArgument.Of(stack)}",
        { Path: { } path } => $"Get-HotstackInstance -Path {CommandArgument.Of(path)} | {command}",
        _ => $"Get-HotstackInstance -Server {CommandArgument.List(instances.Select(i => i.Id))} "
            + $"-Role {CommandArgument.List(instances.Select(i => i.Role))} | {command}",
    };
}
