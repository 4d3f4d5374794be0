using Hotstack.Sandbox;
using Hotstack.Sandbox.Cluster;
using Xunit;

namespace Hotstack.Clusters;

/// <summary>The namespace that helper pods run in takes none until it has got a service account.</summary>
public sealed class HelperNamespaceTests : ClusterFixture
{
    private static readonly SuspendClusterRequest Usual = new() { Source = Stack };

    private ClusterDurations _durations = new();

    protected override SandboxOptions Options => new() { Clock = Clock, ClusterDurations = _durations };

    [Fact]
    public async Task A_controller_that_makes_no_service_accounts_is_not_waited_for()
    {
        _durations = new ClusterDurations { ServiceAccount = TimeSpan.FromDays(1) };
        await RestartAsync();

        Assert.NotNull(await SuspendAsync(Usual));
        Assert.All(Statuses.Values, status => Assert.Equal("SHUTOFF", status));
    }

    [Fact]
    public async Task A_controller_that_was_first_is_no_error()
    {
        Activity.Listener = (_, text) =>
        {
            if (text.Contains("/api/v1/namespaces -> 201", StringComparison.Ordinal))
            {
                Clock.Advance(TimeSpan.FromSeconds(1));
            }
        };

        Assert.NotNull(await SuspendAsync(Usual));

        Assert.Contains(Activity.Everything, m => m.Contains("/serviceaccounts -> 409", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Without_one_nothing_is_armed_and_the_namespace_goes_again()
    {
        Sandbox.Faults.Add(new Fault { Kind = FaultKind.Status, Service = "kubernetes", Path = "/serviceaccounts$", Status = 500, Times = 0 });

        var failure = await Assert.ThrowsAsync<HotstackException>(() => SuspendAsync(Usual));

        Assert.Contains("/serviceaccounts: 500", failure.Message, StringComparison.Ordinal);
        Assert.Contains("Nothing was shut down; all was taken back.", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("shutdown -c", failure.Message, StringComparison.Ordinal);
        Assert.All(NodeNames, node => Assert.Null(Behind.ScheduledShutdown(node)));
        Assert.DoesNotContain(Behind.List("namespaces"), n => ((string)n["metadata"]!["name"]!).StartsWith("hotstack", StringComparison.Ordinal));
    }
}
