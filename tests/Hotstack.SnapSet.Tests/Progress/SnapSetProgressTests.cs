using Hotstack.Sandbox;
using Hotstack.SnapSets;
using Hotstack.SnapSets.Create;
using Hotstack.SnapSets.Remove;
using Xunit;

namespace Hotstack.Progress;

public sealed class SnapSetProgressTests : SnapSetFixture
{
    private static readonly NewSnapSetRequest All = OfStack with { StopServers = true, StartServers = true };

    [Fact]
    public async Task Making_a_set_is_one_work_with_a_part_for_each_member()
    {
        await CreatedAsync(All);

        ProgressRules.Check(Activity, "Creating SnapSet");
        Assert.Subset(
            ProgressRules.Parts(Activity).ToHashSet(),
            new HashSet<string>(["controller (controller)", "worker1 (ocp_worker)", "Starting servers"]));
        HashSet<string> servers = [.. Sandbox.Cloud.Servers.Select(server => server.GuestName)];
        Assert.Equal(
            ["Creating SnapSet: percent limit", "Shutting down servers: percent limit", "Starting servers: percent limit"],
            ProgressRules.Table(Activity, work => servers.Contains(work.Split(' ')[0])));
    }

    [Theory]
    [InlineData(FaultKind.KillSnapshot)]
    [InlineData(FaultKind.SnapshotQuota)]
    public async Task It_is_ended_by_a_failure(FaultKind kind)
    {
        Sandbox.Faults.Add(new Fault { Kind = kind, Server = "master1" });

        await Assert.ThrowsAsync<SnapSetFailedException>(() => CreateAsync(All));

        ProgressRules.Check(Activity, "Creating SnapSet");
    }

    [Fact]
    public async Task It_is_ended_when_a_server_does_not_stop()
    {
        Sandbox.Faults.Add(new Fault { Kind = FaultKind.Status, Action = "os-stop", Status = 403 });

        await Assert.ThrowsAnyAsync<HotstackException>(() => CreateAsync(All));

        ProgressRules.Check(Activity, "Creating SnapSet");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(12)]
    [InlineData(30)]
    public async Task It_is_ended_by_the_user(int report)
    {
        using CancellationTokenSource stop = ProgressRules.StopAt(Activity, report);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => CreateAsync(All, stop.Token));

        ProgressRules.Check(Activity, "Creating SnapSet");
    }

    [Fact]
    public async Task Removing_several_sets_is_one_work_with_a_part_for_each()
    {
        Sandbox.Cloud.StopServers();
        SnapSet[] sets = [await CreatedAsync(), await CreatedAsync()];
        var activity = new RecordingActivity();

        await RemoveAsync(activity, [.. sets.Select(set => set.Id), "nope"], Stop);

        ProgressRules.Check(activity, "Removing 3 SnapSets");
        Assert.Equal(sets.Select(set => $"Removing SnapSet {set.Id}").Order(), ProgressRules.Parts(activity).Order());
        Assert.Equal(["Removing 3 SnapSets: percent", "Removing SnapSet: percent"], ProgressRules.Table(activity, _ => false));
        Assert.Contains(activity.Reports, report => report.Percent == 100 && report.Work.StartsWith("Removing SnapSet ", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    public async Task Removing_is_ended_by_the_user(int report)
    {
        Sandbox.Cloud.StopServers();
        SnapSet[] sets = [await CreatedAsync(), await CreatedAsync()];
        var activity = new RecordingActivity();
        using CancellationTokenSource stop = ProgressRules.StopAt(activity, report);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => RemoveAsync(activity, [.. sets.Select(set => set.Id)], stop.Token));

        ProgressRules.Check(activity, "Removing 2 SnapSets");
    }

    [Fact]
    public async Task Removing_one_is_a_work_of_its_own_also_when_it_fails()
    {
        Sandbox.Cloud.StopServers();
        SnapSet set = await CreatedAsync();
        var activity = new RecordingActivity();
        Sandbox.Faults.Add(new Fault { Kind = FaultKind.Status, Method = "DELETE", Service = "image", Status = 409, Times = 0 });

        await RemoveAsync(activity, [set.Id], Stop);

        ProgressRules.Check(activity, $"Removing SnapSet {set.Id}");
    }

    private Task RemoveAsync(RecordingActivity activity, string[] ids, CancellationToken stop) => new RemoveSnapSets(Cloud).RunAsync(
        new RemoveSnapSetsRequest { Ids = [.. ids] }, activity, Yes, _ => { }, _ => { }, stop);
}
