using Hotstack.Deployments;

namespace Hotstack.Clusters.Suspend;

/// <summary>The steps of a shutdown, with their results and times. What an earlier run did is reported as done before.</summary>
/// <param name="run">The title of the run.</param>
/// <param name="activity">Receives a line and the progress of each step.</param>
/// <param name="time">The clock.</param>
internal sealed class SuspendSteps(string run, IActivity activity, TimeProvider time)
{
    private readonly StepLog _log = new(run, activity, time);

    /// <summary>The complete steps.</summary>
    public IReadOnlyList<TimelineEntry> Entries => _log.Entries;

    /// <summary>Checks everything before the user is asked. The time in which the user decides is part of no step.</summary>
    public async Task<SuspendClusterPlan> AssessAsync(Func<Task<SuspendClusterPlan>> plan, SuspendClusterRequest request)
    {
        activity.Progress(new(run, "checking it"));
        try
        {
            return await _log.StepAsync("Assess", plan, planned => Describe(planned, request));
        }
        finally
        {
            activity.Progress(new(run, "") { Completed = true });
        }
    }

    /// <summary>Does a step.</summary>
    /// <param name="step">Its name.</param>
    /// <param name="status">What it does: <c>cordoning the nodes</c>.</param>
    /// <param name="work">Does it, and gives its result, in a sentence without a full stop.</param>
    public Task DoAsync(string step, string status, Func<Task<string>> work)
    {
        activity.Verbose($"{run}: {status}.");
        activity.Progress(new(run, status));
        return _log.StepAsync(step, work, result => result);
    }

    /// <summary>Shuts down a group of servers, unless all of it is off.</summary>
    /// <param name="step">Its name: <c>Workers</c>.</param>
    /// <param name="group">All servers of the group that ran before the shutdown.</param>
    /// <param name="done">What has become of those that ran, in a few words: <c>shut themselves down</c>.</param>
    /// <param name="work">Shuts down those that run.</param>
    public async Task ShutDownAsync(
        string step, IReadOnlyList<Instance> group, string done, Func<IReadOnlyList<Instance>, Task> work)
    {
        ILookup<bool, Instance> isOff = group.ToLookup(i => i.Status == ServerRules.ShutOff);
        Instance[] running = [.. isOff[false]];
        string before = isOff[true].Any() ? $"{string.Join(", ", isOff[true])} {(isOff[true].Count() == 1 ? "was" : "were")} off already" : "";
        if (running.Length > 0)
        {
            string result = string.Join("; ", new[] { $"{string.Join(", ", running.AsEnumerable())} {done}", before }.Where(text => text.Length > 0));
            await DoAsync(step, StatusOf(step), async () =>
            {
                await work(running);
                return result;
            });
        }
        else if (before.Length > 0)
        {
            _log.Note(step, before);
        }
    }

    private static string StatusOf(string step) => step switch
    {
        "Controller" => "stopping the controller",
        "Servers" => "stopping the other servers",
        _ => $"shutting down the {step.ToLowerInvariant()}",
    };

    private static string Describe(SuspendClusterPlan plan, SuspendClusterRequest request)
    {
        if (!plan.HasCluster)
        {
            return $"no OpenShift cluster to check; {CountText.Of(plan.RunningOthers.Count, "server")} to stop";
        }

        string cluster = $"OpenShift {plan.Record.Version ?? "of unknown version"}, {CountText.Of(plan.NodeServers.Count, "node")}";
        return plan.IsResumed
            ? $"{cluster}; a shutdown has begun before, {plan.RunningWorkers.Count + plan.RunningMasters.Count} of them still run"
            : cluster + (request.SkipCertificateCheck ? "; -SkipCertificateCheck ignores its certificates"
                : request.ForceRotation ? "; its certificates are renewed first"
                : "; it may be shut down");
    }
}
