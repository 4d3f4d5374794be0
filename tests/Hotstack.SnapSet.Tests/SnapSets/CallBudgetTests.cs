using Hotstack.Deployments;
using Hotstack.Sandbox;
using Hotstack.SnapSets.Create;
using Xunit;

namespace Hotstack.SnapSets;

/// <summary>What a set costs in HTTP calls and in waiting, which does not depend on the machine.</summary>
public sealed class CallBudgetTests : SnapSetFixture
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Slowest = TimeSpan.FromSeconds(300);

    protected override SandboxOptions Options => new()
    {
        Clock = Clock,
        SnapshotsPerHost = 100,
        Durations = new SandboxDurations
        {
            SnapshotRequest = TimeSpan.Zero,
            SnapshotPending = TimeSpan.FromSeconds(3),
            SnapshotUploadBase = Slowest - TimeSpan.FromSeconds(3),
            SnapshotUploadPerGiB = TimeSpan.Zero,
            SnapshotFinish = TimeSpan.Zero,
        },
    };

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(32)]
    public async Task Six_calls_a_set_four_a_member_and_two_a_look(int members)
    {
        Sandbox.Cloud.StopServers();
        Sandbox.Cloud.AddServers(members);
        Instance[] instances = [.. await new GetInstances(Cloud).RunAsync(
            new InstanceSource { Servers = [.. Enumerable.Range(0, members).Select(i => $"extra{i}")],
                Roles = [.. Enumerable.Repeat("ocp_worker", members)] },
            Activity, Stop)];
        using var cloud = OpenStack.Cloud.Connect(Configuration("sandbox"), Activity, Clock);
        Sandbox.Calls.Clear();
        DateTimeOffset begun = Clock.GetUtcNow();

        SnapSet? set = await new NewSnapSet(cloud).RunAsync(
            new NewSnapSetRequest { Source = new InstanceSource { Instances = instances }, PollInterval = Interval }, Activity, Yes, Stop);

        Assert.Equal(SnapSetState.Complete, set!.State);
        TimeSpan took = Clock.GetUtcNow() - begun;
        Assert.InRange(took, Slowest, Slowest + Interval);
        int looks = (int)Math.Ceiling(Slowest / Interval);
        int stuckChecks = members * 2; // after 60 and 180 seconds; the next would be after 420
        TestContext.Current.TestOutputHelper?.WriteLine($"{members} members: {Calls.Count()} calls, {took}");
        // A look asks for the images twice: hidden ones are in a list of their own.
        // Three of the six are Neutron's: ports, networks and subnets, whatever the number of members.
        Assert.InRange(Calls.Count(), 0, 6 + (4 * members) + (2 * looks) + stuckChecks);
    }
}
