using System.Globalization;
using System.Xml.Linq;
using Xunit;

namespace Hotstack.Reports;

/// <summary>The page, read as the well-formed XML that it is.</summary>
public sealed class HtmlReportTests
{
    private static readonly string[] Elements =
    [
        "html", "head", "meta", "link", "title", "style", "body", "header", "main", "section", "article", "h1", "h2", "h3", "p", "b",
        "span",
        "div", "dl", "dt", "dd", "ul", "li", "table", "thead", "tbody", "tr", "th", "td", "svg", "defs", "pattern", "path", "rect",
        "line", "text",
    ];

    private static readonly string[] Attributes =
    [
        "lang", "charset", "http-equiv", "content", "name", "rel", "href", "id", "class", "scope", "data-label", "aria-hidden",
        "aria-label", "role",
        "width", "height", "x", "y", "x1", "x2", "y1", "y2", "d", "patternUnits", "text-anchor",
    ];

    public static TheoryData<string> Hostile =>
    [
        "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "' onmouseover='alert(1)", "</style><style>*{display:none}</style>",
        "</title></head><body>", "<!-- ", "]]>", "&lt;b&gt; &amp; &#60;", "javascript:alert(1)", "\e[31mred\e[0m", "a\r\nb\tc",
        "\u202Eevil\u200B",
        "url(http://example.org/x)", "nul\0", "\uD800 half", "{{7*7}}",
    ];

    [Theory, MemberData(nameof(Hostile))]
    public void A_text_of_others_stays_a_text(string text)
    {
        string html = HtmlReport.Of(ReportSamples.Everywhere(text));
        XElement page = Page(html);

        Assert.All(page.DescendantsAndSelf(), element => Assert.Contains(element.Name.LocalName, Elements));
        Assert.All(page.DescendantsAndSelf().Attributes(), attribute => Assert.Contains(attribute.Name.LocalName, Attributes));
        Assert.All(html.Split('\n'), line => Assert.Equal(DisplayText.WriteOut(line), line));
        string shown = DisplayText.OfProse(text);
        Assert.All(["key", "muted", "name"], kind => Assert.Contains(
            page.Descendants().Where(element => (string?)element.Attribute("class") == kind), element => element.Value.Contains(shown,
                StringComparison.Ordinal)));
        Assert.Equal(2, page.Descendants("section").Single(section => (string?)section.Attribute("id") == "findings")
            .Descendants("tbody").Single().Elements().Count());
    }

    [Fact]
    public void It_needs_nothing_from_elsewhere_and_runs_nothing()
    {
        string html = HtmlReport.Of(ReportSamples.Everywhere("x"));

        Assert.DoesNotContain("<script", html, StringComparison.Ordinal);
        Assert.DoesNotContain("http:", html, StringComparison.Ordinal);
        Assert.DoesNotContain("https:", html, StringComparison.Ordinal);
        Assert.DoesNotContain(" src=", html, StringComparison.Ordinal);
        Assert.DoesNotContain("@import", html, StringComparison.Ordinal);
        Assert.Equal("data:,", (string?)Assert.Single(Page(html).Descendants().Attributes("href")));
        Assert.Contains("default-src 'none'", Page(html).Descendants("meta").Select(meta => (string?)meta.Attribute("content")).Single(
            content => content?.Contains("default-src", StringComparison.Ordinal) == true)!, StringComparison.Ordinal);
    }

    [Fact]
    public void A_page_of_nothing_says_so()
    {
        XElement page = Page(HtmlReport.Of(ReportSamples.Empty));

        Assert.Equal("There is nothing to report. SnapSets of cloud lab: none.", page.Descendants("p").Single(
            p => (string?)p.Attribute("class") == "nothing").Value);
        Assert.Empty(page.Descendants("section"));
    }

    [Theory]
    [InlineData("young001", new[] { "unattended", "assisted" },
        "unattended until 2026-12-15 12:00Z (15 d left); assisted until 2027-09-26 12:00Z (300 d left)")]
    [InlineData("assist01", new[] { "unattended", "assisted" },
        "unattended: expired 2026-11-20 12:00Z; assisted until 2027-06-18 12:00Z (200 d left)")]
    [InlineData("expired1", new[] { "expired" }, "unattended: expired 2026-02-03 12:00Z; assisted: expired 2026-11-10 12:00Z")]
    [InlineData("undated1", new string[0], "not recorded")]
    public void A_window_is_told_by_its_look_and_in_words(string id, string[] looks, string words)
    {
        XElement row = Page(HtmlReport.Of(ReportSamples.OfEachWindow)).Descendants("section").Single(s =>
            (string?)s.Attribute("id") == "windows")
            .Descendants("div").Single(div => ((string?)div.Attribute("class"))?.StartsWith("row", StringComparison.Ordinal) == true
                && div.Descendants("b").Any(b => b.Value == id));

        Assert.Equal(looks, row.Descendants("rect").Select(rect => (string?)rect.Attribute("class")));
        Assert.Equal(words, row.Descendants("p").Single().Value);
        Assert.Equal($"{id}: {words}", (string?)row.Descendants("svg").Single().Attribute("aria-label"));
        Assert.Single(row.Descendants("line"), line => (string?)line.Attribute("class") == "today");
    }

