using Hotstack.Http;
using Hotstack.OpenStack;
using Hotstack.OpenStack.Compute;

namespace Hotstack.Deployments;

/// <summary>Shuts down and starts a deployment's servers in the order of their dependencies.</summary>
internal sealed class ServerPower(Cloud cloud, IActivity activity)
{
    private readonly List<PowerChange> _switches = [];

    /// <summary>Nova accepted, or may have accepted, a request for some server.</summary>
    public bool HasOrdered => _switches.Exists(s => s.WasOrdered);

    /// <summary>Whether Nova was asked to stop or start the server.</summary>
    public bool WasOrdered(Instance instance) => _switches.Exists(s => s.Instance.Id == instance.Id && s.WasOrdered);

    /// <summary>Whether the server reached the expected state.</summary>
    public bool IsDone(Instance instance) => _switches.Exists(s => s.Instance.Id == instance.Id && s.IsDone);

    /// <summary>Whether the server was seen running after the start request.</summary>
    public bool IsStarted(Instance instance) =>
        _switches.Exists(s => s.Instance.Id == instance.Id && s.Goal == ServerRules.Active && s.IsDone);

    /// <summary>Shuts down, the controller last: it serves the DNS and the load balancer of the others.</summary>
    /// <exception cref="HotstackException">One did not stop in time (<c>ServerStopTimeout</c>), or went to ERROR
    /// (<c>ServerFailed</c>).</exception>
    public async Task StopAsync(IReadOnlyCollection<Instance> instances, TimeSpan interval, Deadline deadline, CancellationToken stop)
    {
        foreach (IGrouping<bool, Instance> group in instances.GroupBy(i => i.IsController).OrderBy(g => g.Key))
        {
            await SwitchAsync([.. group], ServerRules.ShutOff, cloud.Compute.StopServerAsync, _ => interval, deadline, stop);
        }
    }

    /// <summary>Starts, the controller first.</summary>
    /// <exception cref="HotstackException">One did not start in time (<c>ServerStartTimeout</c>), or went to ERROR
    /// (<c>ServerFailed</c>).</exception>
    public async Task StartAsync(IReadOnlyCollection<Instance> instances, TimeSpan interval, Deadline deadline, CancellationToken stop)
    {
        foreach (IGrouping<bool, Instance> group in instances.GroupBy(i => i.IsController).OrderByDescending(g => g.Key))
        {
            await SwitchAsync([.. group], ServerRules.Active, cloud.Compute.StartServerAsync, _ => interval, deadline, stop);
        }
    }

    /// <summary>Waits until something else has shut the servers down.</summary>
    /// <exception cref="HotstackException">One did not stop in time (<c>ServerStopTimeout</c>), or went to ERROR
    /// (<c>ServerFailed</c>).</exception>
    /// <param name="instances">The servers.</param>
    /// <param name="delay">After which time they are to begin; null if unknown.</param>
    /// <param name="interval">The longest pause between two polls.</param>
    /// <param name="deadline">The timeout.</param>
    /// <param name="stop">Ends the wait.</param>
    public Task AwaitStoppedAsync(
        IReadOnlyCollection<Instance> instances, TimeSpan? delay, TimeSpan interval, Deadline deadline, CancellationToken stop) =>
        SwitchAsync(
            [.. instances], ServerRules.ShutOff, null, new ShutdownPace(delay ?? TimeSpan.Zero, interval).PauseAfter, deadline, stop, delay);

    private async Task SwitchAsync(
        Instance[] instances, string goal, Func<string, CancellationToken, Task>? order, Func<TimeSpan, TimeSpan> pauseAfter,
        Deadline deadline, CancellationToken stop, TimeSpan? delay = null)
    {
        long began = cloud.Time.GetTimestamp();
        IActivity shown = activity.AtMost(deadline.Left, cloud.Time);
        string work = goal == ServerRules.ShutOff ? "Shutting down servers" : "Starting servers";
        var switches = new List<PowerChange>(instances.Select(i => new PowerChange(cloud, i, goal, order, activity)));
        _switches.AddRange(switches);
        try
        {
            await Fanout.ForEachAsync(switches, (s, token) => s.OrderAsync(token), stop);
            bool isDone = await Poll.UntilAsync(
                async token =>
                {
                    await Fanout.ForEachAsync(switches.ToArray(), (s, t) => s.LookAsync(t), token);
                    int done = instances.Length - switches.Count(s => !s.IsDone);
                    TimeSpan? left = delay - cloud.Time.GetElapsedTime(began);
                    shown.Progress(new Tally(done, instances.Length, goal).Of(work) with { Remaining = left > TimeSpan.Zero ? left : null });
                    foreach (PowerChange each in switches)
                    {
                        activity.Progress(new(each.Instance.Name, each.State) { PartOf = work, Completed = each.IsDone });
                    }

                    switches.RemoveAll(s => s.IsDone);
                    return switches.Count == 0;
                },
                pauseAfter, deadline.Left, cloud.Time, stop);
            if (!isDone)
            {
                throw Late(switches, goal, deadline);
            }
        }
        finally
        {
            foreach (PowerChange left in switches)
            {
                activity.Progress(new(left.Instance.Name, "") { PartOf = work, Completed = true });
            }

            activity.Progress(new(work, "") { Completed = true });
        }
    }

    private static HotstackException Late(List<PowerChange> late, string goal, Deadline deadline) =>
        new(ErrorCause.TimedOut, goal == ServerRules.ShutOff ? "ServerStopTimeout" : "ServerStartTimeout",
            $"Servers not {goal} after {deadline.Timeout}: {string.Join(", ", late.Select(s => $"{s} ({s.Instance.Id}, {s.State})"))}.")
        {
            Target = late[0].Instance.Id,
            Hint = "Check the server's console, or raise -Timeout.",
        };
}

/// <summary>One server on its way to SHUTOFF or ACTIVE; without a request, something else changes its state.</summary>
internal sealed class PowerChange(
    Cloud cloud, Instance instance, string goal, Func<string, CancellationToken, Task>? order, IActivity activity)
{
    private HotstackException? _refusal;

    public Instance Instance => instance;

    /// <summary>The expected status.</summary>
    public string Goal => goal;

    public bool IsDone { get; private set; }

    /// <summary>Nova accepted the request, or may have.</summary>
    public bool WasOrdered { get; private set; }

    /// <summary>The last state seen.</summary>
    public string State { get; private set; } = "not seen yet";

    /// <summary>Sends the request. Nova refuses it while the server is busy, which is not yet a failure.</summary>
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
            // Not cancelled: after a cancelled call it is unknown whether the server changes its state.
            await order(instance.Id, CancellationToken.None);
            WasOrdered = true;
        }
        catch (ServiceException e) when (e.IsOutcomeUnknown)
        {
            // The awaited state decides.
            WasOrdered = true;
            activity.Verbose(e.Message);
        }
        catch (HotstackException e) when (e.Cause == ErrorCause.Conflict)
        {
            _refusal = e;
        }
    }

    /// <exception cref="HotstackException">The server went to ERROR (<c>ServerFailed</c>), or Nova refuses the request although the server
    /// is idle, for example locked (<c>ServerBusy</c>).</exception>
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
                Hint =
                    $"Check 'openstack server show {CommandArgument.Of(instance.Id)}', "
                        + "and run 'openstack server set --state active' to let Nova try again.",
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
