using Hotstack.Deployments;
using Hotstack.OpenStack;
using Hotstack.SnapSets.Find;
using Hotstack.SnapSets.Remove;
using Xunit;

namespace Hotstack.SnapSets.Test;

/// <summary>The cloud's clock decides what is the latest set and what is old, however wrong the makers' and the readers' clocks are.</summary>
public sealed class SnapSetTimeTests : SnapSetFixture
{
    private const string CreatedAtKey = "hotstack_created_at";

    [Theory]
    [InlineData(0, 0)]
    [InlineData(3, 0)]
    [InlineData(-3, 0)]
    [InlineData(0, 3)]
    [InlineData(0, -3)]
    [InlineData(3, -3)]
    [InlineData(-3, 3)]
    public async Task The_newest_set_is_the_latest_and_the_oldest_is_removed(int makerDays, int readerDays)
    {
        SnapSet old = await CreatedOnAsync(TimeSpan.Zero);
        Clock.Advance(TimeSpan.FromHours(2));
        SnapSet middle = await CreatedOnAsync(TimeSpan.FromDays(makerDays));
        Clock.Advance(TimeSpan.FromHours(2));
        SnapSet latest = await CreatedOnAsync(TimeSpan.FromDays(-makerDays));
        using Cloud reader = Cloud.Connect(Configuration("sandbox"), Activity, new SkewedClock(Clock, TimeSpan.FromDays(readerDays)));
        var find = new GetSnapSets(reader);

        Assert.Equal([latest.Id, middle.Id, old.Id], (await find.RunAsync(new(), Stop)).Select(set => set.Id));
        SnapSet found = Assert.Single(await find.RunAsync(new() { Latest = true }, Stop));
        Assert.Equal(latest.Id, found.Id);
        Assert.InRange(found.Age, TimeSpan.Zero, TimeSpan.FromHours(1));

        Assert.Equal("", await PruneAsync(reader, new() { OlderThan = TimeSpan.FromDays(1) }));
        Assert.Equal(old.Id, await PruneAsync(reader, new() { OlderThan = TimeSpan.FromHours(3) }));
        Assert.Equal(middle.Id, await PruneAsync(reader, new() { KeepLast = 1 }));
    }

    [Theory]
    [InlineData(3, true)]
    [InlineData(-3, true)]
    [InlineData(0, false)]
    public async Task An_impossible_recorded_time_is_reported_and_ignored(int makerDays, bool isTold)
    {
        SnapSet set = await CreatedOnAsync(TimeSpan.FromDays(makerDays));
        DateTimeOffset made = SetImages.Min(image => image.CreatedAt);

        SnapSet found = Assert.Single(await new GetSnapSets(Cloud) { Activity = Activity }.RunAsync(new(), Stop));

        Assert.Equal(made, found.CreatedAt);
        Assert.Equal(isTold, Activity.Warnings.Any(warning => warning.Contains(set.Id, StringComparison.Ordinal)));
        SnapSetFinding finding = (await new TestSnapSet(Cloud).RunAsync(set.Id, Stop)).Single(f => f.Check == "Dated");
        Assert.Equal(isTold ? SnapSetCheckResult.Warning : SnapSetCheckResult.Passed, finding.Result);
    }

    [Theory]
    [InlineData(-30, -30)]
    [InlineData(30, 0)]
    public async Task An_imported_set_has_the_earlier_time(int recordedDays, int expectedDays)
    {
        await CreatedOnAsync(TimeSpan.FromDays(recordedDays));
        foreach (Sandbox.Imaging.Image image in SetImages)
        {
            image.Properties["hotstack_import"] = "0123456789abcdef";
            image.Properties.Remove("instance_uuid");
        }

        SnapSet found = Assert.Single(await FindAsync());

        DateTimeOffset expected = SetImages.Min(image => image.CreatedAt) + TimeSpan.FromDays(expectedDays);
        Assert.InRange(found.CreatedAt, expected - TimeSpan.FromHours(1), expected);
    }

    [Fact]
    public async Task Retention_refuses_a_set_from_the_future_of_the_clouds_clock()
    {
        Sandbox.Cloud.AddUpstreamSnapSet("mp65jst2", age: TimeSpan.FromMinutes(-10));

        foreach (SnapSetRetention retention in new SnapSetRetention[] { new() { OlderThan = TimeSpan.Zero }, new() { KeepLast = 0 } })
        {
            var e = await Assert.ThrowsAsync<HotstackException>(() => PruneAsync(Cloud, retention));
            Assert.Equal(("RetentionTimeUnclear", "mp65jst2"), (e.Id, e.Target));
        }

        Assert.Single(await FindAsync());
    }

