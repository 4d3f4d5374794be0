using System.Text.RegularExpressions;
using Hotstack.Sandbox;

namespace Hotstack.Trials.Workflows;

/// <summary>A moment of a run: the nth call of a kind, as it arrives or when its work is done.</summary>
internal sealed partial record CallPoint(string Kind, int Nth, CallMoment Moment)
{
    /// <summary>The moments of a run by its calls: each write as it arrives and when it is done; of reads of one kind, such as the
    /// looks of a poll, the first, the second and the last as they arrive.</summary>
    public static IReadOnlyList<CallPoint> Of(IEnumerable<Call> calls) =>
    [
        .. calls.GroupBy(KindOf).SelectMany(kind => IsRead(kind.Key)
            ? new[] { 1, 2, kind.Count() }.Where(nth => nth <= kind.Count()).Distinct()
                .Select(nth => new CallPoint(kind.Key, nth, CallMoment.Received))
            : Enumerable.Range(1, kind.Count())
                .SelectMany(nth => new CallPoint[] { new(kind.Key, nth, CallMoment.Received), new(kind.Key, nth, CallMoment.Done) }))
            .OrderBy(p => p.Kind, StringComparer.Ordinal).ThenBy(p => p.Nth).ThenBy(p => p.Moment),
    ];

    /// <summary>What two runs of a workflow have in common: no ids, no numbers.</summary>
    public static string KindOf(Call call)
    {
        string action = TopKey().Match(call.Body) is { Success: true } key && call.Path.EndsWith("/action", StringComparison.Ordinal)
            ? $" {key.Groups[1].Value}" : "";
        return $"{call.Service} {call.Method} {Varying().Replace(call.Path, "*")}{action}";
    }

    public override string ToString() => $"{Kind} #{Nth} {(Moment == CallMoment.Received ? "before" : "after")}";

    private static bool IsRead(string kind) => kind.Contains(" GET ", StringComparison.Ordinal)
        || kind.StartsWith("identity", StringComparison.Ordinal);

    [GeneratedRegex(@"[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}|(?<=hotstack-snapset-)[0-9a-f]{8}|(?<=arm-\d-|cancel-\d-)\d+|csr-[a-z0-9]+")]
    private static partial Regex Varying();

    [GeneratedRegex("^\\s*\\{\\s*\"([^\"]+)\"")]
    private static partial Regex TopKey();
}
