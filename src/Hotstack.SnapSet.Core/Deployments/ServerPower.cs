using Hotstack.Http;
using Hotstack.OpenStack;
using Hotstack.OpenStack.Compute;

namespace Hotstack.Deployments;

/// <summary>Shuts a deployment's servers down and starts them, in the order in which they depend on each other.</summary>
internal sealed class ServerPower(Cloud cloud, IActivity activity)
{
    private readonly List<ServerSwitch> _switches = [];

    /// <summary>Some server was given an order, and Nova took it, or may have.</summary>
    public bool HasOrdered => _switches.Exists(s => s.WasOrdered);

    /// <summary>Whether Nova was told to switch the server.</summary>
    public bool WasOrdered(Instance instance) => _switches.Exists(s => s.Instance.Id == instance.Id && s.WasOrdered);

    /// <summary>Whether the server was seen in the state that was waited for.</summary>
    public bool IsDone(Instance instance) => _switches.Exists(s => s.Instance.Id == instance.Id && s.IsDone);

    /// <summary>Whether the server was seen running after it was told to start.</summary>
    public bool IsStarted(Instance instance) => _switches.Exists(s => s.Instance.Id == instance.Id && s.Goal == ServerRules.Active && s.IsDone);

    /// <summary>Shuts down, the controller after all others: it serves their DNS and their load balancer.</summary>
    /// <exception cref="HotstackException">One did not stop in time (<c>ServerStopTimeout</c>), or went to ERROR
    /// (<c>ServerFailed</c>).</exception>
    public async Task StopAsync(IReadOnlyCollection<Instance> instances, TimeSpan interval, Deadline deadline, CancellationToken stop)
    {
        foreach (IGrouping<bool, Instance> group in instances.GroupBy(i => i.IsController).OrderBy(g => g.Key))
        {
            await SwitchAsync([.. group], ServerRules.ShutOff, cloud.Compute.StopServerAsync, interval, deadline, stop);
        }
    }

    /// <summary>Starts, the controller before all others.</summary>
    /// <exception cref="HotstackException">One did not start in time (<c>ServerStartTimeout</c>), or went to ERROR
    /// (<c>ServerFailed</c>).</exception>
    public async Task StartAsync(IReadOnlyCollection<Instance> instances, TimeSpan interval, Deadline deadline, CancellationToken stop)
    {
        foreach (IGrouping<bool, Instance> group in instances.GroupBy(i => i.IsController).OrderByDescending(g => g.Key))
        {
            await SwitchAsync([.. group], ServerRules.Active, cloud.Compute.StartServerAsync, interval, deadline, stop);
        }
    }

    /// <summary>Waits until the servers are shut off, which something else brings about.</summary>
    /// <exception cref="HotstackException">One did not stop in time (<c>ServerStopTimeout</c>), or went to ERROR
    /// (<c>ServerFailed</c>).</exception>
    public Task AwaitStoppedAsync(IReadOnlyCollection<Instance> instances, TimeSpan interval, Deadline deadline, CancellationToken stop) =>
        SwitchAsync([.. instances], ServerRules.ShutOff, null, interval, deadline, stop);

    private async Task SwitchAsync(
        Instance[] instances, string goal, Func<string, CancellationToken, Task>? order, TimeSpan interval, Deadline deadline,
        CancellationToken stop)
    {
        string work = goal == ServerRules.ShutOff ? "Shutting down servers" : "Starting servers";
        var switches = new List<ServerSwitch>(instances.Select(i => new ServerSwitch(cloud, i, goal, order, activity)));
        _switches.AddRange(switches);
        try
        {
            await Fanout.ForEachAsync(switches, (s, token) => s.OrderAsync(token), stop);
            bool isDone = await Poll.UntilAsync(
                async token =>
                {
                    await Fanout.ForEachAsync(switches.ToArray(), (s, t) => s.LookAsync(t), token);
                    int done = instances.Length - switches.Count(s => !s.IsDone);
                    activity.Progress(new(work, $"{done} of {instances.Length} {goal}") { Percent = 100 * done / instances.Length });
                    foreach (ServerSwitch each in switches)
                    {
                        activity.Progress(new(each.Instance.Name, each.State) { PartOf = work, Completed = each.IsDone });
                    }

                    switches.RemoveAll(s => s.IsDone);
                    return switches.Count == 0;
                },
                interval, deadline.Left, cloud.Time, stop);
            if (!isDone)
            {
                throw Late(switches, goal, deadline);
            }
        }
        finally
        {
            foreach (ServerSwitch left in switches)
            {
                activity.Progress(new(left.Instance.Name, "") { PartOf = work, Completed = true });
            }

            activity.Progress(new(work, "") { Completed = true });
        }
    }

