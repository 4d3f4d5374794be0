using System.Collections.Frozen;
using Hotstack.OpenStack;
using Hotstack.OpenStack.Compute;

namespace Hotstack.Deployments;

/// <summary>The record of a cluster under shutdown, in Nova's metadata of its nodes' servers: afterwards the cluster's API is down, and the
/// run that read it may have ended.</summary>
internal sealed class KeptRecord(Cloud cloud)
{
    private const string DueKey = "hotstack_shutdown_at";

    private static readonly FrozenSet<string> Keys = ClusterProperties.Of(null, "").Select(p => p.Key).Append(DueKey).ToFrozenSet();

    /// <summary>The servers that keep the record of a deployment: its nodes; without nodes its controller, which stops last; otherwise
    /// all.</summary>
    public static IReadOnlyList<Instance> ServersOf(IReadOnlyCollection<Instance> instances) =>
        Roles.NodesAmong(instances) is { Count: > 0 } nodes ? nodes
        : instances.Where(i => i.IsController).ToArray() is { Length: > 0 } controllers ? controllers
        : [.. instances];

    /// <param name="record">The record to write.</param>
    /// <param name="nodes">The servers that keep it.</param>
    /// <param name="dueAt">When the last node shuts itself down; null if Nova must stop it.</param>
    /// <param name="stop">Ends it.</param>
    public Task WriteAsync(ClusterRecord record, IEnumerable<Instance> nodes, DateTimeOffset? dueAt, CancellationToken stop) =>
        Fanout.ForEachAsync(
            nodes,
            (node, token) => cloud.Compute.AddMetadataAsync(
                node.Id,
                ClusterProperties.Of(record, node.Name).Append(new(DueKey, ClusterProperties.Text(dueAt))).ToDictionary(),
                token),
            stop);

    /// <returns>Null if a server lacks it, or if the servers' records are from different shutdowns.</returns>
    public async Task<BegunShutdown?> ReadAsync(IReadOnlyCollection<Instance> nodes, CancellationToken stop) =>
        await ReadAsync(
            await Fanout.SelectAsync<Instance, (Instance, Server?)>(
                nodes, async (node, token) => (node, await cloud.Compute.GetServerAsync(node.Id, token)), stop),
            stop);

    /// <summary>Reads it where it is optional: null with a warning if the cloud does not report whether the servers ran since.</summary>
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
            activity.Warning($"The record in the servers' metadata is ignored: it is unknown whether they ran since. {e.Message}");
            return null;
        }
    }

    /// <param name="found">The nodes' servers, as read now.</param>
    /// <param name="stop">Ends it.</param>
    /// <inheritdoc cref="ReadAsync(IReadOnlyCollection{Instance}, CancellationToken)"/>
    public async Task<BegunShutdown?> ReadAsync((Instance Instance, Server? Server)[] found, CancellationToken stop)
    {
        if (Of(found) is not { } record)
        {
            return null;
        }

        IReadOnlyList<string> ran = await new ServerHistory(cloud)
            .RanSinceAsync(found, record.RecordedAt + ServerHistory.ClockTolerance, stop);
        return new(
            record, found.Max(f => ClusterProperties.Time(f.Server!.Metadata.GetValueOrDefault(DueKey))),
                ran.Count == 0);
    }

    /// <summary>The record that servers keep, whether they ran since or not.</summary>
    /// <param name="found">The servers that keep it, as read now.</param>
    /// <returns>Null if a server lacks it, or if the servers' records are from different shutdowns.</returns>
    public static ClusterRecord? Of((Instance Instance, Server? Server)[] found)
    {
        ClusterRecord?[] records = [.. found.Select(f => f.Server is null ? null
            : ClusterProperties.From(f.Server.Metadata, f.Instance.Name))];
        return records.Select(r => r?.RecordedAt).Distinct().ToArray() is [not null] ? ClusterProperties.Merge(records) : null;
    }

    /// <summary>Deletes it: the cluster runs, so the record no longer holds.</summary>
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

    /// <summary>Deletes it; a failure is only a warning, because the dates of servers that ran since are ignored.</summary>
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
                        $"The record may remain in the metadata (hotstack_*) of server {instance} ({instance.Id}), "
                        + $"and a later revival by the stack's name may find it: {e.Message}");
                }
            },
            stop);
    }
}

/// <summary>A shutdown that an earlier run began.</summary>
/// <param name="Record">The state of the cluster before it.</param>
/// <param name="DueAt">When the last node shuts itself down; null if Nova must stop it.</param>
/// <param name="Holds">No server was started since.</param>
internal sealed record BegunShutdown(ClusterRecord Record, DateTimeOffset? DueAt, bool Holds)
{
    /// <summary>The longest time from a node's scheduled shutdown until Nova shows it: services end, and Nova polls every ten
    /// minutes.</summary>
    public static readonly TimeSpan Takes = TimeSpan.FromMinutes(15);
}
