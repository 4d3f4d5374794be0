using System.Globalization;
using System.Text;

namespace Hotstack.Reports;

/// <summary>A report as Markdown, for a merge request or a chat: tables, and bars of signs.</summary>
internal static class MarkdownReport
{
    private const int BarLength = 24;

    public static string Of(ReportContent content)
    {
        var page = new StringBuilder();
        Line(page, $"# {ReportText.Title}");
        Line(page, "");
        string source = content.Source == ReportContent.OfPipeline ? content.Source : MarkdownText.Code(content.Source);
        Line(page, $"{source}, {TimeText.Of(content.Now)}");
        if (content.IsEmpty)
        {
            Line(page, "");
            Line(page, $"There is nothing to report. {source}: none.");
        }

        Sets(page, content);
        Runs(page, content);
        Clusters(page, content);
        Findings(page, content);
        return page.ToString();
    }

    private static void Sets(StringBuilder page, ReportContent content)
    {
        if (content.Sets.Count == 0)
        {
            return;
        }

        Heading(page, "SnapSets");
        string states = string.Join(", ", ReportText.States.Select(state =>
            $"{content.Sets.Count(set => set.WindowAt(content.Now) == state)} {ReportText.Of(state)}"));
        Line(page, $"{CountText.Of(content.Sets.Count, "set")}, {ByteText.Of(content.Sets.Total(set => set.Size))}: {states}.");
        if (content.Sets.Count <= SetGroup.Threshold)
        {
            List(page, content.NewestFirst(), content.Now);
            Problems(page, content.NewestFirst());
            Sizes(page, content.NewestFirst());
            return;
        }

        Table(page, "Unattended until", "Sets");
        foreach ((string label, int count) in SetGroup.ByMonth(content.Sets, content.Now))
        {
            Row(page, label, $"{count}");
        }

        Groups(page, content);
        List(page, ReportText.NextOf(content), content.Now);
    }

    private static void List(StringBuilder page, IReadOnlyList<ReportedSet> sets, DateTimeOffset now)
    {
        if (sets.Count == 0)
        {
            return;
        }

        TimeAxis axis = TimeAxis.Of(now, sets.SelectMany(set => new[] { set.CreatedAt, set.UnattendedUntil, set.AssistedUntil }));
        Line(page, "");
        Line(page, $"Windows from {ReportText.Day(axis.From)} to {ReportText.Day(axis.To)}: █ unattended, ▒ assisted, x expired, ¦ today.");
        Table(page, "Set", "Stack", "Scenario", "Created", "Window", "Unattended until", "Assisted until", "Size", "State");
        foreach (ReportedSet set in sets)
        {
            Row(
                page, MarkdownText.Code(set.Id), MarkdownText.Code(set.StackName), MarkdownText.Code(set.Scenario),
                ReportText.Of(set.CreatedAt), Window(axis, set, now), Until(set.UnattendedUntil, now), Until(set.AssistedUntil, now),
                ByteText.Of(set.Size), MarkdownText.Code(set.State));
        }
    }

    private static void Problems(StringBuilder page, IReadOnlyList<ReportedSet> sets)
    {
        ReportedSet[] incomplete = [.. sets.Where(set => set.Problems.Count > 0)];
        if (incomplete.Length > 0)
        {
            Table(page, "Set", "Why it is not complete");
        }

        foreach (ReportedSet set in incomplete)
        {
            Row(page, MarkdownText.Code(set.Id), string.Join(" ", set.Problems.Take(ReportText.MaxProblems).Select(MarkdownText.Code)));
        }
    }

    private static string Until(DateTimeOffset? end, DateTimeOffset now) =>
        end is null ? "–" : end < now ? $"{TimeText.Of(end.Value)}, expired" : TimeText.Of(end.Value);

    private static string Window(TimeAxis axis, ReportedSet set, DateTimeOffset now)
    {
        IReadOnlyList<Chart.Part> parts =
            ReportText.Parts(axis, set.CreatedAt ?? axis.From, set.UnattendedUntil, set.AssistedUntil, now);
        double today = axis.At(now);
        return MarkdownText.Bar(BarLength, at => Math.Abs(at - today) <= 50.0 / BarLength ? '¦'
            : parts.FirstOrDefault(part => part.From <= at && at < part.To).Kind switch
            {
                "unattended" => '█',
                "assisted" => '▒',
                "expired" => 'x',
                _ => '·',
            });
    }

    private static void Sizes(StringBuilder page, IReadOnlyList<ReportedSet> sets)
    {
        Table(page, "Set", "Sizes by member");
        foreach (ReportedSet set in sets)
        {
            Row(page, MarkdownText.Code(set.Id), MarkdownText.Code(NameList.Short(
                [.. set.Members.OrderByDescending(member => member.Size).Select(member => $"{member.Name} {ByteText.Of(member.Size)}")])));
        }
    }

