using Hotstack.Deployments;

namespace Hotstack.Reports;

/// <summary>The words that all forms of a report share.</summary>
internal static class ReportText
{
    public const string Title = "Hotstack report";
    public const int MaxRuns = 20;
    public const int MaxSteps = 100;
    public const int MaxCertificates = 60;
    public const int MaxFindings = 300;
    public const int MaxClusters = 30;
    public const int MaxNext = 50;
    public const int MaxProblems = 5;

    public static readonly WindowState[] States = [WindowState.Unattended, WindowState.Assisted, WindowState.Expired, WindowState.Unknown];

    /// <summary>What a state means, in one or two words of the glossary.</summary>
    public static string Of(WindowState state) => state switch
    {
        WindowState.Unattended => "unattended",
        WindowState.Assisted => "assisted",
        WindowState.Expired => "expired",
        _ => "not recorded",
    };

    /// <summary>A moment; <c>not recorded</c> for none.</summary>
    public static string Of(DateTimeOffset? moment) => moment is { } at ? TimeText.Of(at) : "not recorded";

    /// <summary>A day; a dash for none.</summary>
    public static string Day(DateTimeOffset? moment) => moment is { } at ? TimeText.Of(at)[..10] : "–";

    /// <summary>How a cluster can be revived at one moment: as the revive window of its record says.</summary>
    public static WindowState StateAt(DateTimeOffset? unattended, DateTimeOffset? assisted, DateTimeOffset now) =>
        new ReviveWindow(new ClusterRecord { RecordedAt = now, UnattendedUntil = unattended, AssistedUntil = assisted }, now).State switch
        {
            ReviveWindowState.Unattended => WindowState.Unattended,
            ReviveWindowState.Assisted => WindowState.Assisted,
            ReviveWindowState.Expired => WindowState.Expired,
            _ => WindowState.Unknown,
        };

    /// <summary>Until when a set can be revived, with the time that is left.</summary>
    public static string Window(DateTimeOffset? unattended, DateTimeOffset? assisted, DateTimeOffset now)
    {
        WindowState state = StateAt(unattended, assisted, now);
        string? alone = state == WindowState.Expired && unattended >= now ? null : Half("unattended", unattended, now);
        string? helped = state == WindowState.Assisted && assisted is null ? "assisted, end not recorded" : Half("assisted", assisted, now);
        return state == WindowState.Unknown
            ? helped is null ? "not recorded" : $"unattended: not recorded; {helped}"
            : string.Join("; ", new[] { alone, helped }.OfType<string>());
    }

    /// <summary>The parts of the window of a set on an axis, for a bar. A part whose end is not recorded continues to the end of the axis;
    /// without a state there is no part.</summary>
    public static IReadOnlyList<Chart.Part> Parts(
        TimeAxis axis, DateTimeOffset from, DateTimeOffset? unattended, DateTimeOffset? assisted, DateTimeOffset now) =>
        (StateAt(unattended, assisted, now), unattended, assisted) switch
        {
            (WindowState.Expired, _, { } end) => [new(axis.At(from), axis.At(end), "expired")],
            (WindowState.Assisted, { } alone, null) => Halves(axis, from, alone, axis.To),
            (WindowState.Unattended or WindowState.Assisted, { } alone, _) => Halves(axis, from, alone, assisted ?? alone),
            _ => [],
        };

    /// <summary>A part of a whole: <c>35 %</c>; a whole of nothing has no parts.</summary>
    public static string Share(TimeSpan part, TimeSpan whole) =>
        whole <= TimeSpan.Zero ? "" : $"{Math.Clamp(part / whole * 100, 0, 100):0} %";

    /// <summary>From the first step to the last, at least as long as the run.</summary>
    public static TimeAxis AxisOf(ReportedRun run)
    {
        DateTimeOffset from = run.BeganAt ?? DateTimeOffset.UnixEpoch;
        DateTimeOffset to = run.Steps.Select(step => step.At + step.Duration).Append(from + run.Duration).Max();
        return TimeAxis.Exactly(from, to);
    }

    /// <summary>When a run began and how long it took, in a sentence. It has no beginning without a step.</summary>
    public static string TimeOf(ReportedRun run) => run.BeganAt is { } began
        ? $"Began {TimeText.Of(began)}, took {TimeText.Of(run.Duration)}."
        : $"Took {TimeText.Of(run.Duration)}.";

    /// <summary>How many findings are to be read, how many checks passed, and how many were skipped, in a sentence.</summary>
    public static string CountsOf(ReportContent content)
    {
        int problems = content.Findings.Count(finding => finding.IsProblem);
        int skipped = content.Findings.Count(finding => finding.IsSkipped);
        return (problems == 0 ? "No finding needs attention" : $"{CountText.Of(problems, "finding")} to read")
            + $", {CountText.Of(content.Findings.Count - problems - skipped, "check")} passed, {skipped} skipped.";
    }

    /// <summary>The runs that are shown, the newest first.</summary>
    public static IReadOnlyList<ReportedRun> RunsOf(ReportContent content) =>
        [.. content.Runs.OrderByDescending(run => run.BeganAt).Take(MaxRuns)];

    /// <summary>The next sets that can no longer revive by themselves.</summary>
    public static IReadOnlyList<ReportedSet> NextOf(ReportContent content) =>
    [
        .. content.Sets.Where(set => set.UnattendedUntil >= content.Now).OrderBy(set => set.UnattendedUntil)
            .ThenBy(set => set.Id, StringComparer.Ordinal).Take(MaxNext),
    ];

    /// <summary>What is left out; null for nothing.</summary>
    public static string? LeftOut(int all, int shown, string thing) =>
        all > shown ? $"{CountText.Of(all - shown, $"more {thing}")} {(all - shown == 1 ? "is" : "are")} not shown." : null;

    private static Chart.Part[] Halves(TimeAxis axis, DateTimeOffset from, DateTimeOffset alone, DateTimeOffset helped)
    {
        var unattended = new Chart.Part(axis.At(from), axis.At(alone), "unattended");
        return helped > alone ? [unattended, new(axis.At(alone), axis.At(helped), "assisted")] : [unattended];
    }

    private static string? Half(string word, DateTimeOffset? end, DateTimeOffset now) => end is not { } at ? null
        : at < now ? $"{word}: expired {TimeText.Of(at)}" : $"{word} until {TimeText.Of(at)} ({TimeText.Of(at - now)} left)";
}
