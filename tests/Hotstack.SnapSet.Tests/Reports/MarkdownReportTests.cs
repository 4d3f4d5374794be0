using System.Text.RegularExpressions;
using Xunit;

namespace Hotstack.Reports;

public sealed partial class MarkdownReportTests
{
    public static TheoryData<string> Hostile =>
    [
        "a|b", @"a\|b", @"a\\|b", @"ends\", "`", "``", "` | `", "a`b``c", "line\nbreak", "\r\n# heading", "| --- |",
        "[text](http://example.org)",
        "![x](http://example.org/x.png)", "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "@everyone", "#123", "!45",
        "https://example.org",
        "www.example.org", "**bold** _it_ ~~gone~~", "&lt;b&gt;", ":smile:", "\e[31mred", "\u202Eevil", "nul\0", "- item",
        "> quote", "    code", "```",
    ];

    [Theory, MemberData(nameof(Hostile))]
    public void A_text_of_others_is_code_and_stays_in_its_cell(string text)
    {
        string markdown = MarkdownReport.Of(ReportSamples.Everywhere(text));
        int columns = 0;
        foreach (string line in markdown.Split('\n'))
        {
            Assert.Equal(DisplayText.WriteOut(line), line);
            // What a renderer looks at beside code: our own words.
            Assert.Matches(@"^[\w .,:;|#–()█▒¦·-]*$", CodeSpans().Replace(line, "").Replace("%", "", StringComparison.Ordinal));
            int cells = Cells(line);
            Assert.True(columns == 0 || cells == 0 || cells == columns, $"{cells} cells of {columns}: {line}");
            columns = cells;
        }
    }

    [Theory]
    [InlineData("k3v9x2m1", "`k3v9x2m1`")]
    [InlineData("a|b", @"`a\|b`")]
    [InlineData("`", "`` ` ``")]
    [InlineData("a``b", "```a``b```")]
    [InlineData("two\nlines", "`two lines`")]
    [InlineData("", "–")]
    [InlineData(null, "–")]
    public void It_is_a_code_span_with_a_fence_that_is_long_enough(string? text, string code) =>
        Assert.Equal(code, MarkdownText.Code(text));

    [Fact]
    public void A_pipe_behind_a_backslash_is_written_out() => Assert.Equal(@"``a\`u{7c}b``", MarkdownText.Code(@"a\|b"));

    [Fact]
    public void Nothing_says_so() => Assert.Contains(
        "There is nothing to report. `SnapSets of cloud lab`: none.\n", MarkdownReport.Of(ReportSamples.Empty), StringComparison.Ordinal);

    [Fact]
    public void A_set_is_a_row_with_its_window_as_a_bar()
    {
        string markdown = MarkdownReport.Of(ReportSamples.OfEachWindow);
        string Bar(string id) => markdown.Split('\n').First(line => line.StartsWith($"| `{id}`", StringComparison.Ordinal)).Split('|')[5];

        Assert.Contains("4 sets, 16.0 GiB: 1 unattended, 1 assisted, 1 expired, 1 not recorded.", markdown, StringComparison.Ordinal);
        Assert.Contains(
            "| 2026-12-15 12:00Z | 2027-09-26 12:00Z | 4.0 GiB | `Complete` |", markdown, StringComparison.Ordinal);
        Assert.Contains('▒', Bar("young001"));
        Assert.Contains('█', Bar("assist01"));
        Assert.Contains('x', Bar("expired1"));
        Assert.Matches("^ `·*¦·*` $", Bar("undated1").Replace("¦¦", "¦", StringComparison.Ordinal));
        int today = Bar("undated1").IndexOf('¦', StringComparison.Ordinal);
        Assert.All(["young001", "assist01", "expired1"], id => Assert.Equal(today, Bar(id).IndexOf('¦', StringComparison.Ordinal)));
    }

    [Fact]
    public void A_run_is_a_table_of_steps_with_their_shares()
    {
        var run = new ReportedRun("Revival of hs-lab", "All its services work.", TimeSpan.FromMinutes(20),
        [
            new(ReportSamples.Now, "Servers", "6 servers run", TimeSpan.FromMinutes(5)),
            new(ReportSamples.Now.AddMinutes(5), "Nodes", "ready", TimeSpan.FromMinutes(15)),
        ]);
        string markdown = MarkdownReport.Of(ReportSamples.Empty with { Runs = [run] });

        Assert.Contains("| `Servers` | `██████", markdown, StringComparison.Ordinal);
        Assert.Contains("| 5 min | 25 % | `6 servers run` |\n", markdown, StringComparison.Ordinal);
        Assert.Contains("██████` | 15 min | 75 % | `ready` |\n", markdown, StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_without_steps_has_no_beginning_and_no_table()
    {
        string markdown = MarkdownReport.Of(ReportSamples.Empty with { Runs = [ReportSamples.WithoutSteps] });

        Assert.EndsWith("\n\n`It is restored.` Took 12 min.\n", markdown, StringComparison.Ordinal);
        Assert.EndsWith("\n\nTook 12 min.\n", MarkdownReport.Of(ReportSamples.Empty with
        {
            Runs = [ReportSamples.WithoutSteps with { Result = "" }],
        }), StringComparison.Ordinal);
    }

    [Fact]
    public void Checks_that_were_skipped_are_counted_for_themselves() => Assert.EndsWith(
        "\n\nNo finding needs attention, 2 checks passed, 1 skipped.\n",
        MarkdownReport.Of(ReportSamples.Empty with { Findings = ReportSamples.WithoutProblem }), StringComparison.Ordinal);

    [Fact]
    public void The_reasons_of_an_incomplete_set_are_code_in_a_table()
    {
        string markdown = MarkdownReport.Of(ReportSamples.Empty with
        {
            Sets =
            [
                ReportSamples.Set("whole001"),
                ReportSamples.Set("broken01") with { State = "Incomplete", Problems = ["master0 is missing.", "a|b"] },
            ],
        });

        Assert.Contains(
            "\n\n| Set | Why it is not complete |\n| --- | --- |\n| `broken01` | `master0 is missing.` `a\\|b` |\n\n", markdown,
            StringComparison.Ordinal);
        Assert.DoesNotContain("Why it", MarkdownReport.Of(ReportSamples.OfEachWindow), StringComparison.Ordinal);
    }

    [Fact]
    public void Our_own_source_is_a_text()
    {
        string markdown = MarkdownReport.Of(ReportSamples.Empty with { Source = ReportContent.OfPipeline });

        Assert.Contains("\nObjects of the pipeline, 2026-11-30 12:00Z\n", markdown, StringComparison.Ordinal);
        Assert.Contains("There is nothing to report. Objects of the pipeline: none.\n", markdown, StringComparison.Ordinal);
    }

    /// <summary>As GitHub and GitLab cut a row into cells: at each pipe that no backslash precedes, in code spans too.</summary>
    private static int Cells(string line) => line.StartsWith('|') ? EscapedOrNot().Replace(line, "").Count(sign => sign == '|') : 0;

    [GeneratedRegex(@"(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)")]
    private static partial Regex CodeSpans();

    [GeneratedRegex(@"\\.")]
    private static partial Regex EscapedOrNot();
}
