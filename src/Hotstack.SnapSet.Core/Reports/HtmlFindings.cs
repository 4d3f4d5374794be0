namespace Hotstack.Reports;

/// <summary>Findings on the page: those to read in a table, those that passed or were skipped by name.</summary>
internal static class HtmlFindings
{
    private static readonly string[] Columns = ["Result", "Of", "Check", "Finding"];

    public static void Write(Markup page, ReportContent content)
    {
        if (content.Findings.Count == 0)
        {
            return;
        }

        ReportedFinding[] problems = [.. content.WorstFirst().Where(finding => finding.IsProblem)];
        page.Section("findings", "Findings");
        page.Element("p", ReportText.CountsOf(content));
        if (problems.Length > 0)
        {
            Table(page, problems);
        }

        Names(page, content, "Passed");
        Names(page, content, "Skipped");
        page.End();
    }

    private static void Table(Markup page, ReportedFinding[] problems)
    {
        page.Table(Columns);
        foreach (ReportedFinding finding in problems.Take(ReportText.MaxFindings))
        {
            page.Begin("tr").Begin("td", ("data-label", Columns[0]), ("class", "key")).Word(finding.Result).End()
                .Cell(Columns[1], finding.Subject).Cell(Columns[2], finding.Check)
                .Cell(Columns[3], finding.Target.Length > 0 ? $"{finding.Target}: {finding.Message}" : finding.Message).End();
        }

        page.End().End().Remark(ReportText.LeftOut(problems.Length, ReportText.MaxFindings, "finding"));
    }

    private static void Names(Markup page, ReportContent content, string result)
    {
        foreach (IGrouping<string, ReportedFinding> subject in content.Findings.Where(finding => finding.Result == result)
            .GroupBy(finding => finding.Subject).Take(ReportText.MaxClusters))
        {
            string checks = NameList.Short([.. subject.Select(finding => finding.Check).Distinct()]);
            page.Begin("p").Word(result).Space().Text($"{subject.Key}: {checks}").End();
        }
    }
}
