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

    /// <summary>The timeout of a poll even shortly before the end.</summary>
    private static readonly TimeSpan MinPollTimeout = TimeSpan.FromSeconds(10);

    /// <exception cref="HotstackException"><c>ClusterNotStable</c>, <c>ClusterNotSafe</c>, <c>ClusterNotReady</c> or
    /// <c>ApiNotReady</c> on timeout, or at once if somebody has to act, each with a list of what is not ready; <c>ClusterUnknown</c>,
    /// <c>NotOpenShift</c> or <c>HostedControlPlane</c> if waiting cannot help; <c>TimeoutTooShort</c>.</exception>
    public async Task RunAsync(WaitClusterRequest request, IActivity activity, CancellationToken stop)
    {
        long began = cluster.Time.GetTimestamp();
        await WaitAsync(request, activity, stop);
        activity.Verbose($"Cluster '{cluster.Context}' reached the goal ({request.Goal}) after "
            + $"{TimeText.Of(cluster.Time.GetElapsedTime(began))}.");
    }

    private Task WaitAsync(WaitClusterRequest request, IActivity activity, CancellationToken stop) => request.Goal switch
    {
        ClusterGoal.Api => new WaitForApi(cluster, activity).RunAsync(
            request.PollInterval ?? TimeSpan.FromSeconds(5), request.Timeout ?? TimeSpan.FromMinutes(20), stop),
        ClusterGoal.Stable => AwaitStableAsync(request, activity, stop),
        ClusterGoal.CertificateRotation => PollAsync(
            request, activity, "ClusterNotSafe", TimeSpan.FromMinutes(5), TimeSpan.FromHours(26),
            report => ClusterJudgement.Of(report.CertificateChecks), stop),
        _ => PollAsync(
            request, activity, "ClusterNotReady", TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(90),
            report => report.Health, stop),
    };

    private static TimeSpan PollTimeout(TimeSpan left) =>
        left > TestClusterRequest.DefaultTimeout ? TestClusterRequest.DefaultTimeout : left < MinPollTimeout ? MinPollTimeout : left;

    private static ClusterExemptions ExemptionsOf(WaitClusterRequest request) =>
        new(request.IgnoreOperators, request.IgnoreApiServices, null);

    private Task<StabilityResult> AwaitStableAsync(WaitClusterRequest request, IActivity activity, CancellationToken stop)
    {
        TimeSpan timeout = request.Timeout ?? TimeSpan.FromHours(1);
        if (timeout < request.StableFor)
        {
            throw new HotstackException(
                ErrorCause.InputInvalid, "TimeoutTooShort",
                $"No cluster can be stable for {TimeText.Of(request.StableFor)} within {TimeText.Of(timeout)}.")
            {
                Target = timeout,
                Hint = "Increase -Timeout beyond -StableFor.",
            };
        }

        return new WaitForStability(cluster, activity).RunAsync(
            request.StableFor, ExemptionsOf(request), request.PollInterval ?? TimeSpan.FromSeconds(10), timeout, stop);
    }

    private async Task PollAsync(
        WaitClusterRequest request, IActivity activity, string failureId, TimeSpan interval, TimeSpan usualTimeout,
        Func<ClusterReport, ClusterJudgement> judge, CancellationToken stop)
    {
        string work = $"Waiting for cluster {cluster.Context}";
        TimeSpan timeout = request.Timeout ?? usualTimeout;
        var deadline = new Deadline(timeout, cluster.Time);
        var patience = new ApiPatience(cluster.Time);
        var test = new TestCluster(cluster);
        ClusterExemptions exemptions = ExemptionsOf(request);
        ClusterJudgement? last = null;
        int unknownPolls = 0;
        try
        {
            bool isDone = await Poll.UntilAsync(
                async token =>
                {
                    (bool isThere, ClusterReport? report) = await patience.TryAsync(() => test.RunAsync(
                        new TestClusterRequest { MinimumValidity = request.MinimumValidity, Timeout = PollTimeout(deadline.Left) },
                        null, activity, token, exemptions));
                    if (report?.Verdict == ClusterVerdict.NotSupported)
                    {
                        throw ClusterKind.HostedRefusal(cluster.Context);
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

                    activity.Progress(new(work, patience.LastFailure?.Reason ?? string.Join("; ", last!.Reasons))
                    {
                        Remaining = last?.Eta is { } eta && eta > cluster.Now ? eta - cluster.Now : null,
                    });
                    return isThere && last!.Verdict == ClusterVerdict.Safe;
                },
                request.PollInterval ?? interval, timeout, cluster.Time, stop);
            if (!isDone)
            {
                string what = $"Cluster '{cluster.Context}' did not reach the goal within {TimeText.Of(timeout)}";
                throw NotDone(failureId, what, last, patience.LastFailure);
            }
        }
        finally
        {
            activity.Progress(new(work, "") { Completed = true });
        }
    }

    private HotstackException NotDone(string id, string what, ClusterJudgement? last, ServiceException? failure)
    {
        const string hint = "Look at all checks with Test-HotstackCluster. If the cluster makes progress, increase -Timeout.";
        return failure is null && last is not null
            ? new ViolationsException(id, what, last.Reasons, ErrorCause.TimedOut) { Target = cluster.Context, Hint = hint }
            : new HotstackException(ErrorCause.TimedOut, id, $"{what}: {failure?.Message}.", failure)
            {
                Target = cluster.Context,
                Hint = hint,
            };
    }

    private ViolationsException NeedsAction(string id, ClusterJudgement judgement) =>
        new(id, $"Cluster '{cluster.Context}' cannot reach the goal by waiting; somebody has to act",
            judgement.NeedsAction, ErrorCause.Conflict)
        {
            Target = cluster.Context,
            Hint = "Fix the listed problems, then wait again. Test-HotstackCluster shows all checks.",
        };

    private ViolationsException Unknown(ClusterJudgement judgement) =>
        new("ClusterUnknown", $"The state of cluster '{cluster.Context}' cannot be determined",
            judgement.Reasons, ErrorCause.OperationFailed)
        {
            Target = cluster.Context,
            Hint = "In most cases a permission is missing: the reasons name the verb and the resource.",
        };
}

/// <summary>The state to wait for, and for how long.</summary>
public sealed record WaitClusterRequest
{
    /// <summary>The state to wait for.</summary>
    public ClusterGoal Goal { get; init; } = ClusterGoal.Stable;

    /// <summary>How long all operators have to be stable without a break.</summary>
    public TimeSpan StableFor { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>ClusterOperators that may be unstable; wildcards.</summary>
    public IReadOnlyList<string> IgnoreOperators { get; init; } = [];

    /// <summary>API services that need not be available; wildcards: <c>v1beta1.external.metrics.k8s.io</c>.</summary>
    public IReadOnlyList<string> IgnoreApiServices { get; init; } = [];

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
