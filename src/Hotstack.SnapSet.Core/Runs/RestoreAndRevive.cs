using Hotstack.Clusters;
using Hotstack.Clusters.Revive;
using Hotstack.Deployments;
using Hotstack.OpenShift;
using Hotstack.OpenStack;
using Hotstack.SnapSets;
using Hotstack.SnapSets.Find;
using Hotstack.SnapSets.Restore;

namespace Hotstack.Runs;

/// <summary>From a set to a cluster in service: restores the set, and revives the cluster in the new stack.</summary>
/// <param name="cloud">The cloud of the set and of the stack.</param>
/// <param name="connect">Connects to the cluster of the new stack.</param>
public sealed class RestoreAndRevive(Cloud cloud, Func<InstanceSource, Cluster> connect)
{
    /// <summary>Checks everything, asks once, restores and revives.</summary>
    /// <param name="restore">Which set, and how.</param>
    /// <param name="revive">How the cluster is revived; its source and its record are those of the set. Null only restores.</param>
    /// <param name="activity">Receives each step.</param>
    /// <param name="confirm">Asked once, before any change.</param>
    /// <param name="stop">Stops the step that runs.</param>
    /// <returns>The stack, as a <see cref="RevivedStack"/> with the report of its cluster, healthy or not; null if the user did not
    /// consent.</returns>
    /// <exception cref="HotstackException"><c>ClusterOfAnotherStack</c>; as <see cref="RestoreSnapSet"/>; as <see cref="ReviveCluster"/>, and then the stack stays and
    /// the message names the command that resumes.</exception>
    public async Task<RestoredStack?> RunAsync(
        RestoreSnapSetRequest restore, ReviveClusterRequest? revive, IActivity activity, Confirmation confirm, CancellationToken stop)
    {
        if (revive is null)
        {
            return await new RestoreSnapSet(cloud).RunAsync(restore, activity, confirm, stop);
        }

        ReviveClusterPlanner.Check(revive);
        // A kubeconfig may be a pipe, and a login may need a person: a direct way is kept.
        Cluster? direct = null;
        var run = new RestoreSnapSet(cloud)
        {
            CheckAsync = async (plan, token) =>
            {
                Cluster cluster = connect(new InstanceSource { StackName = plan.Stack.Name });
                direct = cluster.IsOpen ? cluster : null;
                if (plan.Existing is null)
                {
                    await new ClusterToCome(cluster).RequireSilentAsync(plan.Stack.Name, token);
                }
            },
        };
        RestoredStack? stack = await run.RunAsync(restore, activity, (target, action) => confirm(target, WithRevival(action)), stop);
        return stack is null ? null : await ReviveAsync(stack, revive, direct, activity, stop);
    }

    private async Task<RevivedStack> ReviveAsync(
        RestoredStack stack, ReviveClusterRequest revive, Cluster? direct, IActivity activity, CancellationToken stop)
    {
        var source = new InstanceSource { Instances = stack.Servers };
        string next = $"The stack stays. To resume: Invoke-HotstackRevive {CommandArgument.Of(stack.StackName)} "
            + $"-SnapSetId {CommandArgument.Of(stack.SnapSetId)}{OptionsOf(revive)}, with the -Kubeconfig, -Context, -Controller and "
            + "-KeyFilePath of this command, if it had them";
        try
        {
            SnapSet set = await new GetSnapSets(cloud).GetAsync(SnapSetReference.To(stack.SnapSetId, stack.ProjectId), stop);
            ReviveReport? report = await new ReviveCluster(cloud, direct ?? connect(source), new RecordSearch(cloud)).RunAsync(
                revive with { Source = source, Record = set.ClusterRecord }, activity, Confirmations.Agreed, stop);
            return new RevivedStack(stack) { Revival = report! };
        }
        catch (HotstackException failure)
        {
            throw failure.With(next, $"Stack '{stack.StackName}' was restored, but its cluster was not revived", stack.StackName);
        }
        catch (OperationCanceledException)
        {
            activity.Warning($"Stopped. Stack '{stack.StackName}' is restored. {next}");
            throw;
        }
    }

    /// <summary>What the user asked of the revival, in the parameters of Invoke-HotstackRevive.</summary>
    internal static string OptionsOf(ReviveClusterRequest revive)
    {
        var usual = new ReviveClusterRequest { Source = revive.Source };
        (string Name, IReadOnlyList<string> Values)[] lists =
        [
            ("WaitFor", revive.WaitFor), ("IgnoreOperator", revive.IgnoreOperators), ("IgnoreApiService", revive.IgnoreApiServices),
        ];
        string timeout = revive.Timeout == usual.Timeout ? "" : $" -Timeout {revive.Timeout.TotalSeconds:0}s";
        return string.Concat(lists.Where(list => list.Values.Count > 0).Select(list => $" -{list.Name} {CommandArgument.List(list.Values)}"))
            + timeout;
    }

    private static DisplayText WithRevival(DisplayText action) => DisplayText.Lines(
        [.. action.ToString().Split(Environment.NewLine), "  then its cluster is started and revived until its services work"]);
}

/// <summary>A stack made from a set, with its cluster in service.</summary>
public sealed record RevivedStack : RestoredStack
{
    /// <param name="stack">The stack.</param>
    [System.Diagnostics.CodeAnalysis.SetsRequiredMembers]
    public RevivedStack(RestoredStack stack)
        : base(stack)
    {
    }

    /// <summary>The report on its cluster.</summary>
    public ReviveReport Revival { get; init; } = null!;

    /// <summary>All services of the cluster work: no check failed or is unknown.</summary>
    public bool IsHealthy => Revival.IsHealthy;

    /// <summary>The name of the stack.</summary>
    public override string ToString() => StackName;
}