    [Theory]
    [InlineData(-30, 10, "RetentionTimeUnclear")]
    [InlineData(-30, 40, "RetentionTimeUnclear")]
    [InlineData(30, 10, null)]
    [InlineData(0, 10, null)]
    public async Task Retention_refuses_a_cloud_clock_that_is_ahead_unless_a_set_confirms_it(int ourDays, int ageDays, string? refusal)
    {
        Sandbox.Cloud.AddUpstreamSnapSet("mp65jst2", age: TimeSpan.FromDays(ageDays + 30));
        using Cloud reader = Cloud.Connect(Configuration("sandbox"), Activity, new SkewedClock(Clock, TimeSpan.FromDays(ourDays)));
        var retention = new SnapSetRetention { OlderThan = TimeSpan.FromDays(7) };

        Exception? e = await Record.ExceptionAsync(() => PruneAsync(reader, retention));

        Assert.Equal(refusal, (e as HotstackException)?.Id);
        Assert.Equal(refusal is null ? 0 : 1, (await FindAsync()).Count);
        Sandbox.Cloud.AddUpstreamSnapSet("newest00");
        Assert.Equal(refusal is null ? "" : "mp65jst2", await PruneAsync(reader, retention));
    }

    [Fact]
    public async Task Retention_with_nothing_to_remove_says_so_and_what_it_keeps()
    {
        Sandbox.Cloud.AddUpstreamSnapSet("mp65jst2", age: TimeSpan.FromDays(3));
        Sandbox.Cloud.AddUpstreamSnapSet("k3v9x2m1", age: TimeSpan.FromDays(5));

        await PruneAsync(Cloud, new() { OlderThan = TimeSpan.FromDays(30) });
        Assert.Contains("Nothing to remove: 0 of 2 sets are older than 30 d.", Activity.Steps);
        Assert.Contains("SnapSet k3v9x2m1 is kept: it is 5 d old.", Activity.Steps);

        await PruneAsync(Cloud, new() { OlderThan = TimeSpan.FromDays(4), KeepLast = 1 });
        Assert.Contains("1 of 2 sets is older than 4 d and not among the newest 1 of their stacks.", Activity.Steps);
        Assert.Empty(Activity.Warnings);
    }

    [Fact]
    public async Task Retention_names_the_sets_whose_time_Glance_does_not_tell()
    {
        Sandbox.Cloud.AddUpstreamSnapSet("mp65jst2", age: TimeSpan.FromDays(3));
        Sandbox.Cloud.AddUpstreamSnapSet("k3v9x2m1", age: TimeSpan.FromDays(5));
        foreach (Sandbox.Imaging.Image image in Sandbox.Cloud.Images.Where(image => image.Tags.Contains("snap_id=k3v9x2m1")))
        {
            image.HidesTime = true;
        }

        Assert.Equal("mp65jst2", await PruneAsync(Cloud, new() { KeepLast = 0 }));

        Assert.Equal("k3v9x2m1", Assert.Single(await FindAsync()).Id);
        string warning = Assert.Single(Activity.Warnings);
        Assert.Contains("Glance does not tell when 1 SnapSet was made: k3v9x2m1. It is neither counted nor removed.", warning, StringComparison.Ordinal);
    }

    /// <summary>A set whose record was written by a clock that is off.</summary>
    private async Task<SnapSet> CreatedOnAsync(TimeSpan skew)
    {
        Sandbox.Cloud.StopServers();
        SnapSet set = await CreatedAsync();
        foreach (Sandbox.Imaging.Image image in SetImages.Where(image => image.Properties["hotstack_snap_id"] == set.Id))
        {
            image.Properties[CreatedAtKey] = ClusterProperties.Text(set.CreatedAt + skew);
        }

        return set;
    }

    private async Task<string> PruneAsync(Cloud cloud, SnapSetRetention retention)
    {
        List<string> removed = [];
        await new RemoveSnapSets(cloud).RunAsync(
            new() { Retention = retention }, Activity, Yes, set => removed.Add(set.Id), e => throw e, Stop);
        return string.Join(' ', removed);
    }
}
