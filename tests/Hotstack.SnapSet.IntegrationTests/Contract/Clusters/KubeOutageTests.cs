using Hotstack.Clusters.Stability;
using Hotstack.Clusters.Wait;
using Hotstack.Http;
using Hotstack.OpenShift;
using Xunit;

namespace Hotstack.Contract.Clusters;

/// <summary>The API server goes away, and comes back.</summary>
public abstract class KubeOutageTests(ContractCluster on) : KubeContractTests(on)
{
    [ContractFact]
    public async Task An_api_that_does_not_come_back_is_an_error()
    {
        await On.StopApiAsync(Stop);

        var e = await Assert.ThrowsAnyAsync<HotstackException>(
            () => new WaitForApi(Cluster, On.Activity).RunAsync(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(3), Stop));

        Assert.Equal((ErrorCause.TimedOut, "ApiNotReady"), (e.Cause, e.Id));
        await ComeBackAsync();
    }

    [ContractFact]
    public async Task An_api_that_comes_back_is_waited_for()
    {
        await On.StopApiAsync(Stop);
        var activity = new RecordingActivity();

        Task starting = On.StartApiAsync(Stop);
        await new WaitForApi(Cluster, activity).RunAsync(On.Pause, 2 * Minute, Stop);
        await starting;

        string[] told = [.. activity.Reports.Where(report => !report.Completed).Select(report => report.Status).Distinct()];
        TestContext.Current.TestOutputHelper?.WriteLine(string.Join('\n', told));
        Assert.DoesNotMatch("^\\d of 3 answers", told[0]);
        Assert.Equal(["2 of 3 answers in a row", "3 of 3 answers in a row"], told[^2..]);
        Assert.Equal(On.Nodes.Count, (await NodesAsync()).Count);
    }

    [ContractFact]
    public async Task No_failure_of_an_api_that_starts_is_taken_for_a_final_one()
    {
        await On.StopApiAsync(Stop);
        var patience = new ApiPatience(On.Time);
        var seen = new List<string>();
        Cluster polled = Cluster.ForPolling();
        (string What, Func<Task<int>> Call)[] calls =
        [
            ("nodes", async () => (await polled.ListNodesAsync(Stop)).Items.Count),
            ("operators", async () => (await polled.ListAsync(OpenShiftKinds.ClusterOperators, Stop)).Items.Count),
            ("discovery", async () => await polled.Api.IsServedAsync("config.openshift.io", "v1", Stop) ? 1 : 0),
        ];

        Task starting = On.StartApiAsync(Stop);
        await On.UntilAsync(
            "all can be read",
            async () =>
            {
                bool areThere = true;
                foreach ((string what, Func<Task<int>> call) in calls)
                {
                    (bool isThere, int count) = await patience.TryAsync(call);
                    areThere &= isThere && count > 0;
                    seen.Add($"{what}: {(isThere ? $"{count}" : $"{patience.LastFailure!.Status} {patience.LastFailure.Id} {patience.LastFailure.Reason}")}");
                }

                return areThere;
            },
            Stop);
        await starting;

        TestContext.Current.TestOutputHelper?.WriteLine(string.Join('\n', seen.Select(line => line.Split(" (request ")[0]).Distinct()));
        Assert.DoesNotMatch("^nodes: [0-9]+$", seen[0]);
        Assert.Null(patience.LastFailure);
    }

    [ContractFact]
    public async Task An_outage_begins_the_wait_for_stability_anew()
    {
        await On.StopApiAsync(Stop);

        Task starting = On.StartApiAsync(Stop);
        StabilityResult result = await new WaitForStability(Cluster, On.Activity)
            .RunAsync(TimeSpan.FromSeconds(2), new([], [], null), TimeSpan.FromSeconds(1), 2 * Minute, Stop);
        await starting;

        Assert.Contains(result.History, e => e.What.StartsWith("the operators could not be read: ", StringComparison.Ordinal));
        Assert.All(result.Operators, o => Assert.True(o.IsStable));
    }

    [ContractFact]
    public async Task A_call_that_is_repeated_outlives_a_short_outage()
    {
        await On.StopApiAsync(Stop);

        Task starting = On.StartApiAsync(Stop);
        await On.UntilAsync(
            "the nodes can be listed",
            async () =>
            {
                try
                {
                    return (await NodesAsync()).Count == On.Nodes.Count;
                }
                catch (ServiceException e) when (e.Cause is ErrorCause.ServiceUnavailable or ErrorCause.Forbidden)
                {
                    return false;
                }
            },
            Stop);
        await starting;
    }

    private async Task ComeBackAsync()
    {
        Task starting = On.StartApiAsync(Stop);
        await new WaitForApi(Cluster, On.Activity).RunAsync(On.Pause, 2 * Minute, Stop);
        await starting;
    }
}

[Trait("Contract", "Sandbox")]
public sealed class SandboxKubeOutageTests(SandboxContractCluster on) : KubeOutageTests(on), IClassFixture<SandboxContractCluster>;

[Trait("Contract", "KubeLab"), Collection(KubeLabCollection.Name)]
public sealed class LabKubeOutageTests(LabCluster on) : KubeOutageTests(on), IOnKubeLab;
