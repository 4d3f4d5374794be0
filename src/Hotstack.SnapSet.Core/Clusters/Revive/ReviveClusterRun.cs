using Hotstack.Clusters.Assess;
using Hotstack.Clusters.Wait;

namespace Hotstack.Clusters.Revive;

/// <summary>One run that revives a cluster, step by step.</summary>
internal sealed class ReviveClusterRun
{
    private static readonly TimeSpan ConditionsTimeout = TimeSpan.FromHours(1);

    /// <summary>The lists of the named kinds may be long.</summary>
    private static readonly TimeSpan ConditionsInterval = TimeSpan.FromSeconds(5);

    private readonly Revival _revival;
    private readonly RequestApproval _approval;
    private readonly ReviveTimeline _timeline;
    private readonly BringUpSteps _steps;
    private readonly ClusterExemptions _exemptions;
    private readonly FinalAssessment _assessment;

    public ReviveClusterRun(Revival revival)
    {
        ReviveClusterRequest request = revival.Request;
        _revival = revival;
        _approval = new(revival);
        _timeline = new(revival, _approval);
        _steps = new(revival, _approval);
        _exemptions = new(request.IgnoreOperators, request.IgnoreApiServices, revival.Plan.Record);
        _assessment = new(revival, _approval, _timeline, _exemptions);
    }

    private ReviveClusterPlan Plan => _revival.Plan;

    private bool HasCluster => _revival.Cluster.IsOpen;

    public async Task<ReviveReport> RunAsync(CancellationToken stop)
    {
        using var overall = CancellationTokenSource.CreateLinkedTokenSource(stop);
        try
        {
            if (!HasCluster && (Plan.HasNodes || Plan.Instances.Any(i => i.IsController)))
            {
                await StepAsync("Controller", _steps.ReachControllerAsync, stop);
            }

            if (!HasCluster && Plan.Awaited.Count > 0)
            {
                throw _timeline.WithProgress(AwaitedCondition.WithoutCluster(_revival.Cluster.Name));
            }

            await StepAsync("Servers", _steps.StartServersAsync, stop);
            if (Plan.Facts.Hosts.Count > 0)
            {
                await StepAsync("Hosts", _steps.AwaitHostsAsync, stop);
            }

            if (!HasCluster)
            {
                RequireServers();
                return await _assessment.ReportServersAsync(stop);
            }

            await StepAsync("Api", _steps.AwaitApiAsync, stop);
            if (_steps.IsMicroShift)
            {
                return await ReviveMicroShiftAsync(stop);
            }

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

            return await _assessment.AssessAsync(isMicroShift: false, stop);
        }
        catch (OperationCanceledException)
        {
            _timeline.WarnOfStop();
            throw;
        }
        finally
        {
            _revival.Activity.Progress(new(_revival.Work, "") { Completed = true });
        }
    }

    /// <summary>MicroShift approves no requests, has no cluster operators, and is not cordoned: its node and its pods count.</summary>
    private async Task<ReviveReport> ReviveMicroShiftAsync(CancellationToken stop)
    {
        await StepAsync("Nodes", _steps.AwaitNodesAsync, stop);
        RequireServers();
        if (Plan.Awaited.Count > 0)
        {
            await StepAsync("WaitFor", AwaitConditionsAsync, stop);
        }

        return await _assessment.AssessAsync(isMicroShift: true, stop);
    }

    private async Task BringUpAsync(CancellationToken stop)
    {
        await StepAsync("Nodes", _steps.AwaitNodesAsync, stop);
        await StepAsync("Uncordon", _steps.UncordonAsync, stop);
        RequireServers();
        await StepAsync("Settle", _steps.SettleAsync, stop);
        var rounds = new StableRounds(_revival, _exemptions, _steps.SettledSince);
        IReadOnlyList<TimeSpan> stableFor = _revival.Request.StableFor;
        for (int i = 0; i < stableFor.Count; i++)
        {
            int number = i;
            await StepAsync(
                $"Stable {stableFor[i].TotalSeconds:0}s ({i + 1} of {stableFor.Count})", token => rounds.AwaitAsync(number, token), stop);
        }

        await StepAsync("Apis", rounds.AwaitApisAsync, stop);
        if (Plan.Awaited.Count > 0)
        {
            await StepAsync("WaitFor", AwaitConditionsAsync, stop);
        }
    }

    /// <summary>Without servers that cannot be started, the cluster cannot become healthy.</summary>
    private void RequireServers()
    {
        if (_steps.ServersFailure is { } failure)
        {
            throw _timeline.WithProgress(failure);
        }
    }

    private Task<string> AwaitConditionsAsync(CancellationToken stop) =>
        new WaitForConditions(_revival.Cluster, Plan.Awaited, _revival.Activity)
            .RunAsync(ConditionsInterval, _revival.AtMost(ConditionsTimeout), stop);

    private Task StepAsync(string step, Func<CancellationToken, Task<string>> work, CancellationToken stop) =>
        _timeline.StepAsync(step, work, stop);
}
