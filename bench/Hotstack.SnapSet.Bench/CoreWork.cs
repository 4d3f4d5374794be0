using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Hotstack.Clusters.Assess;
using Hotstack.Clusters.Revive;
using Hotstack.Clusters.Suspend;
using Hotstack.Configuration;
using Hotstack.Deployments;
using Hotstack.Deployments.Controllers;
using Hotstack.OpenShift;
using Hotstack.OpenStack;
using Hotstack.OpenStack.Configuration;
using Hotstack.SnapSets;
using Hotstack.SnapSets.Create;
using Hotstack.SnapSets.Find;
using Hotstack.SnapSets.Move;
using Hotstack.SnapSets.Remove;
using Hotstack.SnapSets.Restore;

namespace Hotstack.Bench;

/// <summary>The work of a <see cref="Work"/> by Core alone, for where there is no pwsh: in a process of its own, which measures
/// itself.</summary>
internal static class CoreWork
{
    public static async Task<int> RunAsync(string[] work)
    {
        var watch = Stopwatch.StartNew();
        int count = 0;
        try
        {
            using var cloud = Cloud.Connect(
                new CloudConfigurationLoader(ConfigurationSources.OfThisProcess()).Load(null, null), Silence.Instance);
            count = await DoAsync(work, cloud);
            return 0;
        }
        catch (HotstackException e)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return 1;
        }
        finally
        {
            double milliseconds = watch.Elapsed.TotalMilliseconds;
            Console.WriteLine("bench " + JsonSerializer.Serialize(
                new { ms = milliseconds, count, peak = Process.GetCurrentProcess().PeakWorkingSet64 }));
        }
    }

    private static async Task<int> DoAsync(string[] work, Cloud cloud)
    {
        (IActivity silence, CancellationToken stop) = (Silence.Instance, CancellationToken.None);
        switch (work)
        {
            case ["list"]:
                return (await new GetSnapSets(cloud).RunAsync(new() { Ids = [SnapSetReference.Typed("*")] }, stop)).Count;
            case ["latest"]:
                return (await new GetSnapSets(cloud).RunAsync(new() { Latest = true }, stop)).Count;
            case ["of-stack", var stack]:
                return (await new GetSnapSets(cloud).RunAsync(new() { Conditions = new() { StackName = stack } }, stop)).Count;
            case ["prune", var days]:
                int removed = 0;
                var retention = new SnapSetRetention { OlderThan = TimeSpan.FromDays(int.Parse(days, CultureInfo.InvariantCulture)) };
                await new RemoveSnapSets(cloud).RunAsync(
                    new() { Retention = retention }, silence, Yes, _ => removed++, failure => throw failure, stop);
                return removed;
            case ["create", var pattern, var seconds]:
                var servers = new InstanceSource { Servers = [pattern], Roles = ["ocp_worker"] };
                IReadOnlyList<Instance> members = await new GetInstances(cloud).RunAsync(servers, silence, stop);
                var request = new NewSnapSetRequest
                {
                    Source = new() { Instances = members }, Timeout = TimeSpan.FromHours(2),
                    PollInterval = TimeSpan.FromSeconds(int.Parse(seconds, CultureInfo.InvariantCulture)),
                };
                return await new NewSnapSet(cloud).RunAsync(request, silence, Yes, stop) is null ? 0 : 1;
            case ["restore", var id, var stack, var template]:
                var restore = new RestoreSnapSetRequest { SnapSetId = id, StackName = stack, TemplatePath = template };
                return await new RestoreSnapSet(cloud).RunAsync(restore, silence, Yes, stop) is null ? 0 : 1;
            case ["export", var id, var path]:
                return await new ExportSnapSet(cloud).RunAsync(new() { Id = id, Path = path }, silence, Yes, stop) is null ? 0 : 1;
            case ["import", var path]:
                return await new ImportSnapSet(cloud).RunAsync(new() { Path = path }, silence, Yes, stop) is null ? 0 : 1;
            case ["report", .. var stacks]:
                using (Cluster cluster = Connect(cloud, stacks.FirstOrDefault()))
                {
                    await new TestCluster(cluster).RunAsync(new(), silence, stop);
                    return 1;
                }

            case ["suspend", var stack]:
                using (Cluster cluster = Connect(cloud, stack))
                {
                    await new SuspendCluster(cloud, cluster).RunAsync(new() { Source = new() { StackName = stack } }, silence, Yes, stop);
                    return 1;
                }

            case ["revive", var stack, .. var settle]:
                using (Cluster cluster = Connect(cloud, stack))
                {
                    var usual = new ReviveClusterRequest { Source = new() { StackName = stack } };
                    await new ReviveCluster(cloud, cluster, new RecordSearch(cloud)).RunAsync(settle.Length == 0 ? usual : usual with
                    {
                        SettleTime = TimeSpan.FromSeconds(int.Parse(settle[0], CultureInfo.InvariantCulture)),
                        StableFor = [TimeSpan.FromSeconds(1)], PollInterval = TimeSpan.FromSeconds(1),
                    }, silence, Yes, stop);
                    return 1;
                }

            default:
                throw new InvalidOperationException($"There is no such work: {string.Join(' ', work)}");
        }
    }

    private static Cluster Connect(Cloud cloud, string? stack) =>
        new ClusterAccess(new ClusterChoice(), ConfigurationSources.OfThisProcess(), () => cloud, Silence.Instance)
            .Connect(stack is null ? null : new InstanceSource { StackName = stack }, ClusterPurpose.Change);

    private static Task<bool> Yes(DisplayText target, DisplayText action) => Task.FromResult(true);
}
