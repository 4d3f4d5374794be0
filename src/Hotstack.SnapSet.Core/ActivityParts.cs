namespace Hotstack;

/// <summary>Makes what one piece of work tells a part of another.</summary>
internal static class ActivityParts
{
    /// <summary>The same activity, where work that is not said to be a part of anything is a part of <paramref name="whole"/>.</summary>
    public static IActivity Within(this IActivity activity, string whole) => new PartActivity(activity, whole);

    private sealed class PartActivity(IActivity activity, DisplayText whole) : IActivity
    {
        public void Verbose(DisplayText message) => activity.Verbose(message);

        public void Debug(DisplayText message) => activity.Debug(message);

        public void Warning(DisplayText message) => activity.Warning(message);

        public void Progress(ProgressReport report) =>
            activity.Progress(report.PartOf is null && report.Work != whole ? report with { PartOf = whole } : report);
    }
}