    [Fact]
    public void Bars_stand_where_the_axis_says()
    {
        TimeAxis axis = TimeAxis.Of(ReportSamples.Now, ReportSamples.OfEachWindow.Sets.SelectMany(
            set => new[] { set.CreatedAt, set.UnattendedUntil, set.AssistedUntil }));
        XElement page = Page(HtmlReport.Of(ReportSamples.OfEachWindow));
        XElement rect = page.Descendants("svg").Single(svg => ((string?)svg.Attribute("aria-label"))?.StartsWith("young001: un",
            StringComparison.Ordinal) == true)
            .Descendants("rect").First();

        Assert.Equal(axis.At(ReportSamples.Now.AddDays(-1)), Number(rect.Attribute("x")!), 2);
        Assert.Equal(axis.At(ReportSamples.Now.AddDays(15)) - axis.At(ReportSamples.Now.AddDays(-1)), Number(rect.Attribute("width")!), 2);
        Assert.All(page.Descendants("line").Where(line => (string?)line.Attribute("class") == "today"), line =>
            Assert.Equal(axis.At(ReportSamples.Now), Number(line.Attribute("x1")!), 2));
    }

    [Fact]
    public void A_set_is_a_row_with_all_that_matters()
    {
        ReportedSet set = ReportSamples.Set("k3v9x2m1") with { Labels = "team=ci" };
        XElement page = Page(HtmlReport.Of(ReportSamples.Empty with { Sets = [set] }));
        string[] cells = [.. page.Descendants("tbody").Single().Element("tr")!.Elements("td").Select(cell => cell.Value)];

        Assert.Equal(
            ["k3v9x2m1team=ci", "hs-multi", "multi", "2026-11-29 12:00Z", "unattended2026-12-15 / 2027-09-26", "4.0 GiB", "✓ Complete"],
                cells);
    }

    [Fact]
    public void Sizes_are_stacked_by_member_and_the_largest_set_fills_the_bar()
    {
        ReportedSet half = ReportSamples.Set("half0001") with { Members = [new("controller", 2L << 30)] };
        XElement page = Page(HtmlReport.Of(ReportSamples.Empty with { Sets = [half, ReportSamples.Set("whole001")] }));
        XElement[] bars = [.. page.Descendants("section").Single(s => (string?)s.Attribute("id") == "sizes").Descendants("svg")];

        Assert.Equal("whole001: master0 3.0 GiB, controller 1.0 GiB", (string?)bars[0].Attribute("aria-label"));
        Assert.Equal([75, 25], bars[0].Elements("rect").Select(rect => Number(rect.Attribute("width")!)));
        Assert.Equal([0, 75], bars[0].Elements("rect").Select(rect => Number(rect.Attribute("x")!)));
        Assert.Equal([50], bars[1].Elements("rect").Select(rect => Number(rect.Attribute("width")!)));
    }

    [Fact]
    public void A_run_shows_where_each_step_stood_and_its_share()
    {
        var run = new ReportedRun("Revival of hs-lab", "All its services work.", TimeSpan.FromMinutes(20),
        [
            new(ReportSamples.Now, "Servers", "6 servers run", TimeSpan.FromMinutes(5)),
            new(ReportSamples.Now.AddMinutes(5), "Nodes", "5 nodes are ready", TimeSpan.FromMinutes(15)),
        ]);
        XElement page = Page(HtmlReport.Of(ReportSamples.Empty with { Runs = [run] }));
        XElement[] rows = [.. page.Descendants("div").Where(div => (string?)div.Attribute("class") == "row")];

        Assert.Equal(["Servers 5 min, 25 %", "Nodes 15 min, 75 %"], rows.Select(row => row.Element("div")!.Value));
        Assert.Equal([0, 25], rows.Select(row => Number(row.Descendants("rect").Single().Attribute("x")!)));
        Assert.Equal("All its services work. Began 2026-11-30 12:00Z, took 20 min.",
            page.Descendants("article").Single().Element("p")!.Value);
    }