    private static void Groups(StringBuilder page, ReportContent content)
    {
        Table(page, ["Stack", "Scenario", "Sets", .. ReportText.States.Select(ReportText.Of), "Size"]);
        foreach (SetGroup group in SetGroup.Of(content.Sets))
        {
            Row(page,
            [
                group.OtherStacks > 0 ? $"{group.OtherStacks} others" : MarkdownText.Code(group.StackName),
                MarkdownText.Code(group.Scenario), $"{group.Sets.Count}",
                .. ReportText.States.Select(state => $"{group.Count(state, content.Now)}"), ByteText.Of(group.Size),
            ]);
        }
    }

    private static void Runs(StringBuilder page, ReportContent content)
    {
        foreach (ReportedRun run in ReportText.RunsOf(content))
        {
            Heading(page, MarkdownText.Code(run.Title));
            Line(page, $"{(run.Result.Length > 0 ? $"{MarkdownText.Code(run.Result)} " : "")}{ReportText.TimeOf(run)}");
            if (run.Steps.Count > 0)
            {
                Steps(page, run);
            }
        }

        LeftOut(page, content.Runs.Count, ReportText.MaxRuns, "run");
    }

    private static void Steps(StringBuilder page, ReportedRun run)
    {
        TimeAxis axis = ReportText.AxisOf(run);
        Table(page, "Step", "When", "Took", "Share", "Result");
        foreach (ReportedStep step in run.Steps.Take(ReportText.MaxSteps))
        {
            (double from, double to) = (axis.At(step.At), axis.At(step.At + step.Duration));
            Row(
                page, MarkdownText.Code(step.Step),
                MarkdownText.Bar(BarLength, at => from <= at + (50.0 / BarLength) && at - (50.0 / BarLength) < to ? '█' : '·'),
                TimeText.Of(step.Duration), ReportText.Share(step.Duration, axis.To - axis.From), MarkdownText.Code(step.Result));
        }

        LeftOut(page, run.Steps.Count, ReportText.MaxSteps, "step");
    }

    private static void Clusters(StringBuilder page, ReportContent content)
    {
        foreach (ReportedCluster cluster in content.Clusters.Take(ReportText.MaxClusters))
        {
            Heading(page, $"Cluster {MarkdownText.Code(cluster.Name)}");
            Line(page, $"{MarkdownText.Code(cluster.State)}, OpenShift {MarkdownText.Code(cluster.Version)}, "
                + $"seen {ReportText.Of(cluster.SeenAt)}; revivable: {ReportText.Window(cluster.UnattendedUntil, cluster.AssistedUntil, content.Now)}.");
            IReadOnlyList<ReportedCertificate> certificates = cluster.FirstToEnd();
            if (certificates.Count > 0)
            {
                Table(page, "Certificate", "Valid until", "Left", "Note");
            }

            foreach (ReportedCertificate one in certificates.Take(ReportText.MaxCertificates))
            {
                Row(
                    page, MarkdownText.Code(one.Name), ReportText.Of(one.NotAfter), TimeText.Left(one.NotAfter, content.Now) ?? "–",
                    one.Note.Length > 0 ? MarkdownText.Code(one.Note) : "");
            }

            LeftOut(page, certificates.Count, ReportText.MaxCertificates, "certificate");
        }

        LeftOut(page, content.Clusters.Count, ReportText.MaxClusters, "cluster");
    }

    private static void Findings(StringBuilder page, ReportContent content)
    {
        if (content.Findings.Count == 0)
        {
            return;
        }

        ReportedFinding[] problems = [.. content.WorstFirst().Where(finding => finding.IsProblem)];
        Heading(page, "Findings");
        Line(page, ReportText.CountsOf(content));
        if (problems.Length > 0)
        {
            Table(page, "Result", "Of", "Check", "Target", "Finding");
        }

        foreach (ReportedFinding finding in problems.Take(ReportText.MaxFindings))
        {
            Row(
                page, MarkdownText.Code(finding.Result), MarkdownText.Code(finding.Subject), MarkdownText.Code(finding.Check),
                MarkdownText.Code(finding.Target), MarkdownText.Code(finding.Message));
        }

        LeftOut(page, problems.Length, ReportText.MaxFindings, "finding");
    }

    private static void LeftOut(StringBuilder page, int all, int shown, string thing)
    {
        if (ReportText.LeftOut(all, shown, thing) is { } text)
        {
            Line(page, "");
            Line(page, text);
        }
    }

    private static void Heading(StringBuilder page, string text)
    {
        Line(page, "");
        Line(page, $"## {text}");
        Line(page, "");
    }

    private static void Table(StringBuilder page, params ReadOnlySpan<string> columns)
    {
        Line(page, "");
        Row(page, columns);
        Line(page, $"|{string.Concat(Enumerable.Repeat(" --- |", columns.Length))}");
    }

    private static void Row(StringBuilder page, params ReadOnlySpan<string> cells) => Line(page, $"| {string.Join(" | ", cells)} |");

    private static void Line(StringBuilder page, string text) => page.Append(CultureInfo.InvariantCulture, $"{text}\n");
}
