namespace Hotstack.Fuzz;

/// <summary>The secrets of all inputs have this in them, so that one that is told is seen.</summary>
internal static class Secret
{
    public const string Marker = "mArKeD5ecret";

    /// <summary>Looks at all that a user, or Get-Error, could see of it.</summary>
    public static void MustNotBeIn(Exception exception)
    {
        MustNotBeIn(exception.ToString());
        for (Exception? e = exception; e is not null; e = e.InnerException)
        {
            if (e is HotstackException { } told)
            {
                MustNotBeIn(told.Hint);
                MustNotBeIn(told.Target?.ToString());
            }
        }
    }

    public static void MustNotBeIn(string? text) =>
        CheckFailedException.Unless(text?.Contains(Marker, StringComparison.Ordinal) != true, $"a secret is told: {Around(text)}");

    private static string Around(string? text)
    {
        int at = text?.IndexOf(Marker, StringComparison.Ordinal) ?? -1;
        return at < 0 ? "" : text![Math.Max(0, at - 60)..Math.Min(text!.Length, at + Marker.Length + 20)];
    }
}

/// <summary>Hears what is told of reading, and looks for secrets in it.</summary>
internal sealed class WatchedActivity : IActivity
{
    public void Verbose(DisplayText message) => Secret.MustNotBeIn(message);

    public void Debug(DisplayText message) => Secret.MustNotBeIn(message);

    public void Warning(DisplayText message) => Secret.MustNotBeIn(message);

    public void Progress(ProgressReport report) => Secret.MustNotBeIn(report.ToString());
}
