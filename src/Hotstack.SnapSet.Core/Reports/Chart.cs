using System.Globalization;

namespace Hotstack.Reports;

/// <summary>Bars of SVG as wide as their place. Positions are percent, so that texts and patterns are not stretched. Kinds differ in
/// pattern and outline, not by colour alone; beside each bar stands its text.</summary>
internal static class Chart
{
    private const int Height = 20;

    /// <summary>What took no time is seen too.</summary>
    private const double ThinnestPart = 0.3;

    /// <summary>A part of a bar.</summary>
    /// <param name="From">Its left end, in percent.</param>
    /// <param name="To">Its right end, in percent.</param>
    /// <param name="Kind">The class of its look: <c>unattended</c>.</param>
    internal readonly record struct Part(double From, double To, string Kind);

    /// <summary>The patterns that the kinds are filled with; once on a page.</summary>
    public static void Patterns(Markup page)
    {
        page.Begin("svg", ("class", "patterns"), ("width", "0"), ("height", "0"), ("aria-hidden", "true")).Begin("defs");
        Pattern(page, "hatch", "assisted-line", "M-2,2 l4,-4 M0,8 l8,-8 M6,10 l4,-4");
        Pattern(page, "cross", "expired-line", "M0,0 l8,8 M8,0 l-8,8");
        page.End().End();
    }

    /// <summary>One bar.</summary>
    /// <param name="page">Where to.</param>
    /// <param name="label">What it says, for readers who do not see it.</param>
    /// <param name="parts">Its parts.</param>
    /// <param name="today">Where a line for today crosses it, in percent; null for none.</param>
    public static void Bar(Markup page, string label, IEnumerable<Part> parts, double? today = null)
    {
        page.Begin("svg", ("class", "bar"), ("width", "100%"), ("height", Number(Height)), ("role", "img"), ("aria-label", label));
        foreach (Part part in parts.Where(part => part.To >= part.From))
        {
            double width = Math.Max(part.To - part.From, ThinnestPart);
            page.Single(
                "rect", ("class", part.Kind), ("x", Markup.Percent(Math.Min(part.From, 100 - width))), ("y", "3"),
                ("width", Markup.Percent(width)), ("height", Number(Height - 6)));
        }

        if (today is { } at)
        {
            page.Single(
                "line", ("class", "today"), ("x1", Markup.Percent(at)), ("x2", Markup.Percent(at)), ("y1", "0"), ("y2", Number(Height)));
        }

        page.End();
    }

    /// <summary>The scale of a time axis, with today.</summary>
    public static void Scale(Markup page, TimeAxis axis, DateTimeOffset now)
    {
        page.Begin(
            "svg", ("class", "scale"), ("width", "100%"), ("height", "38"), ("role", "img"), ("aria-label", $"Today is {TimeText.Of(now)}"));
        Label(page, axis.At(now), 12, $"today {TimeText.Of(now)[..10]}", "now");
        foreach ((DateTimeOffset at, string label) in axis.Ticks())
        {
            double x = axis.At(at);
            page.Single("line", ("class", "tick"), ("x1", Markup.Percent(x)), ("x2", Markup.Percent(x)), ("y1", "32"), ("y2", "38"));
            Label(page, x, 29, label, "date");
        }

        page.End();
    }

    private static void Label(Markup page, double x, int y, string text, string kind) => page.Element(
        "text", text, ("class", kind), ("x", Markup.Percent(x)), ("y", Number(y)),
        ("text-anchor", x < 15 ? "start" : x > 85 ? "end" : "middle"));

    private static void Pattern(Markup page, string id, string kind, string path)
    {
        page.Begin("pattern", ("id", id), ("width", "8"), ("height", "8"), ("patternUnits", "userSpaceOnUse"))
            .Single("path", ("class", kind), ("d", path)).End();
    }

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
