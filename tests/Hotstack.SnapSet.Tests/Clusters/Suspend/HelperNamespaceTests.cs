using Hotstack.Sandbox;
using Xunit;

namespace Hotstack.Clusters.Suspend;

/// <summary>The namespace that helper pods run in takes none until it has got a service account.</summary>
public sealed class HelperNamespaceTests : ClusterFixture
{
    private static readonly SuspendClusterRequest Usual = new() { Source = Stack };

    private ClusterDurations _durations = new();

    protected override SandboxOptions Options => base.Options with { ClusterDurations = _durations };

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
}
