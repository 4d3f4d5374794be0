using Hotstack.Clusters;
using Hotstack.SnapSets;
using Hotstack.SnapSets.Marks;
using Xunit;

namespace Hotstack;

/// <summary>What is there for people to read: texts of sizes, times and lists.</summary>
public sealed class ReadableTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 14, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(0, "0 bytes")]
    [InlineData(1023, "1023 bytes")]
    [InlineData(1536, "1.5 KiB")]
    [InlineData(3.4 * (1L << 30), "3.4 GiB")]
    [InlineData(5e16, "45474.7 TiB")]
    public void Bytes_are_told_in_a_unit_that_fits(double bytes, string text) => Assert.Equal(text, ByteText.Of(bytes));

    [Theory]
    [InlineData(0, "0 servers")]
    [InlineData(1, "1 server")]
    [InlineData(2, "2 servers")]
    public void One_thing_is_not_told_as_several(int number, string text) => Assert.Equal(text, CountText.Of(number, "server"));

    [Theory]
    [InlineData(0, "0 s")]
    [InlineData(119, "119 s")]
    [InlineData(120, "2 min")]
    [InlineData(3600, "1 h")]
    [InlineData(25 * 3600, "25 h")]
    [InlineData((47 * 3600) + 120, "47 h 2 min")]
    [InlineData(7 * 86400, "7 d")]
    [InlineData((6 * 86400) + (3 * 3600) + 59, "6 d 3 h")]
    [InlineData((319 * 86400) + (14 * 3600), "319 d")]
    [InlineData(-300, "-5 min")]
    public void Durations_are_told_by_their_greatest_units(int seconds, string expected) =>
        Assert.Equal(expected, TimeText.Of(TimeSpan.FromSeconds(seconds)));

    [Theory]
    [InlineData(null, null)]
    [InlineData(-1, "expired")]
    [InlineData(0, "expired")]
    [InlineData(61, "61 s")]
    public void What_is_left_of_a_time_says_at_a_glance_when_nothing_is(int? seconds, string? expected) =>
        Assert.Equal(expected, TimeText.Left(seconds is { } s ? Noon.AddSeconds(s) : null, Noon));

    [Fact]
    public void Names_in_a_phrase_are_there_once_and_what_they_hide_is_written_out() =>
        Assert.Equal("a`u{1b}, b`u{fe0f}", PlainText.List(["b\ufe0f", "a\u001b", "a\u001b"]));

    [Fact]
    public void The_reason_of_a_service_is_quoted_on_one_line()
    {
        using var answer = System.Text.Json.JsonDocument.Parse(
            """{"resource_name": "a", "resource_status_reason": "Went to ERROR:\n  no valid host\r\n"}""");

        Assert.Equal("Went to ERROR: no valid host", OpenStack.Orchestration.StackResource.From(answer.RootElement).StatusReason);
    }

    [Theory]
    [InlineData("", new string[0])]
    [InlineData("controller", new[] { "controller" })]
    [InlineData("controller, master0", new[] { "controller", "master0" })]
    [InlineData("master0: gone; 1, 2 and 3", new[] { "master0: gone", "1, 2 and 3" })]
    public void A_list_is_told_so_that_one_sees_where_an_item_ends(string expected, string[] items)
    {
        Listing<string> listing = [.. items];

        Assert.Equal(expected, listing.ToString());
        Assert.Equal(items, listing);
    }

    [Fact]
    public void A_set_tells_its_age_its_size_and_what_is_left_of_its_times_as_of_when_it_was_read()
    {
        var set = new SnapSet
        {
            Id = "k3v9x2m1",
            CreatedAt = Noon,
            Age = TimeSpan.FromHours(3),
            State = SnapSetState.Complete,
            Members =
            [
                new() { Name = "controller", Role = "controller", ImageId = "a", Status = "active", Size = 3 << 29 },
                new() { Name = "master0", Role = "ocp_master", ImageId = "b", Status = "active", Size = 1 << 29,
                    Volumes = [new() { SnapshotId = "c", Size = 20 }] },
            ],
            ClusterRecord = new() { RecordedAt = Noon, UnattendedUntil = Noon.AddHours(2), AssistedUntil = Noon.AddDays(300) },
        };

        Assert.Equal(("3 h", "2.0 GiB", "20.0 GiB"), (set.AgeText, set.SizeText, set.VolumeSizeText));
        Assert.Equal(("expired", "299 d"), (set.UnattendedLeft, set.AssistedLeft));
        Assert.Equal("1.5 GiB", set.Members[0].SizeText);
        Assert.Equal("k3v9x2m1", $"{set}");
        Assert.Null((set with { ClusterRecord = null }).UnattendedLeft);
    }

    [Theory]
    [InlineData(true, false, "Ready")]
    [InlineData(true, true, "Ready, cordoned")]
    [InlineData(false, false, "NotReady")]
    [InlineData(false, true, "NotReady, cordoned")]
    public void A_node_tells_its_state_in_words(bool isReady, bool isCordoned, string expected) =>
        Assert.Equal(expected, new NodeReport { Name = "master0", Ready = isReady, IsUnschedulable = isCordoned }.Status);

    [Fact]
    public void Checks_are_read_the_worst_first_and_else_in_their_order()
    {
        ClusterCheck[] checks = [.. "P S W U F P F".Split(' ').Select((letter, i) =>
            new ClusterCheck("Check", ClusterCheckResult.WorstFirst.Single(word => word[0] == letter[0]), $"{letter}{i}"))];

        Assert.Equal("F4, F6, U3, W2, P0, P5, S1", $"{(Listing<string>)[.. ClusterCheck.WorstFirst(checks).Select(c => c.Message)]}");
    }

    [Fact]
    public void Nodes_are_recorded_in_the_order_of_their_servers()
    {
        NodeRecord[] nodes = [new() { Name = "x", InstanceName = "worker0" }, new() { Name = "z", InstanceName = "master0" }];

        Assert.Equal("z, x", $"{NodeRecord.InOrder(nodes)}");
    }
}
