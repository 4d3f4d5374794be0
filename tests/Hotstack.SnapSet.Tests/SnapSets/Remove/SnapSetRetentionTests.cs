using Xunit;

namespace Hotstack.SnapSets.Remove;

public sealed class SnapSetRetentionTests
{
    private static readonly SnapSet[] Sets =
    [
        Set("a1", 1, "a"), Set("a2", 2, "a"), Set("a3", 30, "a"), Set("a4", 40, "a", SnapSetState.Unverified),
        Set("b1", 50, "b"), Set("broken", 60, "b", SnapSetState.Incomplete), Set("making", 70, "b", SnapSetState.Incomplete, "queued"),
    ];

    [Theory]
    [InlineData(null, 2, "a3 a4")]
    [InlineData(null, 0, "a1 a2 a3 a4 b1")]
    [InlineData(20, null, "a3 a4 b1 broken")]
    [InlineData(20, 1, "a3 a4 broken")]
    [InlineData(35, 3, "a4 broken")]
    [InlineData(100, null, "")]
    public void Sets_are_selected_by_age_and_by_rank_in_the_stack(int? days, int? keep, string expected)
    {
        var retention = new SnapSetRetention { OlderThan = days is { } d ? TimeSpan.FromDays(d) : null, KeepLast = keep };

        Assert.Equal(expected, string.Join(' ', retention.Choose(Sets).Select(s => s.Id)));
    }

    /// <summary>A set that does not show until when its cluster can be revived stands for none that does.</summary>
    [Fact]
    public void Sets_without_dates_are_counted_separately()
    {
        SnapSet[] sets = [Set("plain1", 1, "a"), Dated("dated1", 2), Set("plain2", 3, "a"), Dated("dated2", 4)];

        Assert.Equal(["plain2", "dated2"], new SnapSetRetention { KeepLast = 1 }.Choose(sets).Select(s => s.Id));

        static SnapSet Dated(string id, int days) => Set(id, days, "a") with
        {
            ClusterRecord = new() { RecordedAt = DateTimeOffset.UnixEpoch, AssistedUntil = DateTimeOffset.UnixEpoch.AddDays(2000) },
        };
    }

    /// <summary>Without its time, a set would be the oldest of all.</summary>
    [Theory]
    [InlineData(20, null)]
    [InlineData(null, 0)]
    [InlineData(20, 1)]
    public void A_set_whose_time_cannot_be_read_is_neither_counted_nor_removed(int? days, int? keep)
    {
        SnapSet lost = Set("lost", 1, "a") with { CreatedAt = DateTimeOffset.MinValue, Age = TimeSpan.FromDays(700_000) };
        var retention = new SnapSetRetention { OlderThan = days is { } d ? TimeSpan.FromDays(d) : null, KeepLast = keep };

        Assert.Equal(retention.Choose(Sets).Select(set => set.Id), retention.Choose([lost, .. Sets]).Select(set => set.Id));
        Assert.Equal("Glance does not tell when it was made", retention.Judge([lost]).Single().Why);
    }

    [Fact]
    public void Each_set_that_is_kept_has_a_reason()
    {
        string[] Kept(SnapSetRetention rule) =>
            [.. rule.Judge(Sets).Where(verdict => !verdict.IsRemoved).Select(verdict => $"{verdict.Set.Id}: {verdict.Why}")];

        Assert.Equal(
            ["a1: it is among the newest 2 of stack a, counted among the sets without dates of revival",
                "a2: it is among the newest 2 of stack a, counted among the sets without dates of revival",
                "b1: it is among the newest 2 of stack b, counted among the sets without dates of revival",
                "broken: it is Incomplete, so -KeepLast does not count it", "making: Nova, Glance or Cinder may still work on it"],
            Kept(new() { KeepLast = 2 }));
        Assert.Equal(
            ["a1: it is 24 h old", "a2: it is 2 d old", "making: Nova, Glance or Cinder may still work on it"], Kept(new() { OlderThan = TimeSpan.FromDays(20) }));
    }

    private static SnapSet Set(string id, int days, string stack, string state = SnapSetState.Complete, string status = "active") => new()
    {
        Id = id,
        Age = TimeSpan.FromDays(days),
        CreatedAt = DateTimeOffset.UnixEpoch.AddDays(1000 - days),
        State = state,
        Facts = new() { StackName = stack },
        Members = [new SnapSetMember { Name = "controller", Role = "controller", ImageId = id, Status = status,
            IsReady = status == "active" }],
    };
}
