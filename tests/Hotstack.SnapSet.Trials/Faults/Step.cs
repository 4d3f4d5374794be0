using System.Globalization;
using Hotstack.Sandbox;

namespace Hotstack.Trials.Faults;

/// <summary>One call of a workflow, told so that it is the same one in every run: by its shape, and which of that shape it is.</summary>
internal sealed record Step(CallShape Shape, int Nth)
{
    /// <summary>
    /// The calls of a run that are worth a fault each: all that change something, and of those that only read the first, the second and
    /// the last of each shape between two changes. What lies between these is a wait, whose looks are all alike.
    /// </summary>
    public static IReadOnlyList<Step> Of(IEnumerable<Call> calls)
    {
        var seen = new Dictionary<CallShape, int>();
        var steps = new List<Step>();
        var reads = new Dictionary<CallShape, List<Step>>();
        foreach (Call call in calls)
        {
            var shape = CallShape.Of(call);
            var step = new Step(shape, seen[shape] = seen.GetValueOrDefault(shape) + 1);
            if (call.Method is not ("GET" or "HEAD"))
            {
                reads.Clear();
                steps.Add(step);
                continue;
            }

            if (!reads.TryGetValue(shape, out List<Step>? alike))
            {
                reads[shape] = alike = [];
            }

            if (alike.Count == 3)
            {
                steps.Remove(alike[2]);
                alike.RemoveAt(2);
            }

            alike.Add(step);
            steps.Add(step);
        }

        return steps;
    }

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    public static Step? Parse(string text) =>
        text.Split(' ') is [var method, var path, ['#', .. var number]] && int.TryParse(number, CultureInfo.InvariantCulture, out int nth)
            ? new Step(new CallShape(method, path), nth)
            : null;

    public override string ToString() => $"{Shape} #{Nth}";
}
