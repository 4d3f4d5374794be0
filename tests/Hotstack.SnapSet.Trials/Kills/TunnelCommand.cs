using Hotstack.Configuration;
using Hotstack.Deployments.Controllers;
using Hotstack.OpenShift;

namespace Hotstack.Trials.Kills;

/// <summary>A process that holds a tunnel to a cluster, to be ended by a signal. It tells what it could read before and after.</summary>
internal static class TunnelCommand
{
    public static async Task<int> RunAsync(string controller, CancellationToken stop)
    {
        var choice = new ClusterChoice { Controller = ControllerAddress.Parse(controller) };
        var access = new ClusterAccess(
            choice, ConfigurationSources.OfThisProcess(), () => throw new InvalidOperationException("there is no cloud"),
            new RecordingActivity());
        using Cluster cluster = access.Connect(null, ClusterPurpose.Look);
        await cluster.OpenAsync(stop);
        Console.WriteLine($"open with {(await cluster.ListNodesAsync(stop)).Items.Count} nodes");
        try
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, stop);
        }
        catch (OperationCanceledException)
        {
            Console.WriteLine($"rolled back with {(await cluster.ListNodesAsync(CancellationToken.None)).Items.Count} nodes");
        }

        return 0;
    }
}
