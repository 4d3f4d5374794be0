using System.Globalization;
using System.Text;
using System.Xml.Linq;
using Xunit;

namespace Hotstack.Reports;

/// <summary>Reports of more sets than one reads.</summary>
public sealed class ManySetsTests
{
    private const int Limit = 2 * 1024 * 1024;

    public static TheoryData<int, int, string> Contents => new()
    {
        { 101, 3, "hs-" },
        { 10_000, 40, "hs-" },
        { 10_000, 9_000, new string('&', 390) },
    };

    [Theory, MemberData(nameof(Contents))]
    public void They_are_grouped_and_all_are_counted(int count, int stacks, string stack)
    {
        ReportContent content = ReportSamples.Many(count, stacks, stack);
        string html = HtmlReport.Of(content);
        XElement page = HtmlReportTests.Page(html);

        Assert.InRange(Encoding.UTF8.GetByteCount(html), 5_000, Limit);
        Assert.Equal(count, Sum(page, "Sets"));
        Assert.Equal(count, Sum(page, "Unattended") + Sum(page, "Assisted") + Sum(page, "Expired") + Sum(page, "Not recorded"));
        Assert.Equal(count, SetGroup.ByMonth(content.Sets, content.Now).Sum(month => month.Count));
        Assert.Equal($"{count}", page.Descendants("dd").First().Value);
        Assert.Equal(content.Sets.Count(set => set.WindowAt(content.Now) == WindowState.Expired), Sum(page, "Expired"));
        Assert.InRange(page.Descendants("tr").Count(), 2, 62);
    }

    [Theory, MemberData(nameof(Contents))]
    public void Markdown_is_as_short(int count, int stacks, string stack)
    {
        string markdown = MarkdownReport.Of(ReportSamples.Many(count, stacks, stack));

        Assert.InRange(Encoding.UTF8.GetByteCount(markdown), 1_000, Limit / 4);
        Assert.Contains($"\n{count} sets, ", markdown, StringComparison.Ordinal);
    }

    [Fact]
    public void A_hundred_sets_are_shown_one_by_one() => Assert.Equal(
        101, HtmlReportTests.Page(HtmlReport.Of(ReportSamples.Many(100, 3))).Descendants("tr").Count());

    [Fact]
    public void The_smallest_groups_are_put_together()
    {
        IReadOnlyList<SetGroup> groups = SetGroup.Of(ReportSamples.Many(2_000, 500).Sets);

        Assert.Equal(60, groups.Count);
        Assert.Equal(2_000, groups.Sum(group => group.Sets.Count));
        Assert.InRange(groups[^1].OtherStacks, 400, 500);
        Assert.All(groups.SkipLast(1), group => Assert.Equal(0, group.OtherStacks));
        Assert.Null(groups[0].StackName);
    }

    [Fact]
    public void Those_that_can_no_longer_revive_by_themselves_next_are_named()
    {
        ReportContent content = ReportSamples.Many(1_000, 3);
        IReadOnlyList<ReportedSet> next = ReportText.NextOf(content);

        Assert.Equal(50, next.Count);
        Assert.True(next[0].UnattendedUntil >= content.Now);
        Assert.Equal(
            content.Sets.Where(set => set.UnattendedUntil >= content.Now).Min(set => set.UnattendedUntil), next[0].UnattendedUntil);
        Assert.DoesNotContain(content.Sets.Except(next), set =>
            set.UnattendedUntil >= content.Now && set.UnattendedUntil < next[^1].UnattendedUntil);
    }

    [Theory]
    [InlineData(-1, "past")]
    [InlineData(0, "2026-11")]
    [InlineData(1, "2026-12")]
    [InlineData(360, "2027-11")]
    [InlineData(370, "later")]
    [InlineData(3_000_000, "later")]
    [InlineData(null, "not recorded")]
    public void A_set_counts_in_the_month_from_which_on_it_cannot_revive_by_itself(int? days, string month)
    {
        DateTimeOffset? end = days is { } ahead ? ahead > 2_000_000 ? DateTimeOffset.MaxValue : ReportSamples.Now.AddDays(ahead) : null;
        ReportedSet set = ReportSamples.Set("a") with { UnattendedUntil = end };

        Assert.Equal([(month, 1)], SetGroup.ByMonth([set], ReportSamples.Now));
    }

    private static int Sum(XElement page, string column) => page.Descendants("section").Single(s => (string?)s.Attribute("id") == "groups")
        .Descendants("td").Where(cell => (string?)cell.Attribute("data-label") == column).Sum(cell => int.Parse(cell.Value,
            CultureInfo.InvariantCulture));
}
