using Hotstack.Deployments;
using Hotstack.OpenStack;
using Hotstack.OpenStack.Imaging;
using Hotstack.OpenStack.Orchestration;
using Hotstack.SnapSets.Marks;

namespace Hotstack.SnapSets.Find;

/// <summary>Finds the record of a deployment's cluster: the one the shutdown wrote to Nova's metadata of the nodes' servers, otherwise that
/// of the SnapSet the servers were restored from.</summary>
public sealed class RecordSearch(Cloud cloud) : IRecordSource
{
    /// <inheritdoc/>
    public async Task<FoundRecord?> FindAsync(IReadOnlyCollection<Instance> instances, IActivity activity, CancellationToken token)
    {
        IReadOnlyList<Instance> keepers = KeptRecord.ServersOf(instances);
        FoundRecord? found = await FindKeptAsync(keepers, activity, token) ?? await FindOfSetAsync(keepers, activity, token);
        return found is null ? null : Fitting(found, Roles.NodesAmong(instances), activity);
    }

    /// <remarks>The servers may have been reinstalled since: then the nodes' addresses identify the cluster.</remarks>
    private async Task<FoundRecord?> FindKeptAsync(IReadOnlyList<Instance> nodes, IActivity activity, CancellationToken stop) =>
        await new KeptRecord(cloud).TryReadAsync(nodes, activity, stop) is { } kept
            ? new(
                kept.Holds ? kept.Record : kept.Record with { ClusterId = null },
                $"the metadata of the servers, written by the shutdown at {TimeText.Of(kept.Record.RecordedAt)}", !kept.Holds)
            {
                DueAt = kept.DueAt,
            }
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
            SnapSet set = await new GetSnapSets(cloud)
                .GetAsync(SnapSetReference.To(id, await cloud.GetProjectIdAsync(stop)), stop);
            return set.ClusterRecord is { } record
                ? new(record, $"SnapSet {id}, from which the servers were restored", await RanBeforeAsync(record, nodes, stop))
                : null;
        }
        catch (HotstackException e) when (e.Id == GetSnapSets.NotFoundId)
        {
            activity.Warning($"SnapSet {id}, from which the servers were restored, is deleted, and with it the record of the cluster.");
            return null;
        }
    }

    /// <summary>The set from whose images all nodes booted.</summary>
    private async Task<string?> IdFromImagesAsync(IReadOnlyList<Instance> nodes, CancellationToken stop)
    {
        string[] images = [.. nodes.Select(n => n.Image).OfType<string>().Distinct()];
        Image?[] found = await Fanout.SelectAsync(images, (id, token) => cloud.Images.FindAsync(id, token), stop);
        return found.Select(image => image is null ? null : SnapSetImage.From(image)?.SnapId).Distinct().ToArray() is [{ } only] ? only
            : null;
    }

    /// <summary>Servers that boot from volumes have no image: the tag of their stack names the set.</summary>
    private async Task<string?> IdFromStackAsync(IReadOnlyList<Instance> nodes, CancellationToken stop)
    {
        if (nodes.Select(n => n.StackName).Distinct().ToArray() is not [{ } name])
        {
            return null;
        }

        Stack? stack = await cloud.Stacks.FindAsync(name, stop);
        return stack?.Tags.Select(StackTags.SnapSetIdOf).OfType<string>().Distinct().ToArray() is [{ } only] ? only : null;
    }

    /// <summary>The servers were started while the cluster could still be revived.</summary>
    private async Task<bool> RanBeforeAsync(ClusterRecord record, IReadOnlyList<Instance> nodes, CancellationToken stop) =>
        new ReviveWindow(record, cloud.Now).State == ReviveWindowState.Expired
        && await new ServerHistory(cloud).RanBeforeAsync(nodes, record.AssistedUntil!.Value, stop);

    /// <summary>If the deployment has other servers since, nodes and services differ too: only identity and dates are used.</summary>
    private static FoundRecord Fitting(FoundRecord found, IReadOnlyList<Instance> nodes, IActivity activity)
    {
        if (found.Record is { ClusterId: null, Nodes.Count: 0 } || found.Record.Nodes.Select(n => n.InstanceName).ToHashSet(StringComparer.Ordinal).SetEquals(nodes.Select(n => n.Name)))
        {
            return found;
        }

        activity.Warning(
            $"The record of the cluster ({found.Source}) has other nodes than the deployment: only its identity and its dates are used.");
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
