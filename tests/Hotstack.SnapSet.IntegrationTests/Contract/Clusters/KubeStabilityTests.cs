using Hotstack.Clusters.Stability;
using Xunit;

namespace Hotstack.Contract.Clusters;

/// <summary>A cluster is stable when all of its operators have been for some time.</summary>
public abstract class KubeStabilityTests(ContractCluster on) : KubeContractTests(on)
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [ContractFact]
    public async Task Operators_that_stay_as_they_are_are_stable()
    {
        StabilityResult result = await WaitAsync(On.Activity, 2 * Second, Minute);

        Assert.NotEmpty(result.Operators);
        Assert.All(result.Operators, o => Assert.True(o.IsStable));
        Assert.Empty(result.History);
    }

    [ContractFact]
    public async Task An_operator_that_is_not_well_is_named_when_the_time_is_over()
    {
        await On.SetOperatorAsync("dns", "Degraded", "True", Stop);

        var e = await Assert.ThrowsAsync<ClusterNotStableException>(() => WaitAsync(On.Activity, 2 * Second, 4 * Second));

        Assert.Equal("dns", Assert.Single(e.Culprits).Name);
        Assert.Equal(["Degraded"], e.Culprits[0].Problems);
        Assert.Contains("dns", e.Message, StringComparison.Ordinal);
    }

    [ContractFact]
    public async Task An_operator_that_is_not_well_may_be_ignored()
    {
        await On.SetOperatorAsync("dns", "Available", "False", Stop);

        StabilityResult result = await WaitAsync(On.Activity, 2 * Second, Minute, "dn*");

        Assert.DoesNotContain(result.Operators, o => o.Name == "dns");
    }

    [ContractFact]
    public async Task An_operator_that_becomes_well_begins_the_time()
    {
        await On.SetOperatorAsync("dns", "Progressing", "True", Stop);
        var activity = new FirstLookActivity(() => On.SetOperatorAsync("dns", "Progressing", "False", Stop));

        StabilityResult result = await WaitAsync(activity, 2 * Second, Minute);

        Assert.Equal(["dns is Progressing", "dns became stable"], result.History.Select(Short));
    }

    [ContractFact]
    public async Task An_operator_that_falters_between_two_looks_begins_the_time_anew()
    {
        var activity = new FirstLookActivity(async () =>
        {
            // Transitions are told in whole seconds: this one must not be that of an earlier test.
            await Task.Delay(1100, Stop);
            await On.SetOperatorAsync("dns", "Degraded", "True", Stop);
            await On.SetOperatorAsync("dns", "Degraded", "False", Stop);
        });

        StabilityResult result = await WaitAsync(activity, 3 * Second, Minute);

        Assert.Equal(["dns was unstable between two polls"], result.History.Select(Short));
    }

    private static string Short(StabilityEvent e) => e.ToString().Split(" (")[0];

    private Task<StabilityResult> WaitAsync(IActivity activity, TimeSpan stableFor, TimeSpan timeout, params string[] ignore) =>
        new WaitForStability(Cluster, activity).RunAsync(stableFor, new(ignore, [], null), Second, timeout, Stop);

    /// <summary>Does something after the first look, and has the next wait for it.</summary>
    private sealed class FirstLookActivity(Func<Task> action) : IActivity
    {
        private int _isDone;

        public void Progress(ProgressReport report)
        {
            if (Interlocked.Exchange(ref _isDone, 1) == 0)
            {
                Task.Run(action).GetAwaiter().GetResult();
            }
        }

        public void Verbose(DisplayText message)
        {
        }

        public void Debug(DisplayText message)
        {
        }

        public void Warning(DisplayText message)
        {
        }
    }
}

[Trait("Contract", "Sandbox")]
public sealed class SandboxKubeStabilityTests(SandboxContractCluster on)
    : KubeStabilityTests(on), IClassFixture<SandboxContractCluster>;

[Trait("Contract", "KubeLab"), Collection(KubeLabCollection.Name)]
public sealed class LabKubeStabilityTests(LabCluster on) : KubeStabilityTests(on), IOnKubeLab;
