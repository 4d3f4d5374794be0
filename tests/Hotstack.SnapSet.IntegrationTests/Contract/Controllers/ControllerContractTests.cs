using Hotstack.Clusters;
using Hotstack.Clusters.Assess;
using Hotstack.OpenShift;
using Hotstack.Sandbox.Compute;
using Xunit;

namespace Hotstack.Contract.Controllers;

/// <summary>What must hold of our work through a real controller. The controller is as before when a test ends, and nothing of ours is
/// left.</summary>
public abstract class ControllerContractTests(ControllerLab lab) : IAsyncLifetime
{
    private readonly List<LabDeployment> _deployments = [];

    internal static CancellationToken Stop => TestContext.Current.CancellationToken;

    internal ControllerLab Lab => lab;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        foreach (LabDeployment deployment in _deployments)
        {
            Show(deployment);
            await deployment.DisposeAsync();
        }

        await lab.RunAsync("reset");
        await lab.NothingIsLeftAsync(CancellationToken.None);
    }

    internal async Task<LabDeployment> DeployAsync(ConsoleKeys keys = ConsoleKeys.None, int workers = 1, bool isPaired = true)
    {
        LabDeployment deployment = await LabDeployment.StartAsync(Stop, keys, workers, isPaired);
        _deployments.Add(deployment);
        if (keys != ConsoleKeys.None)
        {
            await deployment.GiveHostKeysAsync(lab);
        }

        return deployment;
    }

    internal static Task<ClusterReport> TestAsync(Cluster cluster, LabDeployment deployment) =>
        new TestCluster(cluster).RunAsync(new TestClusterRequest(), deployment.Activity, Stop);

    internal static async Task<HotstackException> FailsAsync(string id, Func<Task> call)
    {
        HotstackException e = await Assert.ThrowsAnyAsync<HotstackException>(call);
        Assert.True(id == e.Id, $"{e.Cause} {e.Id}: {e.Message}");
        TestContext.Current.TestOutputHelper?.WriteLine($"{e.Id}: {e.Message} {e.Hint}");
        return e;
    }

    private static void Show(LabDeployment deployment) => TestContext.Current.TestOutputHelper?.WriteLine(string.Join(
        '\n', deployment.Activity.Everything.Where(line => line.Contains("ontroller", StringComparison.Ordinal))));
}
