using System.Collections.Frozen;
using Hotstack.OpenStack;
using Hotstack.OpenStack.Compute;

namespace Hotstack.Deployments;

/// <summary>
/// The record of a cluster that goes down, noted in Nova's metadata of its nodes' servers: the API that it was read from is
/// gone afterwards, and so may be the run that read it.
/// </summary>
internal sealed class KeptRecord(Cloud cloud)
{
    private const string DueKey = "hotstack_shutdown_at";

    private static readonly FrozenSet<string> Keys = ClusterProperties.Of(null, "").Select(p => p.Key).Append(DueKey).ToFrozenSet();

    /// <param name="record">What is recorded.</param>
    /// <param name="nodes">The servers of the cluster's nodes.</param>
    /// <param name="dueAt">When the last node shuts itself down; null if Nova has to do it.</param>
    /// <param name="stop">Ends it.</param>
    public Task WriteAsync(ClusterRecord record, IEnumerable<Instance> nodes, DateTimeOffset? dueAt, CancellationToken stop) =>
        Fanout.ForEachAsync(
            nodes,
            (node, token) => cloud.Compute.AddMetadataAsync(
                node.Id,
                ClusterProperties.Of(record, node.Name).Append(new(DueKey, ClusterProperties.Text(dueAt))).ToDictionary(),
                token),
            stop);

    /// <returns>Null if not all servers have it, or if theirs are of different shutdowns.</returns>
    public async Task<BegunShutdown?> ReadAsync(IReadOnlyCollection<Instance> nodes, CancellationToken stop) =>
        await ReadAsync(
            await Fanout.SelectAsync<Instance, (Instance, Server?)>(
                nodes, async (node, token) => (node, await cloud.Compute.GetServerAsync(node.Id, token)), stop)
                ,
            stop);

    /// <summary>The same where it is not needed: a cloud that does not say whether the servers ran since gives none.</summary>
    public Task<BegunShutdown?> TryReadAsync(IReadOnlyCollection<Instance> nodes, IActivity activity, CancellationToken stop) =>
        TryAsync(() => ReadAsync(nodes, stop), activity);

    /// <inheritdoc cref="TryReadAsync(IReadOnlyCollection{Instance}, IActivity, CancellationToken)"/>
    public Task<BegunShutdown?> TryReadAsync((Instance Instance, Server? Server)[] found, IActivity activity, CancellationToken stop) =>
        TryAsync(() => ReadAsync(found, stop), activity);

    private static async Task<BegunShutdown?> TryAsync(Func<Task<BegunShutdown?>> read, IActivity activity)
    {
        try
        {
            return await read();
        }
        catch (HotstackException e) when (e.Cause is ErrorCause.Forbidden or ErrorCause.NotFound)
        {
            activity.Warning($"What the shutdown noted in the metadata of the servers is not used, since it is not known whether they ran afterwards: {e.Message}");
            return null;
        }
    }

    /// <param name="found">The servers of the nodes, as they are now.</param>
    /// <param name="stop">Ends it.</param>
    /// <inheritdoc cref="ReadAsync(IReadOnlyCollection{Instance}, CancellationToken)"/>
    public async Task<BegunShutdown?> ReadAsync((Instance Instance, Server? Server)[] found, CancellationToken stop)
    {
        ClusterRecord?[] records = [.. found.Select(f => f.Server is null ? null : ClusterProperties.From(f.Server.Metadata, f.Instance.Name))];
        if (records.Select(r => r?.RecordedAt).Distinct().ToArray() is not [{ } recordedAt])
        {
            return null;
        }

        IReadOnlyList<string> ran = await new ServerHistory(cloud)
            .RanSinceAsync(found, recordedAt + ServerHistory.ClockTolerance, stop);
        return new(
            ClusterProperties.Merge(records)!, found.Max(f => ClusterProperties.Time(f.Server!.Metadata.GetValueOrDefault(DueKey))), ran.Count == 0);
    }

    /// <summary>Takes it away: the cluster runs, so what was recorded no longer holds.</summary>
    public Task RemoveAsync(IEnumerable<Instance> instances, CancellationToken stop) =>
        Fanout.ForEachAsync(
            instances,
            async (instance, token) =>
            {
                Server server = await cloud.Compute.GetServerAsync(instance.Id, token);
                if (server.Metadata.Keys.Any(Keys.Contains))
                {
                    await cloud.Compute.ReplaceMetadataAsync(
                        instance.Id, server.Metadata.Where(m => !Keys.Contains(m.Key)).ToDictionary(), token);
                }
            },
            stop);

    /// <summary>The same where nothing depends on it: of a record whose servers ran since, the dates no longer count.</summary>
    public async Task ForgetAsync(IEnumerable<Instance> instances, IActivity activity, CancellationToken stop)
    {
        await Fanout.ForEachAsync(
            instances,
            async (instance, token) =>
            {
                try
                {
                    await RemoveAsync([instance], token);
                }
                catch (HotstackException e)
                {
                    activity.Warning(
                        $"What was recorded before the shutdown may stay in the metadata (hotstack_*) of server {instance} ({instance.Id}), "
                        + $"and a later revival by the stack's name may find it: {e.Message}");
                }
            },
            stop);
    }
}

/// <summary>A shutdown that an earlier run has begun.</summary>
/// <param name="Record">How the cluster was before it.</param>
/// <param name="DueAt">When the last node shuts itself down; null if Nova has to do it.</param>
/// <param name="Holds">None of the servers has been started since.</param>
internal sealed record BegunShutdown(ClusterRecord Record, DateTimeOffset? DueAt, bool Holds);
