using Hotstack.Sandbox;
using Xunit;

namespace Hotstack.Clusters.Revive;

public sealed class WaitForApiServicesTests : ClusterFixture
{
    [Fact]
    public async Task A_version_that_is_available_and_not_served_is_waited_for()
    {
        Sandbox.Faults.Add(new Fault
        {
            Service = "kubernetes", Path = "^/apis/route.openshift.io/v1$", Kind = FaultKind.Status, Status = 404, Times = 2,
        });

        await WaitAsync();

        Assert.Equal(2, Activity.Reports.Count(r => r.Status.Contains("v1.route.openshift.io", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_version_that_is_never_served_is_named()
    {
        Sandbox.Faults.Add(new Fault
        {
            Service = "kubernetes", Path = "^/apis/route.openshift.io/v1$", Kind = FaultKind.Status, Status = 404, Times = 0,
        });

        var failure = await Assert.ThrowsAsync<HotstackException>(WaitAsync);

        Assert.Equal("ApiServicesNotAvailable", failure.Id);
        Golden.Message(failure);
    }

    [Fact]
    public async Task Objects_that_cannot_be_read_are_waited_for_too()
    {
        Sandbox.Faults.Add(new Fault
        {
            Service = "kubernetes", Path = "/openshift-console/routes", Kind = FaultKind.Status, Status = 503, Times = 0,
        });

        var failure = await Assert.ThrowsAsync<HotstackException>(WaitAsync);

        Golden.Message(failure);
    }

    [Fact]
    public async Task A_cluster_without_routes_is_not_asked_for_any()
    {
        Behind.Remove("apiservices", "v1.route.openshift.io");

        await WaitAsync();

        Assert.DoesNotContain(Calls, c => c.Path.Contains("/routes", StringComparison.Ordinal));
    }

    private Task WaitAsync() =>
        new WaitForApiServices(Cluster, new([], [], null), Activity).RunAsync(TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(2), Stop);
}
