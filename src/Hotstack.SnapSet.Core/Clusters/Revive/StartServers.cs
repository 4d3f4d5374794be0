using Hotstack.Deployments;
using Hotstack.OpenStack;

namespace Hotstack.Clusters.Revive;

/// <summary>
/// Starts the servers of a cluster: first the controller, which serves its DNS and its load balancer; then all masters at
/// once, since etcd needs a majority of them; then the workers. One that fails does not hold up the others.
/// </summary>
internal sealed class StartServers(Cloud cloud, IActivity activity)
{
    private const string Work = "Starting servers";

    /// <summary>Nova may lose a request: a server that is still off is started again.</summary>
    private static readonly TimeSpan RepeatAfter = TimeSpan.FromMinutes(2);

    private readonly List<(Instance Instance, string Why)> _failed = [];

    /// <summary>The servers that cannot be started, with the reasons.</summary>
    public IReadOnlyList<(Instance Instance, string Why)> Failed => _failed;

    /// <returns>The servers that were started.</returns>
    /// <exception cref="HotstackException">One did not start in time (<c>ServerStartTimeout</c>); the controller, or so many masters
    /// that etcd has no majority, cannot be started (<c>ServerFailed</c>).</exception>
    public async Task<IReadOnlyList<Instance>> RunAsync(
        IReadOnlyList<Instance> instances, TimeSpan interval, Deadline deadline, CancellationToken stop)
    {
        Instance[] stopped = [.. instances.Where(i => i.Status != ServerRules.Active).OrderBy(Order)];
        try
        {
            foreach (IGrouping<int, Instance> group in stopped.GroupBy(Order))
            {
                await StartAsync([.. group], interval, deadline, stop);
                RefuseWithoutQuorum(instances);
            }
        }
        finally
        {
            foreach (Instance instance in stopped)
            {
                activity.Progress(new(instance.Name, "") { PartOf = Work, Completed = true });
            }

            activity.Progress(new(Work, "") { Completed = true });
        }

        return [.. stopped.Except(_failed.Select(f => f.Instance))];
    }

    /// <summary>An error that names the servers that cannot be started.</summary>
    public HotstackException Failure() =>
        new(ErrorCause.OperationFailed, "ServerFailed", $"Not started: {string.Join("; ", _failed.Select(f => f.Why.TrimEnd('.')))}.")
        {
            Target = _failed[0].Instance.Id,
            Hint = "Run 'openstack server show' for details; 'openstack server reset-state --active' and a reboot, or "
                + "the cloud's operator, may help.",
        };

    private static int Order(Instance instance) => instance switch
    {
        { IsController: true } => 0,
        { Role: Roles.Master } => 1,
        _ => 2,
    };

    private async Task StartAsync(Instance[] group, TimeSpan interval, Deadline deadline, CancellationToken stop)
    {
        List<Start> starts = 
            [.. group.Select(i => new Start(new(cloud, i, ServerRules.Active, cloud.Compute.StartServerAsync, activity)))];
        IActivity shown = activity.AtMost(deadline.Left, cloud.Time);
        bool isDone = await Poll.UntilAsync(
            async token =>
            {
                await Fanout.ForEachAsync(starts.ToArray(), PollAsync, token);
                int done = group.Length - starts.Count(s => !s.IsOver);
                shown.Progress(new Tally(done, group.Length, ServerRules.Active).Of(Work));
                foreach (Start start in starts)
                {
                    activity.Progress(new(start.Server.Instance.Name, start.Server.State) { PartOf = Work, Completed = start.IsOver });
                }

                starts.RemoveAll(s => s.IsOver);
                return starts.Count == 0;
            },
            interval, deadline.Left, cloud.Time, stop);
        if (!isDone)
        {
            throw new HotstackException(
                ErrorCause.TimedOut, "ServerStartTimeout",
                $"Not {ServerRules.Active} after {TimeText.Of(deadline.Timeout)}: "
                + $"{string.Join(", ", starts.Select(s => $"{s.Server} ({s.Server.Instance.Id}, {s.Server.State})"))}.")
            {
                Target = starts[0].Server.Instance.Id,
                Hint = "Look at the server's console, and run 'openstack server event list' to see what Nova did with it.",
            };
        }
    }

    private async Task PollAsync(Start start, CancellationToken stop)
    {
        try
        {
            if (start.RequestedAt is null
                || (start.Server.State == ServerRules.ShutOff && cloud.Time.GetUtcNow() - start.RequestedAt >= RepeatAfter))
            {
                start.RequestedAt = cloud.Time.GetUtcNow();
                await start.Server.OrderAsync(stop);
            }

            await start.Server.LookAsync(stop);
            start.IsOver = start.Server.IsDone;
        }
        catch (HotstackException e) when (e.Id == "ServerFailed" || e.Cause == ErrorCause.Conflict)
        {
            start.IsOver = true;
            activity.Warning($"{start.Server} cannot be started; the others are started: {e.Message}");
            lock (_failed)
            {
                _failed.Add((start.Server.Instance, e.Message));
            }
        }
    }

    private void RefuseWithoutQuorum(IReadOnlyList<Instance> instances)
    {
        int masters = instances.Count(i => i.Role == Roles.Master);
        int lost = _failed.Count(f => f.Instance.Role == Roles.Master);
        if (_failed.Any(f => f.Instance.IsController) || (lost > 0 && 2 * (masters - lost) <= masters))
        {
            throw Failure();
        }
    }

    /// <summary>A server that is being started.</summary>
    private sealed class Start(PowerChange server)
    {
        public PowerChange Server => server;

        public DateTimeOffset? RequestedAt { get; set; }

        public bool IsOver { get; set; }
    }
}
