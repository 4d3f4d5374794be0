using Hotstack.Fuzz.Inputs;
using Hotstack.OpenStack;

namespace Hotstack.Fuzz.Targets;

/// <summary>MAC addresses.</summary>
internal sealed class MacTarget : FuzzTarget
{
    private static readonly string[] Separators = [":", "-", ":", ":", "", ".", " ", "::"];

    public override string Name => "macs";

    public override IReadOnlyDictionary<string, Func<int, string>> Growing { get; } = new Dictionary<string, Func<int, string>>
    {
        ["colons"] = length => new string(':', length),
        ["digits"] = length => new string('f', length),
    };

    public override byte[] Generate(Random random)
    {
        string separator = random.Pick(Separators);
        string text = string.Join(separator, Enumerable.Range(0, random.Next(8) == 0 ? random.Next(9) : 6)
            .Select(_ => random.Next(25) == 0 ? Vocabulary.Scalar(random) : random.Next(256)
            .ToString(random.Pick(["x2", "X2", "x"]), null)));
        return Bytes(random.Next(10) == 0 ? Vocabulary.Token(random) + text : text);
    }

    public override Verdict Run(byte[] input)
    {
        if (!MacAddress.TryParse(Text(input), out string canonical))
        {
            return new("NoMac");
        }

        CheckFailedException.Unless(
            canonical.Length == 17 && canonical.Where((_, i) => i % 3 == 2).All(sign => sign == ':')
                && MacAddress.TryParse(canonical, out string again) && again == canonical, "its canonical form is none");
        return Verdict.Accepted;
    }
}
