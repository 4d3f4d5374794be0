using System.Management.Automation;

namespace Hotstack;

/// <summary>Takes durations as people write them (<c>90s</c>, <c>1h30m</c>, <c>7d</c>), and plain numbers as seconds,
/// where PowerShell alone would count them in ticks of 100 ns.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class DurationAttribute : ArgumentTransformationAttribute
{
    private static readonly TimeSpan Longest = TimeSpan.FromDays(3660);

    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData) =>
        (inputData is PSObject { BaseObject: Array wrapped } ? wrapped : inputData) is Array several
            ? several.Cast<object>().Select(One).ToArray()
            : One(inputData);

    private static object One(object inputData)
    {
        object? value = AsWritten(inputData);
        bool isRead = Duration.TryRead(value, out TimeSpan duration);
        return isRead && duration >= TimeSpan.Zero && duration <= Longest
            ? duration
            : throw new ArgumentTransformationMetadataException(
                $"'{DisplayText.Of(value?.ToString())}' is not a duration of 0 to {Longest.TotalDays:0} days. Write 90 or 90s, 20m, 1h30m, '7d' or 01:30:00.");
    }

    /// <summary>PowerShell reads a bare <c>7d</c> as the decimal 7 and <c>2s</c> as a short, but keeps what was written
    /// in the wrapper.</summary>
    private static object? AsWritten(object? input) => input switch
    {
        PSObject { BaseObject: TimeSpan duration } => duration,
        PSObject { BaseObject: decimal number } wrapped => wrapped.ToString() is [.., 'd' or 'D'] written ? written : number,
        PSObject wrapped => wrapped.ToString(),
        _ => input,
    };
}
