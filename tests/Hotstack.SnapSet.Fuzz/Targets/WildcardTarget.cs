using Hotstack.Fuzz.Inputs;

namespace Hotstack.Fuzz.Targets;

/// <summary>A pattern, and a name to match, parted by a line break.</summary>
internal sealed class WildcardTarget : FuzzTarget
{
    private static readonly string[] Parts = ["a", "b", "A", "*", "?", "[ab]", "[a-c]", "[c-a]", "[", "]", "[]", "[]a]", "[^a]", "`*", "`",
        "[`]]", "-", "[-a]", "[a-]", "**", ".", "\\", "(", "$", "\u00e4", "\u0130", "\ud83d\ude00"];

    public override string Name => "wildcards";

    public override IReadOnlyList<byte[]> Hostile =>
        [.. Growing.Values.Select(make => Bytes(make(500_000))), [], Bytes("\n"), Bytes("[\n["), Bytes("`\n`")];

    public override IReadOnlyDictionary<string, Func<int, string>> Growing { get; } = new Dictionary<string, Func<int, string>>
    {
        ["text"] = length => "*a*b\n" + new string('a', length),
        ["stars"] = length => new string('*', length) + "b\n" + new string('a', 1000),
        ["questions"] = length => new string('?', length / 2) + "\n" + new string('a', length / 2),
        ["brackets"] = length => new string('[', length) + "\na",
        ["set"] = length => "[" + new string('b', length) + "]\na",
    };

    public override byte[] Generate(Random random)
    {
        string Made(int most) => string.Concat(Enumerable.Range(0, random.Next(most)).Select(_ => random.Pick(Parts)));
        string pattern = Made(6);
        string name = random.Next(2) == 0 ? string.Concat(pattern.Where(char.IsLetterOrDigit)) : Made(5);
        return Bytes($"{pattern}\n{name}");
    }

    public override Verdict Run(byte[] input)
    {
        string[] parts = Text(input).Split('\n', 2);
        string name = parts.Length > 1 ? parts[1] : "";
        bool isMatch = Wildcard.Matches(name, parts[0]);
        if (!Wildcard.IsPattern(parts[0]) && !parts[0].Contains('`', StringComparison.Ordinal))
        {
            CheckFailedException.Unless(isMatch == string.Equals(name, parts[0], StringComparison.OrdinalIgnoreCase),
                "a text without wildcards matches only itself");
        }

        return isMatch ? Verdict.Accepted : new("NoMatch");
    }
}
