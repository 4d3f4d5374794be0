namespace Hotstack.Reports;

/// <summary>A report as one page of HTML that needs nothing else: no network, no script.</summary>
internal static class HtmlReport
{
    /// <summary>The page would not run or load what a text of others tried to bring in, even if it were not escaped.</summary>
    private const string Policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";

    public static string Of(ReportContent content)
    {
        var page = new Markup();
        page.Constant("<!DOCTYPE html>\n").Begin("html", ("lang", "en")).Begin("head")
            .Single("meta", ("charset", "utf-8"))
            .Single("meta", ("http-equiv", "Content-Security-Policy"), ("content", Policy))
            .Single("meta", ("name", "viewport"), ("content", "width=device-width, initial-scale=1"))
            .Single("meta", ("name", "color-scheme"), ("content", "light dark"))
            .Single("link", ("rel", "icon"), ("href", "data:,"))
            .Element("title", $"{ReportText.Title} {ReportText.Day(content.Now)}")
            .Begin("style").Constant(ReportStyle.Text).End()
            .End().Begin("body");
        Chart.Patterns(page);
        page.Begin("header").Element("h1", ReportText.Title)
            .Element("p", $"{content.Source}, {TimeText.Of(content.Now)}", ("class", "muted")).End().Begin("main");
        if (content.IsEmpty)
        {
            page.Element("p", $"There is nothing to report. {content.Source}: none.", ("class", "nothing"));
        }

        HtmlSets.Write(page, content);
        HtmlRuns.Write(page, content);
        HtmlClusters.Write(page, content);
        HtmlFindings.Write(page, content);
        return page.End().End().End().ToString();
    }

    /// <summary>Begins a section with its heading.</summary>
    public static Markup Section(this Markup page, string id, string heading) =>
        page.Begin("section", ("id", id)).Element("h2", heading);

    /// <summary>Begins a table with the names of its columns.</summary>
    public static Markup Table(this Markup page, params ReadOnlySpan<string> columns)
    {
        page.Begin("table").Begin("thead").Begin("tr");
        foreach (string column in columns)
        {
            page.Element("th", column, ("scope", "col"));
        }

        return page.End().End().Begin("tbody");
    }

    /// <summary>A cell; a narrow page shows the column's name beside it.</summary>
    public static Markup Cell(this Markup page, string column, string? text, string kind = "") =>
        page.Element("td", string.IsNullOrEmpty(text) ? "–" : text, ("data-label", column), ("class", kind));

    /// <summary>Begins a row of a chart with its name; the place of its bar is open.</summary>
    public static Markup Row(this Markup page, string name, string? more) => page.Begin("div", ("class", "row"))
        .Begin("div", ("class", "name")).Element("b", name).Space().Text(more).End().Begin("div");

    /// <summary>A remark in small print; nothing for null.</summary>
    public static Markup Remark(this Markup page, string? text) => text is null ? page : page.Element("p", text, ("class", "muted"));

    /// <summary>A word with a sign, so that its colour only repeats what it says.</summary>
    public static Markup Word(this Markup page, string word)
    {
        (string sign, string kind) = word switch
        {
            "Complete" or "Passed" or "Safe" or "Healthy" => ("✓", "good"),
            "Incomplete" or "Failed" or "NotYet" or "NotSupported" => ("✗", "bad"),
            "Warning" or "Unverified" or "Unknown" => ("!", "doubt"),
            _ => ("·", "plain"),
        };
        return page.Begin("span", ("class", $"word {kind}")).Element("span", sign, ("aria-hidden", "true"))
            .Space().Text(word.Length > 0 ? word : "not known").End();
    }
}
