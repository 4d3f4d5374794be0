using Hotstack.Clusters.Assess;
using Hotstack.Clusters.Stability;
using Hotstack.Http;
using Hotstack.OpenShift;

namespace Hotstack.Clusters.Wait;

/// <summary>Waits until a cluster reaches a state.</summary>
public sealed class WaitCluster(Cluster cluster)
{
    /// <summary>An unknown state is final after so many polls in a row.</summary>
    private const int MaxUnknownPolls = 3;

    private static readonly TimeSpan ControllerTimeout = TimeSpan.FromMinutes(20);
    private static readonly TimeSpan ControllerInterval = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan ApiTimeout = TimeSpan.FromMinutes(20);
    private static readonly TimeSpan StableTimeout = TimeSpan.FromHours(1);

    /// <summary>A look at the operators is a list of some dozens of objects.</summary>
    private static readonly TimeSpan StableInterval = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan UncordonTimeout = TimeSpan.FromMinutes(20);
    private static readonly TimeSpan UncordonInterval = TimeSpan.FromSeconds(10);

    /// <summary>The timeout of a poll even shortly before the end.</summary>
    private static readonly TimeSpan MinPollTimeout = TimeSpan.FromSeconds(10);

    /// <exception cref="HotstackException"><c>ClusterNotStable</c>, <c>ClusterNotSafe</c>, <c>ClusterNotReady</c> or
    /// <c>ApiNotReady</c> on timeout, or at once if somebody has to act, each with a list of what is not ready; <c>ClusterUnknown</c>,
    /// <c>NotOpenShift</c> or <c>HostedControlPlane</c> if waiting cannot help; <c>TimeoutTooShort</c>.</exception>
    public async Task RunAsync(WaitClusterRequest request, IActivity activity, CancellationToken stop)
    {
        long began = cluster.Time.GetTimestamp();
        if (!cluster.IsOpen)
        {
            await new WaitForController(cluster, activity)
                .RunAsync(request.PollInterval ?? ControllerInterval, AtMost(request.Timeout, ControllerTimeout), stop);
            request = request with { Timeout = Left(request, cluster.Time.GetElapsedTime(began)) };
        }

        if (!await WaitAsync(request, activity, stop))
        {
            activity.Verbose($"Cluster '{cluster.Name}' is {(request.Goal == ClusterGoal.Ready ? "ready" : "safe to shut down")} already; there is nothing to "
                + "wait for.");
            return;
        }

        activity.Verbose($"Cluster '{cluster.Name}' reached the goal ({request.Goal}) after "
            + $"{TimeText.Of(cluster.Time.GetElapsedTime(began))}.");
    }

    /// <summary>What the certificates allow now, and when they will allow a shutdown.</summary>
    /// <exception cref="HotstackException"><c>ClusterNotSafe</c> if somebody has to act, <c>NotOpenShift</c>,
    /// <c>HostedControlPlane</c>.</exception>
    internal async Task<ClusterJudgement> JudgeCertificatesAsync(
        WaitClusterRequest request, IActivity activity, CancellationToken stop)
    {
        ClusterReport report = await new TestCluster(cluster).RunAsync(
            new TestClusterRequest { MinimumValidity = request.MinimumValidity }, null, activity, stop, ExemptionsOf(request));
        if (report.Verdict == ClusterVerdict.NotSupported)
        {
            throw ClusterKind.HostedRefusal(cluster.Name);
        }

        var judgement = ClusterJudgement.Of(report.CertificateChecks);
        return judgement.NeedsAction.Count == 0 ? judgement : throw NeedsAction("ClusterNotSafe", judgement);
    }

    /// <returns>False if the first look found the goal reached.</returns>
    private async Task<bool> WaitAsync(WaitClusterRequest request, IActivity activity, CancellationToken stop)
    {
        switch (request.Goal)
        {
            case ClusterGoal.Stable when request.Uncordon:
                await UncordonAndAwaitStableAsync(request, activity, stop);
                return true;
            case ClusterGoal.Stable:
                await AwaitStableAsync(request, activity, stop);
                return true;
            case ClusterGoal.Api:
                await AwaitApiAsync(request, activity, stop);
                return true;
            default:
                return await AwaitChecksAsync(request, activity, stop);
        }
    }

    private Task<bool> AwaitChecksAsync(WaitClusterRequest request, IActivity activity, CancellationToken stop) => request.Goal switch
    {
        ClusterGoal.CertificateRotation => PollAsync(
            request, activity, "ClusterNotSafe", TimeSpan.FromMinutes(5), TimeSpan.FromHours(26),
            report => ClusterJudgement.Of(report.CertificateChecks), stop),
        _ => PollAsync(
            request, activity, "ClusterNotReady", TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(90),
            report => report.Health, stop),
    };

