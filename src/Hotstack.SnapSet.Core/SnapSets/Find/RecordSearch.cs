using Hotstack.Deployments;
using Hotstack.OpenStack;
using Hotstack.OpenStack.Imaging;
using Hotstack.OpenStack.Orchestration;
using Hotstack.SnapSets.Marks;

namespace Hotstack.SnapSets.Find;

/// <summary>
/// Finds what was recorded of a deployment's cluster where the caller brings no record: what the shutdown noted in Nova's metadata of
/// the nodes' servers, otherwise the record of the SnapSet that the servers were restored from.
/// </summary>
public sealed class RecordSearch(Cloud cloud) : IRecordSource
{
    /// <inheritdoc/>
    public async Task<FoundRecord?> FindAsync(IReadOnlyCollection<Instance> instances, IActivity activity, CancellationToken token)
    {
        IReadOnlyList<Instance> nodes = Roles.NodesAmong(instances);
        if (nodes.Count == 0)
        {
            return null;
        }

        FoundRecord? found = await FindKeptAsync(nodes, activity, token) ?? await FindOfSetAsync(nodes, activity, token);
        return found is null ? null : Fitting(found, nodes, activity);
    }

    /// <remarks>The servers may have been installed anew since they ran: then the nodes' addresses tell which cluster it is.</remarks>
    private async Task<FoundRecord?> FindKeptAsync(IReadOnlyList<Instance> nodes, IActivity activity, CancellationToken stop) =>
        await new KeptRecord(cloud).TryReadAsync(nodes, activity, stop) is { } kept
            ? new(
                kept.Holds ? kept.Record : kept.Record with { ClusterId = null },
                $"the metadata of the servers, noted by the shutdown at {TimeText.Of(kept.Record.RecordedAt)}", !kept.Holds)
            : null;

    private async Task<FoundRecord?> FindOfSetAsync(IReadOnlyList<Instance> nodes, IActivity activity, CancellationToken stop)
    {
        string? id = await IdFromImagesAsync(nodes, stop) ?? await IdFromStackAsync(nodes, stop);
        if (id is null)
        {
            return null;
        }

        try
        {
            SnapSet set = await new FindSnapSets(cloud)
                .GetAsync(SnapSetReference.To(id, await cloud.GetProjectIdAsync(stop)), stop);
            return set.ClusterRecord is { } record
                ? new(record, $"SnapSet {id}, which the servers were restored from", await RanBeforeAsync(record, nodes, stop))
                : null;
        }
        catch (HotstackException e) when (e.Id == FindSnapSets.NotFoundId)
        {
            activity.Warning($"The servers were restored from SnapSet {id}, which is no longer there, and its record of the cluster with it.");
            return null;
        }
    }

    /// <summary>The set whose images all nodes were booted from.</summary>
    private async Task<string?> IdFromImagesAsync(IReadOnlyList<Instance> nodes, CancellationToken stop)
    {
        string[] images = [.. nodes.Select(n => n.Image).OfType<string>().Distinct()];
        Image?[] found = await Fanout.SelectAsync(images, (id, token) => cloud.Images.FindAsync(id, token), stop);
        return found.Select(image => image is null ? null : SnapSetImage.From(image)?.SnapId).Distinct().ToArray() is [{ } only] ? only : null;
    }

    /// <summary>Servers that boot from volumes have no image: their stack's tag tells the set.</summary>
    private async Task<string?> IdFromStackAsync(IReadOnlyList<Instance> nodes, CancellationToken stop)
    {
        if (nodes.Select(n => n.StackName).Distinct().ToArray() is not [{ } name])
        {
            return null;
        }

        Stack? stack = await cloud.Stacks.FindAsync(name, stop);
        return stack?.Tags.Select(StackTags.SnapSetIdOf).OfType<string>().Distinct().ToArray() is [{ } only] ? only : null;
    }

    /// <summary>They were set going while the cluster could still be revived.</summary>
    private async Task<bool> RanBeforeAsync(ClusterRecord record, IReadOnlyList<Instance> nodes, CancellationToken stop) =>
        new ReviveWindow(record, cloud.Now).State == ReviveWindowState.Expired
        && await new ServerHistory(cloud).RanBeforeAsync(nodes, record.AssistedUntil!.Value, stop);

    /// <summary>Of a deployment that got other servers since, nodes and services are others too: only the identity and the dates count.</summary>
    private static FoundRecord Fitting(FoundRecord found, IReadOnlyList<Instance> nodes, IActivity activity)
    {
        if (found.Record.Nodes.Select(n => n.InstanceName).ToHashSet(StringComparer.Ordinal).SetEquals(nodes.Select(n => n.Name)))
        {
            return found;
        }

        activity.Warning(
            $"The record of the cluster ({found.Source}) has other nodes than the deployment has now: only its identity and its dates are used.");
        return found with
        {
            Record = new ClusterRecord
            {
                RecordedAt = found.Record.RecordedAt, ClusterId = found.Record.ClusterId, Version = found.Record.Version,
                UnattendedUntil = found.Record.UnattendedUntil, AssistedUntil = found.Record.AssistedUntil,
                AreDatesUpperBounds = found.Record.AreDatesUpperBounds,
            },
        };
    }
}
