using System.Text.Json.Nodes;
using Hotstack.Clusters.Wait;
using Hotstack.Sandbox;
using Hotstack.SnapSets.Find;
using Xunit;

namespace Hotstack.Clusters.Revive;

/// <summary>What the user waits for besides the cluster's own services.</summary>
public sealed class WaitForTests : ClusterFixture
{
    [Theory]
    [InlineData("openstackcontrolplane/*:Ready", "openstackcontrolplane||*|Ready|True")]
    [InlineData("osctlplane.core.openstack.org/openstack/control*:ready=False", "osctlplane.core.openstack.org|openstack|control*|ready|False")]
    [InlineData("clusterrole/system:node:Ready", "clusterrole||system:node|Ready|True")]
    public void A_condition_is_read(string text, string expected)
    {
        AwaitedCondition read = Assert.Single(AwaitedCondition.ParseAll([text]));

        Assert.Equal(expected, $"{read.Kind}|{read.Namespace}|{read.Name}|{read.Condition}|{read.Status}");
        Assert.Equal(text, read.ToString());
    }

    [Fact]
    public async Task What_cannot_be_read_is_refused_before_anything_is_started()
    {
        ClusterRecord record = (await SuspendAsync())!;

        var failure = await Assert.ThrowsAsync<ViolationsException>(() => ReviveAsync(
            record, "pods", "pods/:Ready", "a/b/c/d:Ready", "pods/x:", "p ods/x:Ready", "pods/x:Ready=maybe", "pods/x:=True"));

        Assert.Equal("WaitForInvalid", failure.Id);
        Golden.Message(failure);
        Assert.All(Statuses.Values, status => Assert.Equal("SHUTOFF", status));
    }

    [Theory]
    [InlineData("openstackcontrolplane/*:Ready")]
    [InlineData("openstackcontrolplanes/openstack/controlplane:Ready")]
    [InlineData("osctlplane.core.openstack.org/c*:Ready")]
    [InlineData("OpenStackControlPlane.v1beta1.core.openstack.org/open*/*:ready=true")]
    public async Task Objects_of_any_kind_are_waited_for_after_the_cluster_is_stable(string condition)
    {
        AddControlPlane("False");
        ClusterRecord record = (await SuspendAsync())!;
        Activity.Listener = (stream, text) =>
        {
            // The calls after this step are those of the wait.
            if (stream == "verbose" && text.Contains(": Apis: ", StringComparison.Ordinal))
            {
                Sandbox.Faults.Add(new Fault
                {
                    Kind = FaultKind.Status, Service = "kubernetes", Path = "/openstackcontrolplanes$", Status = 503, Times = 1,
                });
                SetReady("True");
            }
        };

        ReviveReport report = (await ReviveAsync(record, condition))!;

        Assert.True(report.IsHealthy, string.Join("\n", report.Assessment.Health.Reasons));
        TimelineEntry last = report.Timeline[^1];
        Assert.Equal("WaitFor", last.Step);
        Assert.StartsWith("openstackcontrolplanes openstack/controlplane is ", last.Result, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Conditions_that_are_not_met_in_time_are_named_with_their_messages()
    {
        await WithAllNodesAsync();
        AddControlPlane("False");
        ClusterRecord record = (await SuspendAsync())!;

        var failure = await Assert.ThrowsAsync<HotstackException>(() => ReviveAsync(record, "osctlplane/*:Ready", "nodes/worker*:Ready",
            "osctlplane/*:Unheard"));

        Assert.Equal("WaitForNotMet", failure.Id);
        Golden.Message(failure);
    }

    [Fact]
    public async Task Kinds_and_objects_that_do_not_exist_are_named_at_once()
    {
        await WithAllNodesAsync();
        ClusterRecord record = (await SuspendAsync())!;

        var ofKind = await Assert.ThrowsAsync<ViolationsException>(() => ReviveAsync(record, "openstackcontrolplain/*:Ready",
            "nodes.config.example/x:Ready"));
        DateTimeOffset start = Clock.GetUtcNow();
        var ofName = await Assert.ThrowsAsync<ViolationsException>(() => ReviveAsync(record, "osctlplane/*:Ready", "nodes/nobody*:Ready"));

        Assert.Equal(("WaitForNotFound", "WaitForNotFound"), (ofKind.Id, ofName.Id));
        Golden.Message(ofKind);
        Golden.Message(ofName, "names");
        Assert.InRange(Clock.GetUtcNow() - start, TimeSpan.Zero, TimeSpan.FromMinutes(30));
    }

    [Fact]
    public async Task A_group_that_does_not_answer_is_waited_for()
    {
        AddControlPlane("True");
        ClusterRecord record = (await SuspendAsync())!;
        Sandbox.Faults.Add(new Fault
        {
            Kind = FaultKind.Status, Service = "kubernetes", Path = "/apis/core.openstack.org/v1beta1$", Status = 503, Times = 3,
        });

        ReviveReport report = (await ReviveAsync(record, "openstackcontrolplane/*:Ready"))!;

        Assert.Equal("WaitFor", report.Timeline[^1].Step);
    }

    private void AddControlPlane(string ready)
    {
        Behind.Add("openstackcontrolplanes", JsonNode.Parse("""
            {"metadata": {"name": "controlplane", "namespace": "openstack"}, "spec": {}, "status": {"conditions": []} }
            """)!.AsObject());
        SetReady(ready);
    }

    private void SetReady(string ready) => Behind.Change("openstackcontrolplanes", "controlplane", o =>
        o["status"]!["conditions"] = JsonNode.Parse($$"""
            [{"type": "Ready", "status": "{{ready}}", "reason": "Requested", "message": "Deployment in progress"}]
            """), "openstack");

    private Task<ReviveReport?> ReviveAsync(ClusterRecord record, params string[] waitFor) =>
        new ReviveCluster(Cloud, Cluster, new RecordSearch(Cloud))
            .RunAsync(new() { Source = Stack, Record = record, WaitFor = waitFor, PollInterval = Seldom }, Activity, Yes, Stop);
}
