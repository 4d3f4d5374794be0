using System.Text.Json;
using Hotstack.Restoring;
using Hotstack.Sandbox;
using Hotstack.SnapSets.Find;
using Hotstack.SnapSets.Marks;
using Xunit;

namespace Hotstack.SnapSets.Restore;

public sealed class RestoreFailureTests : RestoreFixture
{
    /// <summary>Heat cannot know beforehand that a network has no place for an address.</summary>
    private static string Broken(SnapSet set) => TemplateOf([.. set.Members.Select(m => (m.Name, (string?)m.MacAddress))])
        .Replace("  master1-port:\n    type: OS::Neutron::Port\n    properties:\n",
            "  master1-port:\n    type: OS::Neutron::Port\n    properties:\n      fixed_ips: [{ip_address: 10.1.1.1}]\n",
            StringComparison.Ordinal);

    [Fact]
    public async Task A_failure_names_the_resource_and_the_reason_and_the_stack_stays()
    {
        SnapSet set = await FreezeAsync();

        var e = await Assert.ThrowsAsync<HotstackException>(() => RestoreAsync(Of(set, Broken(set)) with { AllowAddressChange = true }));

        Assert.Equal((ErrorCause.OperationFailed, "StackFailed"), (e.Cause, e.Id));
        Golden.Message(e);
        Assert.Equal("CREATE_FAILED", (await StackAsync())!.Status);
        Assert.Equal(SnapSetState.Complete, (await new GetSnapSets(Cloud).GetAsync(set.Id, Stop)).State);
    }

    [Fact]
    public async Task A_failed_stack_is_deleted_on_request()
    {
        SnapSet set = await FreezeAsync();
        int servers = Sandbox.Cloud.Servers.Count;

        var e = await Assert.ThrowsAsync<HotstackException>(() => RestoreAsync(Of(set, Broken(set)) with { AllowAddressChange = true, RollbackOnFailure = true }));

        Golden.Message(e);
        Assert.Null(await StackAsync());
        Assert.Equal(servers, Sandbox.Cloud.Servers.Count);
        Assert.Equal(SnapSetState.Complete, (await new GetSnapSets(Cloud).GetAsync(set.Id, Stop)).State);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_set_is_unchanged_whatever_happens_to_the_stack(bool fails)
    {
        SnapSet set = await FreezeAsync();
        string before = await ImagesOfAsync(set);
        Assert.Contains(set.Id, before, StringComparison.Ordinal);

        Task restoring = RestoreAsync(
            Of(set, fails ? Broken(set) : null) with { AllowAddressChange = true, RollbackOnFailure = true });

        Assert.Equal(fails, await Record.ExceptionAsync(() => restoring) is HotstackException);
        Assert.Equal(before, await ImagesOfAsync(set));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_timeout_lists_what_is_unfinished(bool rollsBack)
    {
        SnapSet set = await FreezeAsync();

        var e = await Assert.ThrowsAsync<HotstackException>(() => RestoreAsync(
            Of(set) with { Timeout = TimeSpan.FromSeconds(2), PollInterval = TimeSpan.FromSeconds(1), RollbackOnFailure = rollsBack }));

        Assert.Equal((ErrorCause.TimedOut, "StackTimeout"), (e.Cause, e.Id));
        Golden.Message(e);
        Assert.Equal(rollsBack, await StackAsync() is null);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_cancel_reports_the_fate_of_the_stack(bool rollsBack)
    {
        SnapSet set = await FreezeAsync();
        using var stop = new CancellationTokenSource();
        Activity.Listener = (stream, text) =>
        {
            if (stream == "verbose" && text.StartsWith("Heat creates stack", StringComparison.Ordinal))
            {
                stop.Cancel();
            }
        };

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => RunAsync(Of(set) with { RollbackOnFailure = rollsBack }, stop: stop.Token));

        Assert.Contains(Activity.Warnings, w => w.StartsWith("Stopped. ", StringComparison.Ordinal)
            && w.Contains(rollsBack ? "The stack was deleted again" : "The stack stays for inspection", StringComparison.Ordinal));
        Assert.Equal(rollsBack, await StackAsync() is null);
        Assert.All(Activity.Reports.Select(r => r.Work).Distinct(),
            work => Assert.True(Activity.Reports.Last(r => r.Work == work).Completed));
    }

    [Fact]
    public async Task A_lost_answer_makes_no_second_stack()
    {
        SnapSet set = await FreezeAsync();
        Sandbox.Faults.Add(new Fault { Kind = FaultKind.LostAnswer, Service = "orchestration", Method = "POST", Path = "/stacks$" });

        RestoredStack stack = await RestoreAsync(Of(set));

        Assert.Equal((await StackAsync())!.Id, stack.StackId);
        Assert.Single(StackWrites);
        Assert.Single(await Cloud.Stacks.ListNamesAsync(Stop), name => name == Target);
    }

    [Fact]
    public async Task Transient_failures_of_Heat_do_not_fail_a_restore()
    {
        SnapSet set = await FreezeAsync();
        Sandbox.Faults.Add(new Fault { Kind = FaultKind.Status, Service = "orchestration", Method = "GET", Path = "/resources$",
            Status = 503, Nth = 2, Times = 8 });

        Assert.Equal(6, (await RestoreAsync(Of(set))).Servers.Count);
    }

    [Fact]
    public async Task An_expired_set_is_refused_unless_allowed()
    {
        Clusters.ClusterRecord record = new() { RecordedAt = Clock.GetUtcNow(), UnattendedUntil = Clock.GetUtcNow() + TimeSpan.FromDays(20),
            AssistedUntil = Clock.GetUtcNow() + TimeSpan.FromDays(60) };
        SnapSet set = await FreezeAsync(OfStack with { Cluster = record });
        Clock.Advance(TimeSpan.FromDays(30));
        Assert.NotNull(await RunAsync(Of(set)));
        Assert.Contains(Activity.Warnings, w => w.StartsWith("The kubelets' certificates expired on ", StringComparison.Ordinal));
        Clock.Advance(TimeSpan.FromDays(40));

        var e = await Assert.ThrowsAsync<ViolationsException>(() => RestoreAsync(Of(set) with { StackName = "hs-late" }));

        Assert.Contains("use -AllowExpired", Assert.Single(e.Violations), StringComparison.Ordinal);
        Assert.NotNull(await RunAsync(Of(set) with { StackName = "hs-late", AllowExpired = true }));
        Assert.Contains(Activity.Warnings, w => w.Contains("certificates that nothing renews are expired", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Somebody_elses_stack_of_the_same_name_is_not_changed()
    {
        SnapSet set = await FreezeAsync();
        Sandbox.Faults.Add(new Fault
        {
            Kind = FaultKind.Status, Service = "orchestration", Method = "POST", Path = "/stacks$", Status = 409,
            Body = """{"code": 409, "title": "Conflict", "explanation": "x", "error": {"type": "StackExists", "message": "The Stack (hs-again) already exists.", "traceback": null}}""",
        });

        var e = await Assert.ThrowsAsync<HotstackException>(() => RestoreAsync(Of(set) with { RollbackOnFailure = true }));

        Assert.Equal("StackExists", e.Id);
        Assert.DoesNotContain(StackWrites, c => c.Method == "DELETE");
    }

    private async Task<string> ImagesOfAsync(SnapSet set) =>
        JsonSerializer.Serialize(await Cloud.Images.ListAsync([SnapSetProperties.OfSet(set.Id)], Stop));
}
