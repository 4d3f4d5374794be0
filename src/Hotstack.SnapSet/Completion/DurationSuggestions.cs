using System.Collections.Frozen;
using System.Globalization;
using Hotstack.Input;
using Hotstack.Suggestions;

namespace Hotstack.Completion;

/// <summary>Durations that are sensible for a parameter, and for a number that the user typed each unit.</summary>
internal static class DurationSuggestions
{
    private const string ForTimeout = "5m 15m 30m 1h 1h30m 2h 6h";

    private static readonly FrozenDictionary<string, string> Usual = new Dictionary<string, string>
    {
        ["PollInterval"] = "1s 2s 5s 10s 30s 1m",
        ["ShutdownDelay"] = "5s 15s 30s 1m",
        ["DrainTimeout"] = "30s 1m 2m 5m 10m",
        ["SettleTime"] = "30s 1m 2m 5m",
        ["StableFor"] = "5s 30s 1m 3m 5m 10m",
        ["MinimumValidity"] = "26h 3d 7d 14d 21d",
        ["ExpiringWithin"] = "1d 3d 7d 14d 30d",
        ["OlderThan"] = "1d 7d 14d 30d 90d",
        ["RotationTimeout"] = "12h 26h 3d 5d",
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    /// <param name="parameter">The parameter's name.</param>
    /// <param name="typed">What the user typed of the duration.</param>
    /// <param name="default">The parameter's default; null for none.</param>
    public static IEnumerable<Suggestion> For(string parameter, string typed, TimeSpan? @default)
    {
        string[] usual = Usual.GetValueOrDefault(parameter, ForTimeout).Split(' ');
        string[] ofNumber = typed.Length > 0 && typed.All(char.IsAsciiDigit) ? [.. "smhd".Select(unit => $"{typed}{unit}")] : [];
        return usual.Concat(ofNumber).Distinct().Select(text => (Text: text, Duration: DurationAttribute.Read(text)))
            .Where(one => one.Duration is not null)
            .Select(one => new Suggestion(one.Text, InWords(one.Duration!.Value) + (one.Duration == @default ? " (default)" : ""))
            {
                IsExpression = true,
            });
    }

    /// <summary>A duration as <c>1 hour 30 minutes</c>.</summary>
    public static string InWords(TimeSpan duration)
    {
        (double Number, string Unit)[] parts =
        [
            (duration.Days, "day"), (duration.Hours, "hour"), (duration.Minutes, "minute"), (duration.TotalSeconds % 60, "second"),
        ];
        string words = string.Join(' ', parts.Where(part => part.Number > 0).Select(part =>
            $"{part.Number.ToString(CultureInfo.InvariantCulture)} {part.Unit}{(part.Number == 1 ? "" : "s")}"));
        return words.Length > 0 ? words : "0 seconds";
    }
}
