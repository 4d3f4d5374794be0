using Hotstack.Http;
using Hotstack.OpenStack;
using Hotstack.OpenStack.Compute;

namespace Hotstack.Deployments;

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