    /// <summary>What is left of the timeout after the way to the cluster was open; at least the time that the goal needs.</summary>
    private static TimeSpan? Left(WaitClusterRequest request, TimeSpan spent)
    {
        TimeSpan least = request.Goal == ClusterGoal.Stable ? StabilityRounds.TotalOf(request.StableFor) : TimeSpan.Zero;
        return request.Timeout is not { } timeout || timeout <= least ? request.Timeout
            : timeout - spent > least ? timeout - spent : least;
    }

    private static TimeSpan AtMost(TimeSpan? timeout, TimeSpan limit) => timeout < limit ? timeout.Value : limit;

    private static TimeSpan PollTimeout(TimeSpan left) =>
        left > TestClusterRequest.DefaultTimeout ? TestClusterRequest.DefaultTimeout : left < MinPollTimeout ? MinPollTimeout : left;

    private static ClusterExemptions ExemptionsOf(WaitClusterRequest request) =>
        new(request.IgnoreOperators, request.IgnoreApiServices, null);

    private async Task AwaitApiAsync(WaitClusterRequest request, IActivity activity, CancellationToken stop)
    {
        var deadline = new Deadline(request.Timeout ?? ApiTimeout, cluster.Time);
        await new WaitForApi(cluster, activity).RunAsync(request.PollInterval ?? TimeSpan.FromSeconds(5), deadline.Timeout, stop);
        if (request.Uncordon)
        {
            await UncordonAsync(deadline.Left, activity, stop);
        }
    }

    private Task AwaitStableAsync(WaitClusterRequest request, IActivity activity, CancellationToken stop) =>
        new WaitForStability(cluster, activity).RunAsync(
            request.StableFor, ExemptionsOf(request), request.PollInterval ?? StableInterval, RequireTime(request), stop);

    private static TimeSpan RequireTime(WaitClusterRequest request)
    {
        TimeSpan timeout = request.Timeout ?? StableTimeout;
        TimeSpan least = StabilityRounds.TotalOf(request.StableFor);
        if (timeout < least)
        {
            throw new HotstackException(
                ErrorCause.InputInvalid, "TimeoutTooShort",
                $"No cluster can be stable for {TimeText.Of(least)} within {TimeText.Of(timeout)}.")
            {
                Target = timeout,
                Hint = "Increase -Timeout beyond -StableFor.",
            };
        }

        return timeout;
    }

    /// <summary>Operators that a cordoned node holds up become stable only afterwards.</summary>
    private async Task UncordonAndAwaitStableAsync(WaitClusterRequest request, IActivity activity, CancellationToken stop)
    {
        var deadline = new Deadline(RequireTime(request), cluster.Time);
        await UncordonAsync(deadline.Timeout, activity, stop);
        await AwaitStableAsync(request with { Timeout = Left(request, deadline.Timeout - deadline.Left) }, activity, stop);
    }

    private async Task UncordonAsync(TimeSpan timeout, IActivity activity, CancellationToken stop)
    {
        var left = new LeftCordons(cluster, activity);
        var wait = new PatientWait(cluster, "Uncordoning nodes", activity);
        bool isDone = await wait.UntilAsync(
            async token =>
            {
                await left.UncordonAsync(token);
                return null;
            },
            UncordonInterval, AtMost(timeout, UncordonTimeout), stop);
        if (!isDone)
        {
            throw wait.LastFailure!;
        }
    }

    /// <returns>False if the first poll found the goal reached.</returns>
    private async Task<bool> PollAsync(
        WaitClusterRequest request, IActivity activity, string failureId, TimeSpan interval, TimeSpan usualTimeout,
        Func<ClusterReport, ClusterJudgement> judge, CancellationToken stop)
    {
        string work = $"Waiting for cluster {cluster.Name}";
        TimeSpan timeout = request.Timeout ?? usualTimeout;
        var deadline = new Deadline(timeout, cluster.Time);
        var patience = new ApiPatience(cluster.Time);
        var test = new TestCluster(cluster);
        var left = new LeftCordons(cluster, activity);
        ClusterExemptions exemptions = ExemptionsOf(request);
        ClusterJudgement? last = null;
        IActivity shown = activity.AtMost(timeout, cluster.Time);
        IActivity told = activity.Once();
        long began = cluster.Time.GetTimestamp();
        int polls = 0;
        int unknownPolls = 0;
        try
        {
            bool isDone = await Poll.UntilAsync(
                async token =>
                {
                    polls++;
                    (bool isThere, ClusterReport? report) = await patience.TryAsync(async () =>
                    {
                        if (request.Uncordon)
                        {
                            await left.UncordonAsync(token);
                        }

                        var asked = new TestClusterRequest
                        {
                            MinimumValidity = request.MinimumValidity, Timeout = PollTimeout(deadline.Left),
                        };
                        return await test.RunAsync(asked, null, told, token, exemptions);
                    });
                    if (report?.Verdict == ClusterVerdict.NotSupported)
                    {
                        throw ClusterKind.HostedRefusal(cluster.Name);
                    }

                    last = isThere ? judge(report!) : last;
                    if (isThere && last!.NeedsAction.Count > 0)
                    {
                        throw NeedsAction(failureId, last);
                    }

                    unknownPolls = isThere && last!.Verdict == ClusterVerdict.Unknown ? unknownPolls + 1 : 0;
                    if (unknownPolls >= MaxUnknownPolls)
                    {
                        throw Unknown(last!);
                    }

                    shown.Progress(Report(work, patience.LastFailure?.Reason, last, cluster.Time.GetElapsedTime(began)));
                    return isThere && last!.Verdict == ClusterVerdict.Safe;
                },
                request.PollInterval ?? interval, timeout, cluster.Time, stop);
            if (!isDone)
            {
                string what = $"Cluster '{cluster.Name}' did not reach the goal within {TimeText.Of(timeout)}";
                throw NotDone(failureId, what, last, patience.LastFailure);
            }

            return polls > 1;
        }
        finally
        {
            activity.Progress(new(work, "") { Completed = true });
        }
    }

