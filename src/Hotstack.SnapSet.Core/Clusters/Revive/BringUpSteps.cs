using Hotstack.Clusters.Assess;
using Hotstack.Clusters.Nodes;
using Hotstack.Clusters.Wait;
using Hotstack.Deployments;
using Hotstack.OpenShift;
using Hotstack.OpenStack;

namespace Hotstack.Clusters.Revive;

/// <summary>The steps that bring a cluster up, from its controller to uncordoned nodes with settled operators. Each gives its result in a
/// sentence without a full stop.</summary>
internal sealed class BringUpSteps(Revival revival, RequestApproval approval)
{
    private static readonly TimeSpan ServersTimeout = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan ControllerTimeout = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan ApiTimeout = TimeSpan.FromMinutes(20);
    private static readonly TimeSpan NodesTimeout = TimeSpan.FromMinutes(20);
    private static readonly TimeSpan UncordonTimeout = TimeSpan.FromMinutes(6);

    /// <summary>Nova is asked for each server.</summary>
    private static readonly TimeSpan ServersInterval = TimeSpan.FromSeconds(2);

    /// <summary>The time after the boot in which all operators update their status.</summary>
    private static readonly TimeSpan SettledAfter = TimeSpan.FromMinutes(4);

    private readonly Cloud _cloud = revival.Cloud;
    private readonly Cluster _cluster = revival.Cluster;
    private readonly ReviveClusterPlan _plan = revival.Plan;
    private readonly IActivity _activity = revival.Activity;
    private readonly TimeSpan _interval = revival.Request.PollInterval;
    private readonly StartServers _servers = new(revival.Cloud, revival.Activity);
    private readonly UncordonNodes _uncordon = new(revival.Cluster, revival.Plan.Record, revival.Activity);
    private readonly HashSet<string> _askedOfBoot = new(StringComparer.Ordinal);
    private IReadOnlyList<Instance> _controllers = [];

    /// <summary>What answers is MicroShift.</summary>
    public bool IsMicroShift { get; private set; }

    /// <summary>Since when the operators' status can be trusted to be newer than the boot, by our clock.</summary>
    public DateTimeOffset SettledSince { get; private set; } = DateTimeOffset.MaxValue;

    /// <summary>Why servers were not started; null if all were.</summary>
    public HotstackException? ServersFailure => _servers.Failed.Count > 0 ? _servers.Failure() : null;

    private WaitForNodes Nodes => approval.Nodes;

    /// <summary>The controller alone leads to the cluster, and what is wrong with it shows before a node starts.</summary>
    public async Task<string> ReachControllerAsync(CancellationToken stop)
    {
        _controllers = [.. _plan.Instances.Where(i => i.IsController)];
        IReadOnlyList<Instance> started = await StartAsync(_controllers, stop);
        string before = started.Count == 0 ? "" : $"started {string.Join(", ", started)}; ";
        try
        {
            await new WaitForController(_cluster, _activity).RunAsync(_interval, revival.AtMost(ControllerTimeout), stop);
        }
        catch (HotstackException e) when (e.Id == "KubeconfigNotFound" && !_plan.HasNodes)
        {
            _activity.Verbose(e.Message);
        }

        string? services = _cluster.Controller is { Dial: not null } session
            ? await new ControllerServices(session, _activity).LookAsync(stop) : null;
        return before
            + (_cluster.IsOpen ? $"read {string.Join(", ", _cluster.Configuration.Files)}" : "it has no kubeconfig, so there is no cluster")
            + (services is null ? "" : $"; {services}");
    }

    public async Task<string> StartServersAsync(CancellationToken stop)
    {
        IReadOnlyList<Instance> started = await StartAsync([.. _plan.Started.Except(_controllers)], stop);
        Nodes.Lost = [.. _servers.Failed.Select(f => f.Instance)];
        string left = _plan.WhyLeftAlone is { } why ? $"; {why}" : "";
        return started.Count + Nodes.Lost.Count == 0
            ? $"all {(left.Length == 0 ? "" : "other ")}servers were running{left}"
            : (started.Count == 0 ? "started none" : $"started {string.Join(", ", started)}")
                + (Nodes.Lost.Count == 0 ? "" : $"; {string.Join(", ", Nodes.Lost)} cannot be started")
                + left;
    }

    /// <summary>Without a way through the controller, the names of these hosts mean nothing.</summary>
    public async Task<string> AwaitHostsAsync(CancellationToken stop)
    {
        string names = string.Join(", ", _plan.Facts.Hosts);
        if (_cluster.Controller?.Dial is not { } dial)
        {
            return $"{names} not looked at: the run does not go through the controller";
        }

        TimeSpan longest = _plan.Facts.Hosts.Max(host => host.Timeout);
        await new WaitForHosts(_cluster, dial, _plan.Facts.Hosts, _activity).RunAsync(_interval, revival.AtMost(longest), stop);
        return $"the controller reaches {names}";
    }

