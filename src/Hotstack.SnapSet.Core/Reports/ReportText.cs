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

    /// <summary>Until when a set can be revived, with the time that is left.</summary>
    public static string Window(DateTimeOffset? unattended, DateTimeOffset? assisted, DateTimeOffset now) => (unattended, assisted) switch
    {
        (null, null) => "not recorded",
        _ => string.Join("; ", new[] { Half("unattended", unattended, now), Half("assisted", assisted, now) }.OfType<string>()),
    };

    /// <summary>The parts of the window of a set on an axis, for a bar.</summary>
    public static IReadOnlyList<Chart.Part> Parts(
        TimeAxis axis, DateTimeOffset from, DateTimeOffset? unattended, DateTimeOffset? assisted, DateTimeOffset now) =>
        (assisted ?? unattended) is not { } end ? []
        : assisted < now ? [new(axis.At(from), axis.At(end), "expired")]
        :
        [
            .. unattended is { } alone ? [new(axis.At(from), axis.At(alone), "unattended")] : Array.Empty<Chart.Part>(),
            .. assisted is { } helped && helped > (unattended ?? from)
                ? [new(axis.At(unattended ?? from), axis.At(helped), "assisted")] : Array.Empty<Chart.Part>(),
        ];

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

    /// <summary>The runs that are shown, the newest first.</summary>
    public static IReadOnlyList<ReportedRun> RunsOf(ReportContent content) =>
        [.. content.Runs.OrderByDescending(run => run.BeganAt).Take(MaxRuns)];

    /// <summary>The sets that stop to revive by themselves next.</summary>
    public static IReadOnlyList<ReportedSet> NextOf(ReportContent content) =>
    [
        .. content.Sets.Where(set => set.UnattendedUntil >= content.Now).OrderBy(set => set.UnattendedUntil)
            .ThenBy(set => set.Id, StringComparer.Ordinal).Take(MaxNext),
    ];

    /// <summary>What is left out; null for nothing.</summary>
    public static string? LeftOut(int all, int shown, string thing) =>
        all > shown ? $"{CountText.Of(all - shown, thing)} more {(all - shown == 1 ? "is" : "are")} not shown." : null;

    private static string? Half(string word, DateTimeOffset? end, DateTimeOffset now) => end is not { } at ? null
        : at < now ? $"{word}: expired {TimeText.Of(at)}" : $"{word} until {TimeText.Of(at)} ({TimeText.Of(at - now)} left)";
}
