using System.Globalization;

namespace Hotstack.Fuzz;

/// <summary>What the command line says.</summary>
internal sealed record Options
{
    public string? Target { get; init; }

    public int Inputs { get; init; } = 100_000;

    public int Seed { get; init; } = 1;

    /// <summary>The only input to try.</summary>
    public int? Input { get; init; }

    /// <summary>Of a process that another of us started: where to begin.</summary>
    public int From { get; init; }

    /// <summary>Of a process that another of us started: where to say how far it is.</summary>
    public string? ProgressFile { get; init; }

    public static Options? Parse(string[] args)
    {
        var options = new Options();
        if (args.Length % 2 != 0)
        {
            return null;
        }

        foreach (string[] pair in args.Chunk(2))
        {
            int number = int.TryParse(pair[1], NumberStyles.None, CultureInfo.InvariantCulture, out int given) ? given : -1;
            Options? next = pair[0] switch
            {
                "--target" => options with { Target = pair[1] },
                "--progress" => options with { ProgressFile = pair[1] },
                "--inputs" when number > 0 => options with { Inputs = number },
                "--seed" when number >= 0 => options with { Seed = number },
                "--input" when number >= 0 => options with { Input = number },
                "--from" when number >= 0 => options with { From = number },
                _ => null,
            };
            if (next is null)
            {
                return null;
            }

            options = next;
        }

        return options.Input is not null && options.Target is null ? null : options;
    }
}
