namespace Hotstack;

/// <summary>Makes what one piece of work tells a part of another.</summary>
internal static class ActivityParts
{
    /// <summary>The same activity, where work that is not said to be a part of anything is a part of <paramref name="whole"/>.</summary>
    public static IActivity Within(this IActivity activity, string whole) => new PartActivity(activity, whole);

    private sealed class PartActivity(IActivity activity, string whole) : IActivity
    {
        public void Verbose(string message) => activity.Verbose(message);

        public void Debug(string message) => activity.Debug(message);

        public void Warning(string message) => activity.Warning(message);

        public void Progress(ProgressReport report) =>
            activity.Progress(report.PartOf is null && report.Work != whole ? report with { PartOf = whole } : report);
    }
}
