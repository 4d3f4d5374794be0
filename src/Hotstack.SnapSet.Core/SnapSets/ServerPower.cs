using Hotstack.Http;
using Hotstack.OpenStack;
using Hotstack.OpenStack.Compute;

namespace Hotstack.SnapSets;

/// <summary>Shuts a deployment's servers down and starts them, in the order in which they depend on each other.</summary>
internal sealed class ServerPower(Cloud cloud, IActivity activity)
{
    /// <summary>Shuts down, the controller after all others: it serves their DNS and their load balancer.</summary>
    /// <exception cref="HotstackException">One did not stop in time (<c>ServerStopTimeout</c>), or went to ERROR
    /// (<c>ServerFailed</c>).</exception>
    public async Task StopAsync(IReadOnlyCollection<Instance> instances, TimeSpan interval, Deadline deadline, CancellationToken stop)
    {
        foreach (IGrouping<bool, Instance> group in instances.GroupBy(i => i.IsController).OrderBy(g => g.Key))
        {
            await SwitchAsync([.. group], ServerRules.ShutOff, cloud.Compute.StopServerAsync, interval, deadline, stop).ConfigureAwait(false);
        }
    }

    /// <summary>Starts, the controller before all others.</summary>
    /// <exception cref="HotstackException">One did not start in time (<c>ServerStartTimeout</c>), or went to ERROR
    /// (<c>ServerFailed</c>).</exception>
    public async Task StartAsync(IReadOnlyCollection<Instance> instances, TimeSpan interval, Deadline deadline, CancellationToken stop)
    {
        foreach (IGrouping<bool, Instance> group in instances.GroupBy(i => i.IsController).OrderByDescending(g => g.Key))
        {
            await SwitchAsync([.. group], ServerRules.Active, cloud.Compute.StartServerAsync, interval, deadline, stop).ConfigureAwait(false);
        }
    }

    private async Task SwitchAsync(
        Instance[] instances, string goal, Func<string, CancellationToken, Task> order, TimeSpan interval, Deadline deadline,
        CancellationToken stop)
    {
        string work = goal == ServerRules.ShutOff ? "Shutting down servers" : "Starting servers";
        Instance[] missing = instances;
        try
        {
            await Fanout.ForEachAsync(instances, OrderAsync, stop).ConfigureAwait(false);
            bool isDone = await Poll.UntilAsync(
                async token =>
                {
                    bool[] there = await Fanout.SelectAsync(missing, (i, t) => IsThereAsync(i, goal, t), token).ConfigureAwait(false);
                    missing = [.. missing.Where((_, i) => !there[i])];
                    activity.Progress(new(work, missing.Length == 0 ? goal : $"waiting for {string.Join<string>(", ", missing.Select(i => i.Name))}")
                    {
                        Percent = 100 * (instances.Length - missing.Length) / instances.Length,
                    });
                    return missing.Length == 0;
                },
                interval, deadline.Left, cloud.Time, stop).ConfigureAwait(false);
            if (!isDone)
            {
                throw new HotstackException(
                    ErrorCause.TimedOut, goal == ServerRules.ShutOff ? "ServerStopTimeout" : "ServerStartTimeout",
                    $"{string.Join(", ", missing.Select(i => $"{i.Name} ({i.Id})"))}: not {goal} after {deadline.Timeout}.")
                {
                    Target = missing[0].Id,
                    Hint = "Look at the server's console; give -Timeout more, or shut it down from inside.",
                };
            }
        }
        finally
        {
            activity.Progress(new(work, "") { Completed = true });
        }

        async Task OrderAsync(Instance instance, CancellationToken token)
        {
            activity.Verbose($"{instance.Name}: {(goal == ServerRules.ShutOff ? "os-stop" : "os-start")} of server {instance.Id}");
            try
            {
                await order(instance.Id, token).ConfigureAwait(false);
            }
            catch (ServiceException e) when (e.IsOutcomeUnknown)
            {
                // The state that we wait for will tell.
                activity.Verbose(e.Message);
            }
            catch (HotstackException e) when (e.Cause == ErrorCause.Conflict)
            {
                // Someone was quicker, or it is locked: only in the latter case does the goal stay away.
                Server server = await cloud.Compute.GetServerAsync(instance.Id, token).ConfigureAwait(false);
                if (server.Status != goal && server.TaskState is null)
                {
                    throw;
                }
            }
        }
    }

    private async Task<bool> IsThereAsync(Instance instance, string goal, CancellationToken stop)
    {
        Server server = await cloud.Compute.GetServerAsync(instance.Id, stop).ConfigureAwait(false);
        return server.Status == "ERROR"
            ? throw new HotstackException(
                ErrorCause.OperationFailed, "ServerFailed",
                $"{instance.Name}: server {instance.Id} went to ERROR: {server.Fault ?? "Nova gives no reason"}.")
            {
                Target = instance.Id,
            }
            : server.Status == goal && server.TaskState is null;
    }
}
