using Hotstack.Clusters.Assess;
using Hotstack.Clusters.Stability;
using Hotstack.Http;
using Hotstack.OpenShift;

namespace Hotstack.Clusters.Wait;

/// <summary>Waits until a cluster is as it is wanted.</summary>
public sealed class WaitCluster(Cluster cluster)
{
    /// <summary>What is unknown for longer than this many looks will stay so.</summary>
    private const int MostUnknownLooks = 3;

    /// <summary>A look gets so long also where the time is nearly over.</summary>
    private static readonly TimeSpan ShortestLook = TimeSpan.FromSeconds(10);

    /// <exception cref="HotstackException"><c>ClusterNotStable</c>, <c>ClusterNotSafe</c>, <c>ClusterNotReady</c> or
    /// <c>ApiNotReady</c> when the time is over, or at once where somebody has to act first, each naming the culprits; <c>ClusterUnknown</c>,
    /// <c>NotOpenShift</c> or <c>HostedControlPlane</c> where waiting cannot help; <c>TimeoutTooShort</c>.</exception>
    public async Task RunAsync(WaitClusterRequest request, IActivity activity, CancellationToken stop)
    {
        long began = cluster.Time.GetTimestamp();
        await WaitAsync(request, activity, stop);
        activity.Verbose($"Cluster '{cluster.Context}' is as wanted ({request.Goal}) after {TimeText.Of(cluster.Time.GetElapsedTime(began))}.");
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

    private static TimeSpan LookTime(TimeSpan left) =>
        left > TestClusterRequest.DefaultTimeout ? TestClusterRequest.DefaultTimeout : left < ShortestLook ? ShortestLook : left;

    private static ClusterExemptions ExemptionsOf(WaitClusterRequest request) => new(request.IgnoreOperators, request.IgnoreApiServices, null);

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
                Hint = "Give -Timeout more than -StableFor.",
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
        int unknownLooks = 0;
        try
        {
            bool isDone = await Poll.UntilAsync(
                async token =>
                {
                    (bool isThere, ClusterReport? report) = await patience.TryAsync(() => test.RunAsync(
                        new TestClusterRequest { MinimumValidity = request.MinimumValidity, Timeout = LookTime(deadline.Left) }, null, activity, token, exemptions));
                    if (report?.Verdict == ClusterVerdict.NotSupported)
                    {
                        throw ClusterKind.HostedRefusal(cluster.Context);
                    }

                    last = isThere ? judge(report!) : last;
                    if (isThere && last!.NeedsAction.Count > 0)
                    {
                        throw Hopeless(failureId, last);
                    }

                    unknownLooks = isThere && last!.Verdict == ClusterVerdict.Unknown ? unknownLooks + 1 : 0;
                    if (unknownLooks >= MostUnknownLooks)
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
                throw NotDone(failureId, $"Cluster '{cluster.Context}' did not reach the goal within {TimeText.Of(timeout)}", last, patience.LastFailure);
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
            : new HotstackException(ErrorCause.TimedOut, id, $"{what}: {failure?.Message}.", failure) { Target = cluster.Context, Hint = hint };
    }

    private ViolationsException Hopeless(string id, ClusterJudgement judgement) =>
        new(id, $"Cluster '{cluster.Context}' cannot reach the goal by waiting; somebody has to act", judgement.NeedsAction, ErrorCause.Conflict)
        {
            Target = cluster.Context,
            Hint = "Fix the listed problems, then wait again. Test-HotstackCluster shows all checks.",
        };

    private ViolationsException Unknown(ClusterJudgement judgement) =>
        new ViolationsException("ClusterUnknown", $"The state of cluster '{cluster.Context}' cannot be determined", judgement.Reasons, ErrorCause.OperationFailed)
        {
            Target = cluster.Context,
            Hint = "Mostly a right is missing: the reasons name the verb and the resource.",
        };
}