    [Fact]
    public void Certificates_stand_in_the_order_of_their_ends()
    {
        ReportedCluster cluster = new()
        {
            Name = "hs-lab", State = "Safe", SeenAt = ReportSamples.Now,
            Certificates =
            [
                new("late", null, ReportSamples.Now.AddDays(300), ""), new("unknown", null, null, "no permission"),
                new("past", null, ReportSamples.Now.AddDays(-1), ""), new("soon", null, ReportSamples.Now.AddHours(3), ""),
            ],
        };
        XElement page = Page(HtmlReport.Of(ReportSamples.Empty with { Clusters = [cluster] }));

        Assert.Equal(["past", "soon", "late", "unknown"], page.Descendants("div").Where(div =>
            (string?)div.Attribute("class") == "name").Select(name => name.Value));
        Assert.Equal(
            [
                "until 2026-11-29 12:00Z, expired", "until 2026-11-30 15:00Z, 3 h left", "until 2027-09-26 12:00Z, 300 d left",
                "date not known; no permission",
            ],
            page.Descendants("div").Where(div => (string?)div.Attribute("class") == "row thin").Select(row =>
                row.Descendants("p").Single().Value));
    }

    [Fact]
    public void Findings_stand_worst_first_and_those_that_passed_in_a_line()
    {
        XElement page = Page(HtmlReport.Of(ReportSamples.Empty with
        {
            Findings =
            [
                new("hs-lab", "Passed", "Nodes", "", "all are ready"), new("hs-lab", "Warning", "Routes", "", "none"),
                new("hs-lab", "Failed", "Operators", "dns", "it is degraded"),
            ],
        }));

        Assert.Equal(["✗ Failedhs-labOperatorsdns: it is degraded", "! Warninghs-labRoutesnone"],
            page.Descendants("tbody").Single().Elements("tr").Select(row => row.Value));
        Assert.Equal(["2 findings to read, 1 check passed, 0 skipped.", "✓ Passed hs-lab: Nodes"], Paragraphs(page));
    }

    [Fact]
    public void A_skipped_check_did_not_pass()
    {
        XElement page = Page(HtmlReport.Of(ReportSamples.Empty with { Findings = ReportSamples.WithoutProblem }));

        Assert.Equal(
            ["No finding needs attention, 2 checks passed, 1 skipped.", "✓ Passed hs-lab: Nodes, Routes", "· Skipped hs-lab: Clock"],
            Paragraphs(page));
        Assert.Empty(page.Descendants("table"));
    }

    [Fact]
    public void A_cluster_without_a_summary_says_until_when_it_is_revivable()
    {
        var cluster = new ReportedCluster { Name = "hs-lab", State = "Off" };

        Assert.Equal("Revivable: not recorded.", Revivable(cluster));
        Assert.Equal(
            "Revivable: unattended: expired 2026-11-20 12:00Z; assisted, end not recorded.",
            Revivable(cluster with { UnattendedUntil = ReportSamples.Now.AddDays(-10) }));
    }

    [Fact]
    public void A_run_without_steps_has_no_beginning_and_no_chart()
    {
        XElement article = Page(HtmlReport.Of(ReportSamples.Empty with { Runs = [ReportSamples.WithoutSteps] }))
            .Descendants("article").Single();

        Assert.Equal(["h3", "p"], article.Elements().Select(element => element.Name.LocalName));
        Assert.Equal("It is restored. Took 12 min.", article.Element("p")!.Value);
    }

    [Theory]
    [InlineData(401)]
    [InlineData(5_000_000)]
    public void One_text_does_not_fill_the_page(int length)
    {
        string html = HtmlReport.Of(ReportSamples.Everywhere(new string('x', length)));

        Assert.Contains(new string('x', 400) + "…", html, StringComparison.Ordinal);
        Assert.InRange(html.Length, 1000, 60_000);
    }

    /// <summary>The page without its document type.</summary>
    internal static XElement Page(string html)
    {
        Assert.StartsWith("<!DOCTYPE html>\n", html, StringComparison.Ordinal);
        return XElement.Parse(html[html.IndexOf('\n', StringComparison.Ordinal)..]);
    }

    private static IEnumerable<string> Paragraphs(XElement page) =>
        page.Descendants("section").Single().Elements("p").Select(p => p.Value);

    private static string Revivable(ReportedCluster cluster) => Page(HtmlReport.Of(ReportSamples.Empty with { Clusters = [cluster] }))
        .Descendants("article").Single().Elements("p").Last().Value;

    private static double Number(XAttribute attribute) => double.Parse(attribute.Value.TrimEnd('%'), CultureInfo.InvariantCulture);
}
