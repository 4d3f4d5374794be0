namespace Hotstack.Bench;

/// <summary>What some work cost at one size.</summary>
internal sealed record Cost(double Size, double Calls, double Milliseconds, double Peak)
{
    /// <summary>The medians of some runs at one size.</summary>
    public static Cost Of(double size, IReadOnlyCollection<(Run Run, int Calls)> runs) => new(
        size, Figures.Median(runs.Select(r => (double)r.Calls)), Figures.Median(runs.Select(r => r.Run.Inside)),
        Figures.Median(runs.Select(r => (double)r.Run.Peak)));
}

/// <summary>How the costs of some work grow with its size.</summary>
internal static class Growth
{
    private const double Linear = 1.1;

    /// <summary>The head of a table of costs by size.</summary>
    public static string[] Head(string size, IEnumerable<Cost> costs) => [size, "", .. costs.Select(c => $"{c.Size:0.#}"), "grows as"];

    /// <summary>Three lines: calls, time, and memory, each with its exponent.</summary>
    public static IEnumerable<string[]> Rows(string work, IReadOnlyList<Cost> costs) =>
    [
        [work, "calls", .. costs.Select(c => $"{c.Calls:0}"), Order(costs.Select(c => (c.Size, c.Calls)))],
        ["", "time", .. costs.Select(c => Figures.Seconds(c.Milliseconds)), Order(costs.Select(c => (c.Size, c.Milliseconds)))],
        ["", "peak", .. costs.Select(c => Figures.MiB(c.Peak)), Order(costs.Select(c => (c.Size, c.Peak)))],
    ];

    private static string Order(IEnumerable<(double Size, double Value)> points)
    {
        (double, double)[] all = [.. points];
        if (all.Length < 2)
        {
            return "";
        }

        double exponent = Figures.Exponent(all);
        return $"n^{Figures.Text(exponent)}{(exponent > Linear ? " **!**" : "")}";
    }
}
