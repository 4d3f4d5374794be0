using System.Globalization;
using System.Management.Automation;
using System.Text.RegularExpressions;

namespace Hotstack.Input;

/// <summary>Takes durations as people write them (<c>90s</c>, <c>1h30m</c>, <c>7d</c>). Plain numbers are seconds; PowerShell alone
/// takes them as ticks of 100 ns.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class DurationAttribute : ArgumentTransformationAttribute
{
    private static readonly TimeSpan Longest = TimeSpan.FromDays(3660);

    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData) =>
        (inputData is PSObject { BaseObject: Array wrapped } ? wrapped : inputData) is Array several
            ? several.Cast<object>().Select(One).ToArray()
            : One(inputData);

    /// <summary>Reads a duration; null if it is none, or too long.</summary>
    internal static TimeSpan? Read(object? value) =>
        Duration.TryRead(value, out TimeSpan duration) && duration >= TimeSpan.Zero && duration <= Longest ? duration : null;

    private static object One(object inputData)
    {
        object? value = AsWritten(inputData);
        return Read(value) ?? throw new ArgumentTransformationMetadataException(
            $"'{DisplayText.Of(value?.ToString())}' is not a duration of 0 to {Longest.TotalDays:0} days. "
            + "Write 90 or 90s, 20m, 1h30m, '7d' or 01:30:00.");
    }

    /// <summary>PowerShell reads a bare <c>7d</c> as the decimal 7 and <c>2s</c> as a short; the wrapper keeps the written text.</summary>
    private static object? AsWritten(object? input) => input switch
    {
        PSObject { BaseObject: TimeSpan duration } => duration,
        PSObject { BaseObject: decimal number } wrapped => wrapped.ToString() is [.., 'd' or 'D'] written ? written : number,
        PSObject wrapped => wrapped.ToString(),
        _ => input,
    };
}

/// <summary>Reads durations as people write them.</summary>
internal static partial class Duration
{
    /// <summary>Reads <c>90</c> (seconds, as text or number), <c>1.5h</c>, <c>1h30m</c>, <c>7d</c>, and .NET's <c>01:30:00</c>. Refuses
    /// decimal numbers: in PowerShell <c>$age = 7d</c> is one, and the user meant seven days.</summary>
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

    /// <summary>A number alone, or numbers with units, the larger units first.</summary>
    [GeneratedRegex(
        @"\A\s*((?<plain>[0-9]+(\.[0-9]+)?)\s*|(?=[0-9])((?<w>[0-9]+(\.[0-9]+)?)\s*w\s*)?((?<d>[0-9]+(\.[0-9]+)?)\s*d\s*)?"
        + @"((?<h>[0-9]+(\.[0-9]+)?)\s*h\s*)?((?<m>[0-9]+(\.[0-9]+)?)\s*m(in)?\s*)?((?<s>[0-9]+(\.[0-9]+)?)\s*s\s*)?)\z",
        RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Pattern();
}
