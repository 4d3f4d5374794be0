using Hotstack.Clusters.Assess;
using Hotstack.Clusters.CertificateRequests;
using Hotstack.Clusters.Stability;
using Hotstack.Clusters.Wait;
using Hotstack.Deployments;
using Hotstack.OpenShift;
using Hotstack.OpenShift.Objects;
using Hotstack.OpenStack;
using k8s.Models;

namespace Hotstack.Clusters.Revive;

/// <summary>One run that revives a cluster, step by step.</summary>
internal sealed class ReviveClusterRun(
    Cloud cloud, Cluster cluster, ReviveClusterPlan plan, ReviveClusterRequest request, IActivity activity)
{
    private const string Resume = " Run the same command again to resume.";

    private static readonly TimeSpan ServersTimeout = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan ApiTimeout = TimeSpan.FromMinutes(20);
    private static readonly TimeSpan NodesTimeout = TimeSpan.FromMinutes(20);
    private static readonly TimeSpan UncordonTimeout = TimeSpan.FromMinutes(6);
    private static readonly TimeSpan RoundTimeout = TimeSpan.FromMinutes(20);
    private static readonly TimeSpan ApiServicesTimeout = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan AssessmentTimeout = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan StabilityInterval = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan RecentChange = TimeSpan.FromMinutes(5);

    /// <summary>The time after the boot in which all operators update their status.</summary>
    private static readonly TimeSpan SettledAfter = TimeSpan.FromMinutes(4);

    private readonly StartServers _servers = new(cloud, activity);
    private readonly RequestApproval _approval = new(cloud, cluster, plan, request.CsrPolicy, activity);
    private readonly Deadline _deadline = new(request.Timeout, cluster.Time);
    private readonly List<TimelineEntry> _timeline = [];
    private readonly ClusterExemptions _exemptions = new(request.IgnoreOperators, request.IgnoreApiServices, plan.Record);
    private readonly DateTimeOffset _began = cluster.Time.GetUtcNow();

    private string Work => WorkOf(cluster);

    private WaitForNodes Nodes => _approval.Nodes;

    /// <summary>The title of a revival's progress.</summary>
    public static string WorkOf(Cluster cluster) => $"Reviving cluster {cluster.Context}";

    public async Task<ReviveReport> RunAsync(CancellationToken stop)
    {
        using var overall = CancellationTokenSource.CreateLinkedTokenSource(stop);
        try
        {
            await StepAsync("Servers", StartServersAsync, stop);
            await StepAsync("Api", AwaitApiAsync, stop);
            Task approving = _approval.RunAsync(overall.Token);
            try
            {
                await BringUpAsync(stop);
            }
            finally
            {
                await overall.CancelAsync();
                await _approval.EndAsync(approving);
            }

            return await AssessAsync(stop);
        }
        catch (OperationCanceledException)
        {
            activity.Warning($"The revival of cluster '{cluster.Context}' was stopped. {Reached()}{Resume}");
            throw;
        }
        finally
        {
            activity.Progress(new(Work, "") { Completed = true });
        }
    }

    private async Task BringUpAsync(CancellationToken stop)
    {
        await StepAsync("Nodes", AwaitNodesAsync, stop);
        await StepAsync("Uncordon", UncordonAsync, stop);
        if (_servers.Failed.Count > 0)
        {
            // Without them the cluster cannot become healthy.
            throw WithProgress(_servers.Failure());
        }

        await StepAsync("Settle", SettleAsync, stop);
        for (int i = 0; i < request.StableFor.Count; i++)
        {
            (TimeSpan stableFor, bool isFirst) = (request.StableFor[i], i == 0);
            await StepAsync(
                $"Stable {stableFor.TotalSeconds:0}s ({i + 1} of {request.StableFor.Count})",
                token => AwaitStableAsync(stableFor, isFirst, token), stop);
        }

        await StepAsync("Apis", AwaitApisAsync, stop);
    }

    /// <summary>Runs a step and records its result. Its failure reports the steps before it.</summary>
    private async Task StepAsync(string step, Func<CancellationToken, Task<string>> work, CancellationToken stop)
    {
        DateTimeOffset began = cluster.Time.GetUtcNow();
        activity.Progress(new(Work, step));
        try
        {
            string result = await work(stop);
            activity.Verbose($"{Work}: {step}: {result}.");
            _timeline.Add(new(began, step, result, cluster.Time.GetUtcNow() - began));
        }
        catch (HotstackException e)
        {
            throw WithProgress(e);
        }
    }

    /// <summary>A failure, with its possible causes and what was reached.</summary>
    private HotstackException WithProgress(HotstackException failure)
    {
        string refusal = _approval.Refusal is { } reason
            ? " Kubelets' signing requests could not be approved, which needs the permissions to "
                + "update certificatesigningrequests/approval and to "
                + $"approve for the signers {CsrRules.ClientSigner} and {CsrRules.ServingSigner}: {reason.TrimEnd('.')}."
            : "";
        string time = _deadline.Left == TimeSpan.Zero ? $" The timeout of the whole run, {TimeText.Of(request.Timeout)}, has expired." : "";
        // A wrong cluster stays wrong.
        string again = failure.Cause is ErrorCause.ConfigurationInvalid or ErrorCause.InputInvalid or ErrorCause.Conflict ? "" : Resume;
        return failure.With($"{refusal}{time} {Reached()}{again}".TrimStart());
    }

    private string Reached() => Steps() is { Count: > 0 } steps
        ? $"Reached: {string.Join("; ", steps.Select(t => $"{t.Step}: {t.Result}"))}."
        : "Nothing was reached.";

    /// <summary>The steps by the time when they began. The approval of requests runs beside them.</summary>
    private List<TimelineEntry> Steps()
    {
        IReadOnlyList<CsrDecision> approved = _approval.Approved;
        if (approved.Count == 0)
        {
            return _timeline;
        }

        // These times are by the cluster's clock, all others by ours.
        TimeSpan ahead = cluster.Skew ?? TimeSpan.Zero;
        string nodes = NameList.Short([.. approved.Select(d => d.Node).OfType<string>().Distinct().Order(StringComparer.Ordinal)]);
        var entry = new TimelineEntry(
            approved[0].At - ahead, "SigningRequests", $"approved {CountText.Of(approved.Count, "signing request")} of {nodes}",
            approved[^1].At - approved[0].At);
        return [.. _timeline.Append(entry).OrderBy(step => step.At)];
    }

    private async Task<string> StartServersAsync(CancellationToken stop)
    {
        IReadOnlyList<Instance> started = await _servers
            .RunAsync(plan.Instances, request.PollInterval, new Deadline(AtMost(ServersTimeout), cloud.Time), stop);
        Nodes.Lost = [.. _servers.Failed.Select(f => f.Instance)];
        return started.Count + Nodes.Lost.Count == 0
            ? "all servers were running"
            : (started.Count == 0 ? "started none" : $"started {string.Join(", ", started)}")
                + (Nodes.Lost.Count == 0 ? "" : $"; {string.Join(", ", Nodes.Lost)} cannot be started");
    }

    private async Task<string> AwaitApiAsync(CancellationToken stop)
    {
        await new WaitForApi(cluster, activity).RunAsync(request.PollInterval, AtMost(ApiTimeout), stop);
        await new ApiPatience(cluster.Time).TryAsync(() => RefuseHostedAsync(stop));
        string identity = await new ClusterIdentity(cloud, cluster, activity)
            .CheckAsync(plan, request.PollInterval, AtMost(ApiTimeout), stop);
        // The approval of requests needs the nodes.
        await new ApiPatience(cluster.Time).TryAsync(() => Nodes.PollAsync(stop));
        await _approval.ReadAddressesAsync(stop);
        return $"the API is ready, and {identity}";
    }

    private async Task<bool> RefuseHostedAsync(CancellationToken stop)
    {
        await ClusterKind.RefuseHostedAsync(cluster, stop);
        return true;
    }

    private async Task<string> AwaitNodesAsync(CancellationToken stop)
    {
        await Nodes.RunAsync(request.PollInterval, AtMost(NodesTimeout), stop);
        await _approval.ReadAddressesAsync(stop);
        return $"{(Nodes.All.Count == 1 ? "the only node is" : $"{Nodes.All.Count} nodes are")} Ready, by fresh heartbeats";
    }

    /// <summary>The API server of a single master still restarts at this time, for minutes.</summary>
    private async Task<string> UncordonAsync(CancellationToken stop)
    {
        string result = "";
        var wait = new PatientWait(cluster, "Uncordoning the nodes", activity);
        bool isDone = await wait.UntilAsync(
            async token =>
            {
                result = await UncordonOnceAsync(token);
                return null;
            },
            request.PollInterval, AtMost(UncordonTimeout), stop);
        return isDone ? result : throw wait.LastFailure!;
    }

    /// <summary>Uncordons exactly the nodes that were cordoned for the snapshot; without a record and marks all nodes, as
    /// upstream does.</summary>
    private async Task<string> UncordonOnceAsync(CancellationToken stop)
    {
        IReadOnlyList<V1Node> nodes = (await cluster.ListNodesAsync(stop)).Items;
        bool isKnown = plan.Record is { Nodes.Count: > 0 } || nodes.Any(Cordon.IsOurs);
        string[] cordoned = [.. nodes
            .Where(n => n.IsUnschedulable && (!isKnown || Cordon.IsOurs(n) || WasSchedulable(n)))
            .Select(n => n.Name)];
        await new Cordon(cluster, activity).RemoveAsync(cordoned, stop);
        string[] left = [.. nodes.Where(n => n.IsUnschedulable).Select(n => n.Name).Except(cordoned)];
        return (cordoned.Length == 0 ? "no node was cordoned by us" : $"uncordoned {string.Join(", ", cordoned)}")
            + (left.Length == 0 ? "" : $"; {string.Join(", ", left)} had been cordoned before and stay so");
    }

    private bool WasSchedulable(V1Node node) => plan.Record?.Nodes.Any(n => n.Name == node.Name && !n.WasUnschedulable) == true;

    private async Task<string> SettleAsync(CancellationToken stop)
    {
        await _approval.ReadAddressesAsync(stop);
        DateTimeOffset? booted = await new ServerHistory(cloud).LastBootAsync(plan.Instances, stop);
        if (cloud.Now - booted >= SettledAfter)
        {
            return "the operators have had time to settle";
        }

        await Poll.PauseAsync(request.SettleTime, cluster.Time, stop);
        return $"gave the operators {TimeText.Of(request.SettleTime)} to settle";
    }

    /// <summary>Checks the APIs before each later round: the operators may not show yet that one is missing.</summary>
    private async Task<string> AwaitStableAsync(TimeSpan stableFor, bool isFirst, CancellationToken stop)
    {
        if (!isFirst)
        {
            await AwaitApisAsync(stop);
        }

        for (int attempt = 1; ; attempt++)
        {
            try
            {
                await new WaitForStability(cluster, activity)
                    .RunAsync(stableFor, _exemptions, StabilityInterval, AtMost(RoundTimeout + stableFor), stop);
                return "all operators are stable";
            }
            catch (ClusterNotStableException e) when (attempt < request.MaxRounds && IsProgressing(e) && _deadline.Left > RoundTimeout)
            {
                activity.Verbose($"{e.Message} There is progress, so another round begins.");
            }
        }
    }

    /// <summary>Something changed recently, so waiting may help.</summary>
    private bool IsProgressing(ClusterNotStableException failure) =>
        failure.History.Count > 0 && cluster.Now - failure.History[^1].At < RecentChange;

    private async Task<string> AwaitApisAsync(CancellationToken stop)
    {
        var wait = new WaitForApiServices(cluster, _exemptions, activity);
        await wait.RunAsync(request.PollInterval, AtMost(ApiServicesTimeout), stop);
        return wait.LeftOut.Count == 0 ? "all APIs serve" : $"all APIs serve that count; not available: {string.Join(", ", wait.LeftOut)}";
    }

    private async Task<ReviveReport> AssessAsync(CancellationToken stop)
    {
        activity.Progress(new(Work, "Assessment"));
        var test = new TestCluster(cluster);
        ClusterReport? report = null;
        // More than one poll, so that a call that fails by chance does not decide.
        await Poll.UntilAsync(
            async token =>
            {
                report = await test.RunAsync(new TestClusterRequest(), plan.Record, activity, token, _exemptions);
                if (!report.IsHealthy)
                {
                    await _approval.RunOnceAsync(token);
                }

                return report.IsHealthy;
            },
            StabilityInterval, AssessmentTimeout, cluster.Time, stop);
        return new ReviveReport
        {
            Context = cluster.Context,
            StackName = plan.Instances.Select(i => i.StackName).FirstOrDefault(name => name is not null) ?? plan.Record?.StackName,
            Assessment = report!,
            CertificateRequests = [.. _approval.Decisions],
            Timeline = [.. Steps()],
            Duration = cluster.Time.GetUtcNow() - _began,
        };
    }

    private TimeSpan AtMost(TimeSpan timeout) => timeout < _deadline.Left ? timeout : _deadline.Left;
}
