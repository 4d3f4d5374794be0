using Hotstack.Clusters;
using Hotstack.Clusters.Stability;
using Hotstack.Clusters.Suspend;
using Hotstack.Clusters.Wait;
using Hotstack.OpenShift;
using Hotstack.OpenStack;
using Hotstack.SnapSets;
using Hotstack.SnapSets.Create;

namespace Hotstack.Runs;

/// <summary>Does the steps of a plan that the user agreed to.</summary>
internal sealed class PrepareSnapSetRun(Cloud cloud, PrepareSnapSetPlan plan, PrepareSnapSetRequest request, IActivity activity)
{
    private const string Work = "Preparing a SnapSet";
    private const string Images = "Images";

    private readonly IActivity _activity = activity.Within(Work);
    private readonly StepLog _timeline = new(Work, activity, cloud.Time);

    public async Task<PreparedSnapSet> RunAsync(CancellationToken stop)
    {
        try
        {
            ClusterRecord? record = plan.Cluster is { } cluster ? await SuspendAsync(cluster, stop) : plan.Freeze.Cluster;
            SnapSet set = await StepAsync(
                Images,
                () => new NewSnapSet(cloud).RunAsync(plan.Freeze with { Cluster = record }, _activity, Confirmations.Agreed, stop),
                made => $"SnapSet {made!.Id}, {CountText.Of(made.Members.Count, "image")}, {made.SizeText}");
            return new PreparedSnapSet(set) { Timeline = [.. _timeline.Entries] };
        }
        finally
        {
            activity.Progress(new(Work, "") { Completed = true });
        }
    }

    private async Task<ClusterRecord?> SuspendAsync(Cluster cluster, CancellationToken stop)
    {
        if (plan is { IsBegun: false } && request.WaitsForRotation)
        {
            await WaitAsync("Certificates", cluster, PrepareSnapSetPlanner.WaitForRotation(request), "they allow a shutdown", stop);
        }

        if (!plan.IsBegun)
        {
            var stable = new WaitClusterRequest
            {
                StableFor = request.StableFor,
                Uncordon = request.Suspend.Uncordon,
                IgnoreOperators = request.Suspend.IgnoreOperators,
                IgnoreApiServices = request.Suspend.IgnoreApiServices,
                Timeout = StabilityRounds.TotalOf(request.StableFor) + TimeSpan.FromHours(1),
            };
            await WaitAsync("Stability", cluster, stable, $"all operators were stable for {StabilityRounds.TextOf(request.StableFor)}", stop);
        }

        return await StepAsync(
            "Shutdown",
            () => new SuspendCluster(cloud, cluster).RunAsync(
                request.Suspend with { Source = plan.Freeze.Source }, _activity, Confirmations.Agreed, stop),
            record => $"{CountText.Of(record!.Instances.Count, "server")} off; the cluster can be revived until "
                + (record.UnattendedUntil is { } until ? TimeText.Of(until) : "an unknown date"));
    }

    private Task<string> WaitAsync(string step, Cluster cluster, WaitClusterRequest wait, string result, CancellationToken stop) => StepAsync(
        step,
        async () =>
        {
            await new WaitCluster(cluster).RunAsync(wait, _activity, stop);
            return result;
        },
        text => text!);

    private async Task<T> StepAsync<T>(string step, Func<Task<T?>> work, Func<T?, string> describe)
        where T : class
    {
        activity.Progress(new(Work, step));
        try
        {
            return (await _timeline.StepAsync(step, work, describe))!;
        }
        catch (Exception e) when (e is HotstackException or OperationCanceledException)
        {
            string done = _timeline.Entries.Count == 0 ? "no step" : string.Join(", ", _timeline.Entries.Select(entry => entry.Step));
            bool isStarted = step == Images && plan.Freeze is { StartServers: true, KeepPartial: false };
            activity.Warning($"The run ended in the step {step}; complete: {done}. "
                + (isStarted ? "The servers were started again, so the same command begins with the wait." : "The same command resumes there."));
            throw;
        }
    }
}
