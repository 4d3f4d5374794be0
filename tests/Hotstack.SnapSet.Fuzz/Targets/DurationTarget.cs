using Hotstack.Fuzz.Inputs;
using Hotstack.Input;

namespace Hotstack.Fuzz.Targets;

/// <summary>Durations as people write them.</summary>
internal sealed class DurationTarget : FuzzTarget
{
    private static readonly string[] Parts = ["1", "90", "s", "m", "h", "d", "w", "min", " ", ".", "5", ":", "30", "-", "1h30m", "7d",
        "01:30:00", "99999999999999999999", "1e5", "\u0661", "0.5", "\u017f", "\u212a"];

    public override string Name => "durations";

    public override IReadOnlyList<byte[]> Hostile => [.. Growing.Values.Select(make => Bytes(make(500_000)))];

    public override IReadOnlyDictionary<string, Func<int, string>> Growing { get; } = new Dictionary<string, Func<int, string>>
    {
        ["digits"] = length => new string('1', length),
        ["fraction"] = length => "1." + new string('1', length) + "x",
        ["blanks"] = length => "1" + new string(' ', length) + "x",
        ["leading blanks"] = length => new string(' ', length) + "x",
        ["units"] = length => string.Concat(Enumerable.Repeat("1h", length / 2)),
        ["colons"] = length => new string(':', length),
    };

    public override byte[] Generate(Random random) =>
        Bytes(random.Next(10) == 0 ? Vocabulary.Scalar(random)
        : string.Concat(Enumerable.Range(0, random.Next(1, 5)).Select(_ => random.Pick(Parts))));

    public override Verdict Run(byte[] input)
    {
        if (!Duration.TryRead(Text(input), out TimeSpan duration))
        {
            return new("NoDuration");
        }

        _ = TimeText.Of(duration);
        return Verdict.Accepted;
    }
}
