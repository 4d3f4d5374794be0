using System.Globalization;

namespace Hotstack.Reports;

/// <summary>Many sets in few lines: one for each stack and scenario, the largest groups first.</summary>
/// <param name="StackName">The stack; null if not recorded.</param>
/// <param name="Scenario">The scenario; null if not recorded.</param>
/// <param name="OtherStacks">How many smaller groups this line stands for; 0 for a group of its own.</param>
/// <param name="Sets">Its sets.</param>
internal sealed record SetGroup(string? StackName, string? Scenario, int OtherStacks, IReadOnlyList<ReportedSet> Sets)
{
    /// <summary>From this number on sets are shown in groups.</summary>
    public const int Threshold = 100;

    private const int MaxGroups = 60;
    private const int Months = 13;
    private const string Past = "past";
    private const string Later = "later";
    private const string NotRecorded = "not recorded";

    /// <summary>The size of all of its sets, in bytes.</summary>
    public long Size => Sets.Total(set => set.Size);

    /// <summary>How many of its sets are in a state.</summary>
    public int Count(WindowState state, DateTimeOffset now) => Sets.Count(set => set.WindowAt(now) == state);

    /// <summary>The groups; the last one stands for those that are left.</summary>
    public static IReadOnlyList<SetGroup> Of(IEnumerable<ReportedSet> sets)
    {
        SetGroup[] all =
        [
            .. sets.GroupBy(set => (set.StackName, set.Scenario))
                .Select(group => new SetGroup(group.Key.StackName, group.Key.Scenario, 0, [.. group]))
                .OrderByDescending(group => group.Sets.Count).ThenBy(group => group.StackName, StringComparer.Ordinal),
        ];
        return all.Length <= MaxGroups ? all :
        [
            .. all[..(MaxGroups - 1)],
            new SetGroup(null, null, all.Length - MaxGroups + 1, [.. all[(MaxGroups - 1)..].SelectMany(group => group.Sets)]),
        ];
    }

    /// <summary>How many sets reach the end of their unattended window in each month: past ones together, those after a year
    /// together, those without a date last.</summary>
    public static IReadOnlyList<(string Label, int Count)> ByMonth(IReadOnlyCollection<ReportedSet> sets, DateTimeOffset now)
    {
        ILookup<string, ReportedSet> found = sets.ToLookup(set => MonthOf(set.UnattendedUntil, now));
        string[] months = [.. Enumerable.Range(0, Months).Select(ahead => Month(FirstOfMonth(now).AddMonths(ahead)))];
        return
        [
            .. months.Prepend(Past).Concat([Later, NotRecorded])
                .Select(label => (label, found[label].Count())).Where(month => month.Item2 > 0),
        ];
    }

    private static string MonthOf(DateTimeOffset? end, DateTimeOffset now) => end is not { } at ? NotRecorded
        : at < now ? Past
        : at >= FirstOfMonth(now).AddMonths(Months) ? Later
        : Month(at);

    private static string Month(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM", CultureInfo.InvariantCulture);

    private static DateTimeOffset FirstOfMonth(DateTimeOffset at) =>
        new(at.UtcDateTime.Year, at.UtcDateTime.Month, 1, 0, 0, 0, TimeSpan.Zero);
}
