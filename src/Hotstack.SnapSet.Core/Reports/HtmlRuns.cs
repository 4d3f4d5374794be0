namespace Hotstack.Reports;

/// <summary>Runs on the page: each step as a bar where it stood in the run, with its share.</summary>
internal static class HtmlRuns
{
    public static void Write(Markup page, ReportContent content)
    {
        if (content.Runs.Count == 0)
        {
            return;
        }

        page.Section("runs", "Runs and their steps");
        IReadOnlyList<ReportedRun> runs = ReportText.RunsOf(content);
        foreach (ReportedRun run in runs)
        {
            Run(page, run);
        }

        page.Remark(ReportText.LeftOut(content.Runs.Count, runs.Count, "run")).End();
    }

    private static void Run(Markup page, ReportedRun run)
    {
        page.Begin("article").Element("h3", run.Title).Element("p", $"{run.Result} {ReportText.TimeOf(run)}".TrimStart());
        if (run.Steps.Count > 0)
        {
            Steps(page, run);
        }

        page.End();
    }

    private static void Steps(Markup page, ReportedRun run)
    {
        TimeAxis axis = ReportText.AxisOf(run);
        page.Begin("div", ("class", "chart"));
        foreach (ReportedStep step in run.Steps.Take(ReportText.MaxSteps))
        {
            string time = $"{TimeText.Of(step.Duration)}, {ReportText.Share(step.Duration, axis.To - axis.From)}";
            page.Row(step.Step, time);
            Chart.Bar(page, $"{step.Step}: {time}", [new(axis.At(step.At), axis.At(step.At + step.Duration), "step")]);
            page.Element("p", step.Result, ("class", "muted")).End().End();
        }

        page.End().Remark(ReportText.LeftOut(run.Steps.Count, ReportText.MaxSteps, "step"));
    }
}
