using Hotstack.Clusters;
using Hotstack.Deployments;
using Xunit;

namespace Hotstack.Reports;

/// <summary>Count, bar and text say the same of a window.</summary>
public sealed class WindowTests
{
    private static readonly DateTimeOffset Now = ReportSamples.Now;
    private static readonly double?[] Days = [null, -20, -10, 0, 15, 300];

    public static TheoryData<double?, double?> All
    {
        get
        {
            var all = new TheoryData<double?, double?>();
            foreach (double? unattended in Days)
            {
                foreach (double? assisted in Days)
                {
                    all.Add(unattended, assisted);
                }
            }

            return all;
        }
    }

    [Theory, MemberData(nameof(All))]
    public void The_state_is_that_of_the_clusters_record(double? unattended, double? assisted)
    {
        ReportedSet set = ReportSamples.Set("a", 40, unattended, assisted);
        var record = new ClusterRecord { RecordedAt = Now, UnattendedUntil = set.UnattendedUntil, AssistedUntil = set.AssistedUntil };
        ReviveWindowState state = new ReviveWindow(record, Now).State;

        Assert.Equal(state == ReviveWindowState.Undetermined ? "Unknown" : $"{state}", $"{set.WindowAt(Now)}");
    }

    [Theory, MemberData(nameof(All))]
    public void The_bar_shows_the_state_of_today(double? unattended, double? assisted)
    {
        ReportedSet set = ReportSamples.Set("a", 40, unattended, assisted);
        TimeAxis axis = TimeAxis.Exactly(Now.AddDays(-50), Now.AddDays(310));
        IReadOnlyList<Chart.Part> parts = ReportText.Parts(axis, axis.From, set.UnattendedUntil, set.AssistedUntil, Now);
        string text = ReportText.Window(set.UnattendedUntil, set.AssistedUntil, Now);
        double today = axis.At(Now);
        string looks = string.Join(" ", parts.Where(part => part.From <= today && today <= part.To).Select(part => part.Kind));

        switch (set.WindowAt(Now))
        {
            case WindowState.Unattended:
                Assert.StartsWith("unattended", looks, StringComparison.Ordinal);
                Assert.StartsWith("unattended until ", text, StringComparison.Ordinal);
                break;
            case WindowState.Assisted:
                Assert.Equal("assisted", looks);
                Assert.Matches("^unattended: expired [^;]*; assisted(, end not recorded$| until )", text);
                break;
            case WindowState.Expired:
                Assert.Equal("expired", Assert.Single(parts).Kind);
                Assert.Matches("(^|; )assisted: expired ", text);
                Assert.DoesNotContain("until", text, StringComparison.Ordinal);
                break;
            default:
                Assert.Empty(parts);
                Assert.Matches("^(unattended: )?not recorded(; assisted until |$)", text);
                break;
        }
    }

    [Theory]
    [InlineData(1, "1 more cluster is not shown.")]
    [InlineData(3, "3 more clusters are not shown.")]
    [InlineData(0, null)]
    public void What_is_left_out_is_a_sentence(int more, string? sentence) =>
        Assert.Equal(sentence, ReportText.LeftOut(30 + more, 30, "cluster"));
}