    public async Task<string> AwaitApiAsync(CancellationToken stop)
    {
        await new WaitForApi(_cluster, _activity).RunAsync(_interval, revival.AtMost(ApiTimeout), stop);
        if (!_plan.HasNodes
            && (await new ApiPatience(_cluster.Time).TryAsync(() => MicroShift.FindVersionAsync(_cluster, stop))).Value is { } version)
        {
            IsMicroShift = true;
            return $"the API is ready; it is MicroShift {version}";
        }

        await new ApiPatience(_cluster.Time).TryAsync(() => RefuseHostedAsync(stop));
        string identity = await new ClusterIdentity(_cloud, _cluster, _activity)
            .CheckAsync(_plan, _interval, revival.AtMost(ApiTimeout), stop);
        // The approval of requests needs the nodes.
        await new ApiPatience(_cluster.Time).TryAsync(() => Nodes.PollAsync(stop));
        await approval.ReadAddressesAsync(stop);
        return $"the API is ready, and {identity}";
    }

    /// <summary>Uncordons each node as soon as it is up.</summary>
    public async Task<string> AwaitNodesAsync(CancellationToken stop)
    {
        await Nodes.RunAsync(
            _interval, revival.AtMost(NodesTimeout),
            async token =>
            {
                await FindStayedUpAsync(token);
                if (!IsMicroShift)
                {
                    await _uncordon.TryAsync(Nodes.All, Nodes.Fresh, token);
                }
            },
            stop);
        if (!IsMicroShift)
        {
            await approval.ReadAddressesAsync(stop);
        }

        return $"{(Nodes.All.Count == 1 ? "the only node is" : $"{Nodes.All.Count} nodes are")} Ready, by fresh heartbeats";
    }

    /// <summary>An interrupted shutdown may have left nodes up, which boot only if somebody restarts them. Until all armed nodes are off, they
    /// cannot be told apart.</summary>
    private async Task FindStayedUpAsync(CancellationToken stop)
    {
        if (Nodes.OldBoots.Count == 0 || _cloud.Now < _plan.OffBy)
        {
            return;
        }

        Instance[] ran = [.. _plan.Instances.Where(i => i.Status == ServerRules.Active && !_askedOfBoot.Contains(i.Id)
            && Nodes.OldBoots.Any(node => NodeMatching.ServersOf(node, [i], SharedAddresses.OfAnyCluster).Length > 0))];
        IReadOnlyList<Instance> found = await new ServerHistory(_cloud).NotBootedSinceAsync(ran, _plan.Record!.RecordedAt, stop);
        _askedOfBoot.UnionWith(ran.Select(i => i.Id));
        if (found.Count > 0)
        {
            Nodes.StayedUp = [.. Nodes.StayedUp, .. found];
            _activity.Warning($"The shutdown did not reach {string.Join(", ", found)}, which kept running.");
        }
    }

    public Task<string> UncordonAsync(CancellationToken stop) =>
        _uncordon.RunAsync(_interval, revival.AtMost(UncordonTimeout), stop);

    /// <summary>Until the operators run again, their status is that of before the shutdown.</summary>
    public async Task<string> SettleAsync(CancellationToken stop)
    {
        await approval.ReadAddressesAsync(stop);
        DateTimeOffset? booted = await new ServerHistory(_cloud).LastBootAsync(_plan.Instances, stop);
        if (_cloud.Now - booted - SettledAfter is { Ticks: >= 0 } settledFor)
        {
            DateTimeOffset settled = _cluster.Time.GetUtcNow() - settledFor;
            SettledSince = Nodes.FreshSince > settled ? Nodes.FreshSince.Value : settled;
            return "the operators have had time to settle";
        }

        await Poll.CountDownAsync(
            revival.Work, "Settle: the operators take up their work", revival.Request.SettleTime, _cluster.Time, _activity, stop);
        SettledSince = _cluster.Time.GetUtcNow();
        return $"gave the operators {TimeText.Of(revival.Request.SettleTime)} to settle";
    }

    private Task<IReadOnlyList<Instance>> StartAsync(IReadOnlyList<Instance> instances, CancellationToken stop) => _servers.RunAsync(
        instances, _interval > ServersInterval ? _interval : ServersInterval,
        new Deadline(revival.AtMost(ServersTimeout), _cloud.Time), stop);

    private async Task<bool> RefuseHostedAsync(CancellationToken stop)
    {
        await ClusterKind.RefuseHostedAsync(_cluster, stop);
        return true;
    }
}
