using System.Globalization;
using System.Text;
using Hotstack.Trials.Workflows;

namespace Hotstack.Trials.Faults;

/// <summary>The results as a table in Markdown: a line for each trouble, a column for each workflow, in it how many calls ended complete,
/// clean and BAD.</summary>
internal static class FaultTable
{
    public static string Of(IReadOnlyCollection<CellResult> results)
    {
        Workflow[] workflows = [.. Workflow.All.Where(w => results.Any(r => r.Cell.Workflow == w))];
        var text = new StringBuilder();
        text.AppendLine(Line(["complete / clean / BAD", .. workflows.Select(w => w.Name)]));
        text.AppendLine(Line(Enumerable.Repeat("---", workflows.Length + 1)));
        foreach (Trouble trouble in Trouble.All.Where(t => results.Any(r => r.Cell.Trouble == t)))
        {
            CellResult[] ofTrouble = [.. results.Where(r => r.Cell.Trouble == trouble)];
            text.AppendLine(Line([trouble.Name, .. workflows.Select(w => Counts(ofTrouble.Where(r => r.Cell.Workflow == w)))]));
        }

        text.AppendLine(Line(["all", .. workflows.Select(w => Counts(results.Where(r => r.Cell.Workflow == w)))]));
        return text.ToString();
    }

    private static string Line(IEnumerable<string> cells) => $"| {string.Join(" | ", cells)} |";

    private static string Counts(IEnumerable<CellResult> results)
    {
        CellResult[] hit = [.. results.Where(r => r.WasHit || r.Verdict.Ending == Ending.Bad)];
        return hit.Length == 0 ? "" : string.Join(" / ", new[] { Ending.Complete, Ending.Clean, Ending.Bad }
            .Select(ending => hit.Count(r => r.Verdict.Ending == ending).ToString(CultureInfo.InvariantCulture)));
    }
}
