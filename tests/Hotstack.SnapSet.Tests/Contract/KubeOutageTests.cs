using Hotstack.Clusters;
using Hotstack.Clusters.Stability;
using Hotstack.Http;
using Hotstack.OpenShift;
using Xunit;

namespace Hotstack.Contract;

/// <summary>The API server goes away, and comes back.</summary>
public abstract class KubeOutageTests(ContractCluster on) : KubeContractTests(on)
{
    private static readonly TimeSpan Often = TimeSpan.FromMilliseconds(50);

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
        await new WaitForApi(Cluster, activity).RunAsync(Often, 2 * Minute, Stop);
        await starting;

        string[] told = [.. activity.Reports.Select(report => report.Status).Distinct()];
        TestContext.Current.TestOutputHelper?.WriteLine(string.Join('\n', told));
        Assert.DoesNotContain("ready, 3 of 3 times in a row", told[0], StringComparison.Ordinal);
        Assert.Contains("ready, 3 of 3 times in a row", told);
        Assert.Equal(On.Nodes.Count, (await NodesAsync()).Count);
    }

    [ContractFact]
    public async Task No_failure_of_an_api_that_starts_is_taken_for_a_final_one()
    {
        await On.StopApiAsync(Stop);
        var patience = new ApiPatience(On.Time);
        var seen = new List<string>();
        Cluster polled = Cluster.ForPolling();

        Task starting = On.StartApiAsync(Stop);
        await On.UntilAsync(
            "the nodes can be listed",
            async () =>
            {
                (bool isThere, _) = await patience.TryAsync(() => polled.Nodes.ListAsync(Stop));
                if (patience.LastFailure is { } failure)
                {
                    seen.Add($"{failure.Status} {failure.Id}: {failure.Reason}");
                }

                return isThere;
            },
            Stop);
        await starting;

        TestContext.Current.TestOutputHelper?.WriteLine(string.Join('\n', seen.Distinct()));
        Assert.NotEmpty(seen);
        Assert.Null(patience.LastFailure);
    }

    [ContractFact]
    public async Task An_outage_begins_the_wait_for_stability_anew()
    {
        await On.StopApiAsync(Stop);

        Task starting = On.StartApiAsync(Stop);
        StabilityResult result = await new WaitForStability(Cluster, On.Activity)
            .RunAsync(TimeSpan.FromSeconds(2), [], TimeSpan.FromSeconds(1), 2 * Minute, Stop);
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
        await new WaitForApi(Cluster, On.Activity).RunAsync(TimeSpan.FromMilliseconds(200), 2 * Minute, Stop);
        await starting;
    }
}

[Trait("Contract", "Sandbox")]
public sealed class SandboxKubeOutageTests(SandboxContractCluster on) : KubeOutageTests(on), IClassFixture<SandboxContractCluster>;

[Trait("Contract", "KubeLab"), Collection(KubeLabCollection.Name)]
public sealed class LabKubeOutageTests(LabCluster on) : KubeOutageTests(on), IOnKubeLab;
