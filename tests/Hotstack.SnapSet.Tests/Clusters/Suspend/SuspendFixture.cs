using Hotstack.Sandbox;
using Xunit;

namespace Hotstack.Clusters.Suspend;

/// <summary>A cluster that is to be suspended.</summary>
public abstract class SuspendFixture : ClusterFixture
{
    private protected static readonly SuspendClusterRequest Usual = new() { Source = Stack, PollInterval = Seldom };

    private protected Scenario Scenario { get; set; } = Scenario.Multi;

    private protected TimeSpan Age { get; set; } = TimeSpan.FromDays(45);

    private protected ClusterDurations Durations { get; set; } = new();

    private protected SandboxQuotas Quotas { get; set; } = new();

    protected override SandboxOptions Options => base.Options with
    {
        ClusterAge = Age, Scenario = Scenario, ClusterDurations = Durations, Quotas = Quotas,
    };

    private protected void AssertNothingHappened()
    {
        Clock.Advance(TimeSpan.FromMinutes(30));
        Assert.All(Statuses.Values, status => Assert.Equal("ACTIVE", status));
        Assert.All(NodeNames, node => Assert.Null(Behind.ScheduledShutdown(node)));
        Assert.Empty(Cordoned);
        Assert.Empty(HelperNamespaces);
        Assert.Empty(Noted);
    }
}
