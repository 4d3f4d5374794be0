using System.Text.Json.Nodes;
using Xunit;

namespace Hotstack.Reports;

/// <summary>The page of a report as a reader sees it, in a Chromium where there is one.</summary>
public sealed class ReportPageTests : IClassFixture<Browser>, IDisposable
{
    /// <summary>Texts whose contrast with what is behind them is too low, and how low.</summary>
    private const string LowContrast = """
        const parse = text => { const n = text.match(/[\d.]+/g).map(Number); return n.length > 3 && n[3] === 0 ? null : n };
        const light = ([r, g, b]) => { const c = [r, g, b].map(v => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
          return 0.2126 * c[0] + 0.7152 * c[1] + 0.0722 * c[2] };
        const behind = e => { for (; e; e = e.parentElement) {
          const c = parse(getComputedStyle(e).backgroundColor); if (c) return c } return [255, 255, 255] };
        const found = []; let seen = 0;
        const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
        while (walk.nextNode()) {
          const e = walk.currentNode.parentElement;
          if (!walk.currentNode.data.trim() || e.closest('style')) continue;
          const style = getComputedStyle(e), ink = parse(e instanceof SVGElement ? style.fill : style.color);
          const [a, b] = [light(ink), light(behind(e))].sort((x, y) => y - x), contrast = (a + 0.05) / (b + 0.05);
          seen++;
          if (contrast < 4.5) found.push(`${contrast.toFixed(2)}: ${walk.currentNode.data.trim()}`);
        }
        return { seen, found };
        """;

    /// <summary>Elements that stand beyond an edge of the page, or whose text is cut.</summary>
    private const string Overflowing = """
        const width = document.documentElement.clientWidth, found = [];
        if (document.documentElement.scrollWidth > width) 
          found.push(`the page scrolls: ${document.documentElement.scrollWidth} > ${width}`);
        for (const e of document.querySelectorAll('body *')) {
          const box = e.getBoundingClientRect();
          if (box.width && !e.closest('.patterns') && (box.right > width + 1 || box.left < -1))
            found.push(`${e.tagName}.${e.getAttribute('class')}: ${box.left}..${box.right}`);
        }
        return found;
        """;

    /// <summary>Labels of one chart's scale that cover each other.</summary>
    private const string Colliding = """
        const found = [];
        for (const scale of document.querySelectorAll('svg.scale')) {
          const boxes = [...scale.querySelectorAll('text')].map(t => [t.textContent, t.getBoundingClientRect()]);
          boxes.forEach(([a, p], i) => boxes.slice(i + 1).forEach(([b, q]) => {
            if (p.left < q.right && q.left < p.right && p.top + 2 < q.bottom && q.top + 2 < p.bottom) found.push(`${a} and ${b}`) }));
        }
        return found;
        """;

    private readonly Browser _browser;
    private readonly string _folder = Directory.CreateTempSubdirectory("hotstack-page-").FullName;

    public ReportPageTests(Browser browser)
    {
        Assert.SkipWhen(browser.Missing is not null, browser.Missing ?? "");
        _browser = browser;
    }

    public static TheoryData<int, string> Screens => new() { { 1280, "light" }, { 1280, "dark" }, { 390, "light" }, { 390, "dark" } };

    [Theory, MemberData(nameof(Screens))]
    public async Task A_reader_sees_all_of_it_without_scrolling_sideways(int width, string scheme)
    {
        await _browser.OpenAsync(await WriteAsync(ReportSamples.OfEachKind), width, scheme);
        string text = (string)(await _browser.EvaluateAsync("return document.body.innerText"))!;

        Assert.All(ReportSamples.WhatMustBeSeen, wanted => Assert.Contains(wanted, text, StringComparison.Ordinal));
        await RequireReadableAsync();
        string paper = (string)(await _browser.EvaluateAsync("return getComputedStyle(document.body).backgroundColor"))!;
        Assert.Equal(scheme == "light", paper == "rgb(255, 255, 255)");
    }

    [Fact]
    public async Task It_is_printed_dark_on_white()
    {
        await _browser.OpenAsync(await WriteAsync(ReportSamples.OfEachKind), 800, "dark", "print");

        Assert.Equal("rgb(255, 255, 255)", (string?)await _browser.EvaluateAsync("return getComputedStyle(document.body).backgroundColor"));
        Assert.Equal("rgb(0, 0, 0)", (string?)await _browser.EvaluateAsync("return getComputedStyle(document.body).color"));
        await RequireReadableAsync();
    }

    /// <summary>The patterns are found, and bars of each kind have a length.</summary>
    [Fact]
    public async Task Each_kind_of_window_is_drawn_in_its_pattern()
    {
        await _browser.OpenAsync(await WriteAsync(ReportSamples.OfEachKind), 1280);
        JsonNode drawn = (await _browser.EvaluateAsync("""
            return Object.fromEntries(['unattended', 'assisted', 'expired'].map(kind => {
              const e = document.querySelector(`#windows .bar .${kind}`);
              return [kind, { fill: getComputedStyle(e).fill, width: e.getBoundingClientRect().width }] }))
            """))!;

        Assert.Matches("^rgb", (string)drawn["unattended"]!["fill"]!);
        Assert.Contains("#hatch", (string)drawn["assisted"]!["fill"]!, StringComparison.Ordinal);
        Assert.Contains("#cross", (string)drawn["expired"]!["fill"]!, StringComparison.Ordinal);
        Assert.All(drawn.AsObject(), kind => Assert.True((double)kind.Value!["width"]! > 5, kind.Key));
    }

    [Theory]
    [InlineData("<script>window.pwned=1</script><img src=x onerror='window.pwned=1'>")]
    [InlineData("\"><svg onload=window.pwned=1>")]
    [InlineData("a-very-long-name-without-a-blank-that-no-line-can-hold-a-very-long-name-without-a-blank-that-no-line-can-hold")]
    public async Task A_text_of_others_does_nothing_and_fits(string text)
    {
        await _browser.OpenAsync(await WriteAsync(ReportSamples.Everywhere(text)), 390);

        Assert.False((bool)(await _browser.EvaluateAsync("return 'pwned' in window || document.querySelector('script,img') !== null"))!);
        Assert.Contains(text, (string)(await _browser.EvaluateAsync("return document.body.innerText"))!, StringComparison.Ordinal);
        await RequireReadableAsync();
    }

    [Fact]
    public async Task Ten_thousand_sets_fit()
    {
        await _browser.OpenAsync(await WriteAsync(ReportSamples.Many(10_000, 40)), 390);

        Assert.Contains("10000", (string)(await _browser.EvaluateAsync("return document.body.innerText"))!, StringComparison.Ordinal);
        await RequireReadableAsync();
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private async Task RequireReadableAsync()
    {
        JsonNode contrast = (await _browser.EvaluateAsync(LowContrast))!;
        Assert.InRange((int)contrast["seen"]!, 10, int.MaxValue);
        Assert.Empty(contrast["found"]!.AsArray().Select(found => (string?)found));
        Assert.Empty((await _browser.EvaluateAsync(Overflowing))!.AsArray().Select(found => (string?)found));
        Assert.Empty((await _browser.EvaluateAsync(Colliding))!.AsArray().Select(found => (string?)found));
        Assert.Empty(await _browser.ConsoleAsync());
    }

    private async Task<string> WriteAsync(ReportContent content) => (await ExportReport.RunAsync(
        new ExportReportRequest { Path = Path.Combine(_folder, "report.html") }, () => Task.FromResult(content), Confirmations.Agreed,
        TestContext.Current.CancellationToken))!;
}
