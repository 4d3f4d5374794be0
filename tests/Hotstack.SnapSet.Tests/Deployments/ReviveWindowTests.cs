using Hotstack.Clusters;
using Xunit;

namespace Hotstack.Deployments;

public sealed class ReviveWindowTests
{
    private static readonly DateTimeOffset Now = new(2026, 6, 1, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(20d, 300d, "Unattended", false)]
    [InlineData(0.5, 300d, "Unattended", true)]
    [InlineData(0d, 300d, "Unattended", true)]
    [InlineData(-0.001, 300d, "Assisted", false)]
    [InlineData(-20d, 0d, "Assisted", false)]
    [InlineData(-20d, null, "Assisted", false)]
    [InlineData(-20d, -0.001, "Expired", false)]
    [InlineData(20d, -1d, "Expired", false)]
    [InlineData(null, -1d, "Expired", false)]
    [InlineData(null, 300d, "Undetermined", false)]
    [InlineData(null, null, "Undetermined", false)]
    public void The_dates_decide_the_state(double? unattendedDays, double? assistedDays, string state, bool endsSoon)
    {
        var window = new ReviveWindow(
            new ClusterRecord { RecordedAt = Now.AddDays(-30), UnattendedUntil = After(unattendedDays),
                AssistedUntil = After(assistedDays) }, Now);

        Assert.Equal(state, window.State.ToString());
        Assert.Equal(endsSoon, window.EndsSoon);
        Assert.Matches(@"^[A-Z].*\.$", window.Sentence);
    }

    [Fact]
    public void Without_a_record_the_window_is_unknown() => Assert.Equal(ReviveWindowState.NotRecorded, new ReviveWindow(null, Now).State);

    [Fact]
    public void Upper_bounds_are_reported_as_such() => Assert.Contains(
        "may expire earlier",
        new ReviveWindow(new() { RecordedAt = Now, UnattendedUntil = Now.AddDays(1), AreDatesUpperBounds = true }, Now).Text,
        StringComparison.Ordinal);

    private static DateTimeOffset? After(double? days) => days is { } count ? Now.AddDays(count) : null;
}
