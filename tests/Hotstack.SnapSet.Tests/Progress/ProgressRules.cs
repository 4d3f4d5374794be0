using System.Text.RegularExpressions;
using Xunit;

namespace Hotstack.Progress;

/// <summary>What must hold of everything that one command reports, however it ends.</summary>
internal static partial class ProgressRules
{
    /// <summary>Cancels when so many reports have come.</summary>
    public static CancellationTokenSource StopAt(RecordingActivity activity, int reports)
    {
        var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        int count = 0;
        activity.ProgressListener = _ =>
        {
            if (Interlocked.Increment(ref count) == reports)
            {
                stop.Cancel();
            }
        };
        return stop;
    }

    /// <summary>If anything was shown at all, none of it is left.</summary>
    public static void CheckEnded(RecordingActivity activity) => Assert.All(
        activity.Reports.GroupBy(r => r.Work), work => Assert.True(work.Last().Completed, $"'{work.Key}' is left on the screen"));

    /// <summary>One whole, whose parts name it while it is on the screen; and all of it is taken off at the end.</summary>
    public static void Check(RecordingActivity activity, string whole)
    {
        var open = new Dictionary<string, ProgressReport>();
        var roots = new HashSet<string>();
        Assert.NotEmpty(activity.Reports);
        foreach (ProgressReport report in activity.Reports)
        {
            if (report.Completed)
            {
                open.Remove(report.Work);
                continue;
            }

            Assert.True(report.PartOf is null || open.ContainsKey(report.PartOf),
                $"'{report.Work}' is a part of '{report.PartOf}', which is not shown");
            Assert.InRange(report.Percent ?? 0, 0, 100);
            Assert.True(report.Remaining is null || report.Remaining >= TimeSpan.Zero);
            Assert.NotEqual("", report.Work);
            open[report.Work] = report;
            if (report.PartOf is null)
            {
                roots.Add(report.Work);
            }
        }

        Assert.Empty(open.Keys);
        string root = Assert.Single(roots);
        Assert.StartsWith(whole, root, StringComparison.Ordinal);
    }

    /// <summary>What each work showed beside its status. Single servers, nodes, operators and resources tell their state, and are left out.</summary>
    /// <param name="activity">What was reported.</param>
    /// <param name="isSingle">Whether the work of this title is of a single thing.</param>
    /// <returns><c>Starting servers: percent limit</c>, without the names of clusters, stacks and sets.</returns>
    public static IEnumerable<string> Table(RecordingActivity activity, Func<string, bool> isSingle)
    {
        return activity.Reports.Where(report => !report.Completed && !isSingle(report.Work))
            .GroupBy(report => NameAtTheEnd().Replace(report.Work, "$1"))
            .Select(work => $"{work.Key}:{If(work, " percent", r => r.Percent)}{If(work, " remaining", r => r.Remaining)}{If(work, " limit", r => r.Limit)}")
            .Order(StringComparer.Ordinal);

        static string If<T>(IEnumerable<ProgressReport> reports, string word, Func<ProgressReport, T?> value)
            where T : struct => reports.Any(report => value(report) is not null) ? word : "";
    }

    [GeneratedRegex("(?<= )(cluster|stack|SnapSet) [a-z0-9-]+$")]
    private static partial Regex NameAtTheEnd();

    /// <summary>The parts of the whole, or of its parts, that were shown.</summary>
    public static IEnumerable<string> Parts(RecordingActivity activity) =>
        activity.Reports.Where(r => r is { PartOf: not null, Completed: false }).Select(r => r.Work).Distinct();
}
