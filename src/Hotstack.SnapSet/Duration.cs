using System.Globalization;
using System.Text.RegularExpressions;

namespace Hotstack;

/// <summary>Durations as people write them.</summary>
internal static partial class Duration
{
    /// <summary>Reads <c>90</c> (seconds, as text or number), <c>1.5h</c>, <c>1h30m</c>, <c>7d</c>, and what .NET
    /// writes: <c>01:30:00</c>. Decimal numbers not: <c>$age = 7d</c> is one in PowerShell, and meant seven days.</summary>
    public static bool TryRead(object? value, out TimeSpan duration)
    {
        switch (value)
        {
            case TimeSpan already:
                duration = already;
                return true;
            case string text when text.Contains(':', StringComparison.Ordinal):
                return TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out duration);
            case string or byte or short or int or long or double:
                return TryReadUnits(Convert.ToString(value, CultureInfo.InvariantCulture)!, out duration);
            default:
                duration = default;
                return false;
        }
    }

    private static bool TryReadUnits(string text, out TimeSpan duration)
    {
        Match match = Pattern().Match(text);
        double seconds = Number("plain") + Number("s") + (60 * Number("m")) + (3600 * Number("h"))
            + (86_400 * Number("d")) + (604_800 * Number("w"));
        bool isRead = match.Success && seconds < TimeSpan.MaxValue.TotalSeconds;
        duration = isRead ? TimeSpan.FromSeconds(seconds) : default;
        return isRead;

        double Number(string unit) =>
            match.Groups[unit] is { Success: true } group ? double.Parse(group.ValueSpan, CultureInfo.InvariantCulture) : 0;
    }

    /// <summary>A number alone, or at least one number with a unit, the greater units first.</summary>
    [GeneratedRegex(
        @"\A\s*((?<plain>[0-9]+(\.[0-9]+)?)\s*|(?=[0-9])((?<w>[0-9]+(\.[0-9]+)?)\s*w\s*)?((?<d>[0-9]+(\.[0-9]+)?)\s*d\s*)?"
        + @"((?<h>[0-9]+(\.[0-9]+)?)\s*h\s*)?((?<m>[0-9]+(\.[0-9]+)?)\s*m(in)?\s*)?((?<s>[0-9]+(\.[0-9]+)?)\s*s\s*)?)\z",
        RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Pattern();
}
