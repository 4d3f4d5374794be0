using System.Collections.Frozen;
using Hotstack.OpenStack;
using Hotstack.OpenStack.Compute;

namespace Hotstack.Deployments;

/// <summary>Which servers ran, by Nova's instance actions.</summary>
internal sealed class ServerHistory(Cloud cloud)
{
    /// <summary>Actions after which a server's disk may differ from its image.</summary>
    private static readonly FrozenSet<string> RunningActions = FrozenSet.ToFrozenSet(
        ["start", "reboot", "rebuild", "resume", "unpause", "restore", "unshelve", "revertResize", "evacuate"]);

    /// <summary>How far the clocks of the cloud's services may differ. No cluster shuts down, so that it could start again, in this
    /// time.</summary>
    public static readonly TimeSpan ClockTolerance = TimeSpan.FromSeconds(5);

    /// <returns>For each server that ran, the action that started it, and when.</returns>
    public async Task<IReadOnlyList<string>> RanSinceAsync(
        IEnumerable<(Instance Instance, Server? Server)> servers, DateTimeOffset time, CancellationToken stop)
    {
        string?[] found = await Fanout.SelectAsync(
            servers.Where(s => s.Server is not null),
            async (s, token) =>
            {
                IReadOnlyList<InstanceAction> actions = await cloud.Compute.ListActionsAsync(s.Server!.Id, token);
                InstanceAction? ran = actions.FirstOrDefault(a => RunningActions.Contains(a.Action) && a.StartedAt >= time);
                return ran is null ? null : $"instance {s.Instance.Name}: {ran.Action} at {ran.StartedAt:u}";
            },
            stop);
        return [.. found.OfType<string>()];
    }

    /// <returns>Whether a server was created or started before a time; false if Nova does not report it.</returns>
    public async Task<bool> RanBeforeAsync(IEnumerable<Instance> instances, DateTimeOffset time, CancellationToken stop) =>
        (await BootsAsync(instances, stop)).Any(boot => boot < time);

    /// <returns>When the last server was started or created, by the cloud's clock; null if Nova does not report it.</returns>
    public async Task<DateTimeOffset?> LastBootAsync(IEnumerable<Instance> instances, CancellationToken stop) =>
        (await BootsAsync(instances, stop)).Max(boot => (DateTimeOffset?)boot);

    /// <returns>The instances that were neither created nor started since a time; none that Nova does not report on.</returns>
    public async Task<IReadOnlyList<Instance>> NotBootedSinceAsync(
        IEnumerable<Instance> instances, DateTimeOffset time, CancellationToken stop)
    {
        Instance?[] found = await Fanout.SelectAsync(
            instances,
            async (i, token) => await LastBootAsync([i], token) < time ? i : null,
            stop);
        return [.. found.OfType<Instance>()];
    }

    private async Task<IReadOnlyList<DateTimeOffset>> BootsAsync(IEnumerable<Instance> instances, CancellationToken stop)
    {
        try
        {
            IReadOnlyList<InstanceAction>[] actions = await Fanout.SelectAsync(
                instances, (i, token) => cloud.Compute.ListActionsAsync(i.Id, token), stop);
            return [.. actions.SelectMany(list => list).Where(a => a.Action == "create" || RunningActions.Contains(a.Action))
                .Select(a => a.StartedAt)];
        }
        catch (HotstackException e) when (e.Cause is ErrorCause.Forbidden or ErrorCause.NotFound)
        {
            return [];
        }
    }
}