    /// <summary>Percent of the time, if it is known how long it takes; otherwise of the checks.</summary>
    private ProgressReport Report(string work, string? failure, ClusterJudgement? last, TimeSpan passed)
    {
        if (failure is not null || last is null)
        {
            return new(work, failure ?? "not looked at yet");
        }

        ProgressReport report = last.Passed.Of(work, last.ReasonsInShort);
        // The time that remains is by the cluster's clock, the time that has passed by ours: each may be set apart from the other.
        return last.Eta - cluster.Now is { Ticks: > 0 } left
            ? report with { Percent = (int)(100 * (passed / (passed + left))), Remaining = left }
            : report;
    }

    private HotstackException NotDone(string id, string what, ClusterJudgement? last, ServiceException? failure)
    {
        const string hint = "Look at all checks with Test-HotstackCluster. If the cluster makes progress, increase -Timeout.";
        return failure is null && last is not null
            ? new ViolationsException(id, what, last.Reasons, ErrorCause.TimedOut) { Target = cluster.Name, Hint = hint }
            : new HotstackException(ErrorCause.TimedOut, id, $"{what}: {failure?.Message}.", failure)
            {
                Target = cluster.Name,
                Hint = hint,
            };
    }

    private ViolationsException NeedsAction(string id, ClusterJudgement judgement) =>
        new(id, $"Cluster '{cluster.Name}' cannot reach the goal by waiting; somebody has to act",
            judgement.NeedsAction, ErrorCause.Conflict)
        {
            Target = cluster.Name,
            Hint = "Fix the listed problems, then wait again. Test-HotstackCluster shows all checks.",
        };

    private ViolationsException Unknown(ClusterJudgement judgement) =>
        new("ClusterUnknown", $"The state of cluster '{cluster.Name}' cannot be determined",
            judgement.Reasons, ErrorCause.OperationFailed)
        {
            Target = cluster.Name,
            Hint = "In most cases a permission is missing: the reasons name the verb and the resource.",
        };
}

/// <summary>The state to wait for, and for how long.</summary>
public sealed record WaitClusterRequest
{
    /// <summary>The state to wait for.</summary>
    public ClusterGoal Goal { get; init; } = ClusterGoal.Stable;

    /// <summary>How long all operators have to be stable without a break, one value for each round.</summary>
    public IReadOnlyList<TimeSpan> StableFor { get; init; } = [TimeSpan.FromSeconds(60)];

    /// <summary>ClusterOperators that may be unstable; wildcards.</summary>
    public IReadOnlyList<string> IgnoreOperators { get; init; } = [];

    /// <summary>API services that need not be available; wildcards: <c>v1beta1.external.metrics.k8s.io</c>.</summary>
    public IReadOnlyList<string> IgnoreApiServices { get; init; } = [];

    /// <summary>Uncordon the nodes that the machine-config operator, or nobody known, left cordoned: before the wait for
    /// stability, after that for the API, otherwise at each look at the nodes.</summary>
    public bool Uncordon { get; init; }

    /// <summary>The minimum remaining validity of the kubelets' certificates.</summary>
    public TimeSpan MinimumValidity { get; init; } = TimeSpan.FromDays(7);

    /// <summary>Null for the usual timeout of the goal.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>The pause between two polls; null for the usual one of the goal.</summary>
    public TimeSpan? PollInterval { get; init; }
}

/// <summary>A state of a cluster that can be waited for.</summary>
public enum ClusterGoal
{
    /// <summary>All ClusterOperators have been stable for a while.</summary>
    Stable,

    /// <summary>Its certificates allow to shut it down and revive it later.</summary>
    CertificateRotation,

    /// <summary>Every check of its health passes.</summary>
    Ready,

    /// <summary>Its API answers reliably.</summary>
    Api,
}