    private static HotstackException Late(List<ServerSwitch> late, string goal, Deadline deadline) =>
        new(ErrorCause.TimedOut, goal == ServerRules.ShutOff ? "ServerStopTimeout" : "ServerStartTimeout",
            $"Not {goal} after {deadline.Timeout}: {string.Join(", ", late.Select(s => $"{s} ({s.Instance.Id}, {s.State})"))}.")
        {
            Target = late[0].Instance.Id,
            Hint = "Look at the server's console, or give -Timeout more.",
        };
}

/// <summary>One server on its way to SHUTOFF or ACTIVE; without an order, something else moves it.</summary>
internal sealed class ServerSwitch(
    Cloud cloud, Instance instance, string goal, Func<string, CancellationToken, Task>? order, IActivity activity)
{
    private HotstackException? _refusal;

    public Instance Instance => instance;

    /// <summary>The status that it is to get to.</summary>
    public string Goal => goal;

    public bool IsDone { get; private set; }

    /// <summary>Nova took the order, or may have.</summary>
    public bool WasOrdered { get; private set; }

    /// <summary>The server's state as last seen.</summary>
    public string State { get; private set; } = "not seen yet";

    /// <summary>Gives the order. While Nova is busy with the server it refuses that, which is no failure yet.</summary>
    public async Task OrderAsync(CancellationToken stop)
    {
        if (order is null)
        {
            return;
        }

        activity.Verbose($"{instance.Name}: {(goal == ServerRules.ShutOff ? "os-stop" : "os-start")} of server {instance.Id}");
        stop.ThrowIfCancellationRequested();
        _refusal = null;
        try
        {
            // To its end: of a call that is broken off nobody could say whether the server goes.
            await order(instance.Id, CancellationToken.None);
            WasOrdered = true;
        }
        catch (ServiceException e) when (e.IsOutcomeUnknown)
        {
            // The state that we wait for will tell.
            WasOrdered = true;
            activity.Verbose(e.Message);
        }
        catch (HotstackException e) when (e.Cause == ErrorCause.Conflict)
        {
            _refusal = e;
        }
    }

    /// <exception cref="HotstackException">It went to ERROR (<c>ServerFailed</c>), or Nova refuses the order although the
    /// server is idle, as when it is locked (<c>ServerBusy</c>).</exception>
    public async Task LookAsync(CancellationToken stop)
    {
        Server server = await cloud.Compute.GetServerAsync(instance.Id, stop);
        State = server.TaskState is { } task ? $"{server.Status}, {task}" : server.Status;
        IsDone = server.Status == goal && server.TaskState is null;
        if (server.Status == "ERROR")
        {
            throw new HotstackException(
                ErrorCause.OperationFailed, "ServerFailed",
                $"{instance.Name}: server {instance.Id} went to ERROR: {server.Fault ?? "Nova gives no reason"}.")
            {
                Target = instance.Id,
                Hint = $"'openstack server show {CommandArgument.Of(instance.Id)}' shows details; 'openstack server set --state active' makes Nova try again.",
            };
        }

        if (!IsDone && server.TaskState is null && _refusal is not null)
        {
            await OrderAsync(stop);
            if (_refusal is not null)
            {
                throw _refusal;
            }
        }
    }

    public override string ToString() => instance.Name;
}
