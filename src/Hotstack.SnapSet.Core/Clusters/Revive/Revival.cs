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
internal sealed class Revival(
    Cloud cloud, Cluster cluster, IReadOnlyList<Instance> instances, ReviveClusterRequest request, IActivity activity)
{
    private const string GoesOn = " The same command again goes on from there.";

    private static readonly TimeSpan ServersTimeout = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan ApiTimeout = TimeSpan.FromMinutes(20);
    private static readonly TimeSpan NodesTimeout = TimeSpan.FromMinutes(20);
    private static readonly TimeSpan UncordonTimeout = TimeSpan.FromMinutes(6);
    private static readonly TimeSpan RoundTimeout = TimeSpan.FromMinutes(20);
    private static readonly TimeSpan ApiServicesTimeout = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan AssessmentPatience = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan StabilityInterval = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan CsrInterval = TimeSpan.FromSeconds(15);

    private static readonly TimeSpan RecentChange = TimeSpan.FromMinutes(5);

    /// <summary>So long after the boot the operators have had time to look again.</summary>
    private static readonly TimeSpan SettledAfter = TimeSpan.FromMinutes(4);

    private readonly StartServers _servers = new(cloud, activity);
    private readonly FreshNodes _nodes = new(cluster, request.Record, activity);
    private readonly CsrApprover _approver = new(cluster.ForPolling(), request.CsrPolicy, activity);
    private bool _isWitnessAsked;
    private readonly AddressWitness _witness = new(cloud, cluster, instances, request.Record, activity);
    private readonly Deadline _deadline = new(request.Timeout, cluster.Time);
    private readonly List<TimelineEntry> _timeline = [];
    private readonly AssessmentBaseline? _baseline = AssessmentBaseline.From(request.Record);
    private readonly ClusterExemptions _exemptions = new(request.IgnoreOperators, request.IgnoreApiServices, AssessmentBaseline.From(request.Record));
    private readonly DateTimeOffset _began = cluster.Time.GetUtcNow();

    private string Work => WorkOf(cluster);

    /// <summary>What a revival is called where it tells how far it is.</summary>
    public static string WorkOf(Cluster cluster) => $"Reviving cluster {cluster.Context}";

    public async Task<ReviveReport> RunAsync(CancellationToken stop)
    {
        using var overall = CancellationTokenSource.CreateLinkedTokenSource(stop);
        try
        {
            await StepAsync("Servers", StartServersAsync, stop);
            await StepAsync("Api", AwaitApiAsync, stop);
            Task approving = _approver.RunAsync(CsrContext, CsrInterval, overall.Token);
            try
            {
                await StepAsync("Nodes", AwaitNodesAsync, stop);
                await StepAsync("Uncordon", UncordonAsync, stop);
                if (_servers.Failed.Count > 0)
                {
                    // Without them it will not be whole, however long it is waited for.
                    throw Told(_servers.Failure());
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
            finally
            {
                await overall.CancelAsync();
                await EndAsync(approving);
            }

            return await AssessAsync(stop);
        }
        catch (OperationCanceledException)
        {
            activity.Warning($"The revival of cluster '{cluster.Context}' was stopped. {Reached()}{GoesOn}");
            throw;
        }
        finally
        {
            activity.Progress(new(Work, "") { Completed = true });
        }
    }

    /// <summary>Does a step and keeps what came of it; its failure tells what had been reached before.</summary>
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
            throw Told(e);
        }
    }

    /// <summary>A failure, with what may be behind it and what had been reached.</summary>
    private HotstackException Told(HotstackException failure)
    {
        string refusal = _approver.Refusal is { } reason
            ? " Kubelets' signing requests could not be approved, which takes the rights to update certificatesigningrequests/approval and to "
                + $"approve for the signers {KubeletSigners.Client} and {KubeletSigners.Serving}: {reason.TrimEnd('.')}."
            : "";
        string time = _deadline.Left == TimeSpan.Zero ? $" The time for the whole run, {TimeText.Of(request.Timeout)}, is over." : "";
        // The wrong cluster stays the wrong one.
        string again = failure.Cause is ErrorCause.ConfigurationInvalid or ErrorCause.InputInvalid or ErrorCause.Conflict ? "" : GoesOn;
        return failure.With($"{refusal}{time} {Reached()}{again}".TrimStart());
    }

    private string Reached() =>
        Steps() is { Count: > 0 } steps ? $"Reached: {string.Join("; ", steps.Select(t => $"{t.Step}: {t.Result}"))}." : "Nothing had been reached.";

    /// <summary>What was done, by the time when it began. The approving goes on beside the steps.</summary>
    private List<TimelineEntry> Steps()
    {
        CsrDecision[] approved = [.. _approver.Decisions.Where(d => request.CsrPolicy == CsrPolicy.Strict && d.Verdict == CsrVerdict.Approve)];
        if (approved.Length == 0)
        {
            return _timeline;
        }

        // By the cluster's clock; all others are by ours.
        TimeSpan ahead = cluster.Skew ?? TimeSpan.Zero;
        string nodes = NameList.Short([.. approved.Select(d => d.Node).OfType<string>().Distinct().Order(StringComparer.Ordinal)]);
        var entry = new TimelineEntry(approved[0].At - ahead, "SigningRequests", $"approved {CountText.Of(approved.Length, "signing request")} of {nodes}", approved[^1].At - approved[0].At);
        return [.. _timeline.Append(entry).OrderBy(step => step.At)];
    }

    private async Task<string> StartServersAsync(CancellationToken stop)
    {
        IReadOnlyList<Instance> started = await _servers
            .RunAsync(instances, request.PollInterval, new Deadline(Least(ServersTimeout), cloud.Time), stop);
        _nodes.Lost = [.. _servers.Failed.Select(f => f.Instance)];
        return started.Count + _nodes.Lost.Count == 0
            ? "all servers were running"
            : (started.Count == 0 ? "started none" : $"started {string.Join(", ", started)}")
                + (_nodes.Lost.Count == 0 ? "" : $"; {string.Join(", ", _nodes.Lost)} cannot be started");
    }

    private async Task<string> AwaitApiAsync(CancellationToken stop)
    {
        await new WaitForApi(cluster, activity).RunAsync(request.PollInterval, Least(ApiTimeout), stop);
        await new ApiPatience(cluster.Time).TryAsync(() => RefuseHostedAsync(stop));
        string identity = await new ClusterIdentity(cloud, cluster, activity)
            .CheckAsync(request.Record, instances, request.PollInterval, Least(ApiTimeout), stop);
        // The signing requests are judged by what nodes there are.
        await new ApiPatience(cluster.Time).TryAsync(() => _nodes.LookAsync(stop));
        await AskWitnessAsync(stop);
        return $"the API is ready, and {identity}";
    }

    /// <summary>Until it has answered: what it could not tell now, it may tell when the nodes are up.</summary>
    private async Task AskWitnessAsync(CancellationToken stop)
    {
        if (!_isWitnessAsked)
        {
            (bool isThere, bool isWhole) = await new ApiPatience(cluster.Time).TryAsync(() => _witness.AskAsync(_nodes.Nodes, stop));
            _isWitnessAsked = isThere && isWhole && _nodes.Nodes.Count > 0;
        }
    }

    private async Task<bool> RefuseHostedAsync(CancellationToken stop)
    {
        await HostedControlPlane.RefuseAsync(cluster, stop);
        return true;
    }

    private async Task<string> AwaitNodesAsync(CancellationToken stop)
    {
        await _nodes.RunAsync(request.PollInterval, Least(NodesTimeout), stop);
        await AskWitnessAsync(stop);
        return $"{(_nodes.Nodes.Count == 1 ? "the only node is" : $"{_nodes.Nodes.Count} nodes are")} Ready, by fresh heartbeats";
    }

    /// <summary>On a cluster of one master the API server still restarts at this time, for minutes.</summary>
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
            request.PollInterval, Least(UncordonTimeout), stop);
        return isDone ? result : throw wait.LastFailure!;
    }

    /// <summary>Exactly those that were cordoned for the snapshot; without a record and marks all, as upstream does.</summary>
    private async Task<string> UncordonOnceAsync(CancellationToken stop)
    {
        IReadOnlyList<V1Node> nodes = (await cluster.ListNodesAsync(stop)).Items;
        bool isKnown = request.Record is { Nodes.Count: > 0 } || nodes.Any(Cordon.IsOurs);
        string[] cordoned = [.. nodes.Where(n => n.IsUnschedulable && (!isKnown || Cordon.IsOurs(n) || WasSchedulable(n))).Select(n => n.Name)];
        await new Cordon(cluster, activity).RemoveAsync(cordoned, stop);
        string[] left = [.. nodes.Where(n => n.IsUnschedulable).Select(n => n.Name).Except(cordoned)];
        return (cordoned.Length == 0 ? "no node was cordoned by us" : $"uncordoned {string.Join(", ", cordoned)}")
            + (left.Length == 0 ? "" : $"; {string.Join(", ", left)} had been cordoned before and stay so");
    }

    private bool WasSchedulable(V1Node node) => request.Record?.Nodes.Any(n => n.Name == node.Name && !n.WasUnschedulable) == true;

    private async Task<string> SettleAsync(CancellationToken stop)
    {
        await AskWitnessAsync(stop);
        DateTimeOffset? booted = await new ServerHistory(cloud).LastBootAsync(instances, stop);
        if (cloud.Now - booted >= SettledAfter)
        {
            return "the operators have had time to look again";
        }

        await Poll.PauseAsync(request.SettleTime, cluster.Time, stop);
        return $"gave the operators {TimeText.Of(request.SettleTime)} to look again";
    }

    /// <summary>That APIs are missing may not show at the operators yet: so it is looked for between the rounds.</summary>
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
                    .RunAsync(stableFor, _exemptions, StabilityInterval, Least(RoundTimeout + stableFor), stop);
                return "all operators are stable";
            }
            catch (ClusterNotStableException e) when (attempt < request.MostRounds && IsProgressMade(e) && _deadline.Left > RoundTimeout)
            {
                activity.Verbose($"{e.Message} They make progress, so another round is given to them.");
            }
        }
    }

    /// <summary>Something changed lately: waiting on may help.</summary>
    private bool IsProgressMade(ClusterNotStableException failure) =>
        failure.History.Count > 0 && cluster.Now - failure.History[^1].At < RecentChange;

    private async Task<string> AwaitApisAsync(CancellationToken stop)
    {
        var wait = new WaitForApiServices(cluster, _exemptions, activity);
        await wait.RunAsync(request.PollInterval, Least(ApiServicesTimeout), stop);
        return wait.LeftOut.Count == 0 ? "all APIs serve" : $"all APIs serve that count; not available: {string.Join(", ", wait.LeftOut)}";
    }

    private async Task<ReviveReport> AssessAsync(CancellationToken stop)
    {
        activity.Progress(new(Work, "Assessment"));
        var test = new TestCluster(cluster);
        ClusterReport? report = null;
        // More than one look, so that a call that fails by chance is no verdict.
        await Poll.UntilAsync(
            async token =>
            {
                report = await test.RunAsync(new TestClusterRequest(), _baseline, activity, token, _exemptions);
                if (!report.IsHealthy)
                {
                    await ApproveLateAsync(token);
                }

                return report.IsHealthy;
            },
            StabilityInterval, AssessmentPatience, cluster.Time, stop);
        return new ReviveReport
        {
            Context = cluster.Context,
            StackName = instances.Select(i => i.StackName).FirstOrDefault(name => name is not null) ?? request.Record?.StackName,
            Assessment = report!,
            CertificateRequests = [.. _approver.Decisions],
            Timeline = [.. Steps()],
            Duration = cluster.Time.GetUtcNow() - _began,
        };
    }

    /// <summary>Kubelets ask for their serving certificates last: after short rounds it may be now that they do.</summary>
    private async Task ApproveLateAsync(CancellationToken stop)
    {
        try
        {
            await _approver.RunOnceAsync(CsrContext(), stop);
        }
        catch (HotstackException e)
        {
            // The assessment tells what is wrong.
            activity.Verbose($"{Work}: signing requests could not be looked at: {e.Message}");
        }
    }

    private CsrContext CsrContext() => new()
    {
        Nodes = _witness.Known(_nodes.Nodes),
        IsRecorded = request.Record is { Nodes.Count: > 0 },
        ExistingNodes = _nodes.Nodes.Select(n => n.Name).ToHashSet(),
        ServedNodes = _nodes.Fresh,
        Now = cluster.Now,
        Since = cluster.Now - (cluster.Time.GetUtcNow() - _began),
    };

    /// <summary>The approving ends with the revival; that it could not go on does not undo what was reached.</summary>
    private async Task EndAsync(Task approving)
    {
        try
        {
            await approving;
        }
        catch (OperationCanceledException)
        {
        }
        catch (HotstackException e)
        {
            activity.Warning($"Signing requests were not looked at to the end: {e.Message}");
        }
    }

    private TimeSpan Least(TimeSpan timeout) => timeout < _deadline.Left ? timeout : _deadline.Left;
}
