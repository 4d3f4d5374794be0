using System.Text.Json.Nodes;
using Hotstack.Configuration;
using Hotstack.Fuzz.Inputs;
using Hotstack.Templates;
using Hotstack.Templates.Expressions;
using YamlDotNet.Core;

namespace Hotstack.Fuzz.Targets;

/// <summary>Texts with expressions in them.</summary>
internal sealed class ExpressionTarget : FuzzTarget
{
    private static readonly string[] Names = ["a", "map.b", "map.b.c", "list", "missing", "_x", "a.b", "true", "none", "d"];
    private static readonly string[] Literals = ["'x'", "\"y\\n\"", "1", "-2.5", "[1, 'a']", "{'k': [none]}", "True", "9999999999999999999",
        "1.2.3", "'\\x'", "[[[[]]]]", "{}", "[,]", "''"];

    private static readonly string[] Behind = ["", "", "", "[:1]", "[-1]", "[::-1]", "['b']", "[9:2:-3]", "[a]", " is defined", " ~ a", " + list",
        " == 1", " in list", " if a else d", " and a", "[", " if"];

    private static readonly string[] Filters = ["default", "d", "default", "upper", "first", "replace", "join", "int", "ternary", "combine",
        "path_join", "bool", "length", "ansible.builtin.basename", "map"];

    private static readonly Dictionary<string, JsonNode?> Given = new()
    {
        ["a"] = JsonValue.Create("A"),
        ["map"] = new JsonObject { ["b"] = new JsonObject { ["c"] = 1 } },
        ["list"] = new JsonArray(1, 2),
        ["d"] = null,
    };

    public override string Name => "expressions";

    public override IReadOnlyList<byte[]> Hostile =>
    [
        Bytes("{{ a" + string.Concat(Enumerable.Repeat("|d(a)", 150_000)) + " }}"), Bytes("{{ " + new string('[', 800_000)),
            Bytes("{{ " + new string('[', 400_000) + new string(']', 400_000) + " }}"),
        Bytes(new string('{', 900_000)), Bytes("{{ '" + new string('\\', 900_001)), Bytes("{{ a" + new string('.', 900_000) + "b }}"),
            Bytes("{{ " + new string('1', 900_000) + " }}"), Bytes("{{ '" + new string('x', 900_000) + "' }}"),
        Bytes(string.Concat(Enumerable.Repeat("{{ a }}", 120_000))), Bytes("{{"), Bytes("{{}}"), Bytes("{{ }}"), Bytes("{"),
            Bytes("{{ a }"), Bytes("{{ 'a"), Bytes("{{ 'a\\"),
    ];

    public override IReadOnlyDictionary<string, Func<int, string>> Growing { get; } = new Dictionary<string, Func<int, string>>
    {
        ["expressions"] = length => string.Concat(Enumerable.Repeat("{{ a }}", length / 7)),
        ["filters"] = length => "{{ a" + string.Concat(Enumerable.Repeat("|d(a)", length / 5)) + " }}",
        ["braces"] = length => new string('{', length),
        ["quotes"] = length => "{{ " + string.Concat(Enumerable.Repeat("'a' ", length / 4)) + " }}",
        ["backslashes"] = length => "{{ '" + new string('\\', length),
        ["list"] = length => "{{ [" + string.Concat(Enumerable.Repeat("1,", length / 2)) + "1] }}",
        ["slices"] = length => "{{ a" + string.Concat(Enumerable.Repeat("[:1]", length / 4)) + " }}",
        ["brackets"] = length => "{{ " + new string('(', length),
        ["sums"] = length => "{{ a" + string.Concat(Enumerable.Repeat(" ~ a", length / 4)) + " }}",
        ["path"] = length => "{{ a" + string.Concat(Enumerable.Repeat(".b", length / 2)) + " }}",
    };

    public override byte[] Generate(Random random)
    {
        string text = string.Concat(Enumerable.Range(0, random.Next(1, 4))
            .Select(_ => random.Next(3) == 0 ? Vocabulary.Scalar(random) : "{{ " + Expression(random) + " }}"));
        return random.Next(4) == 0 ? ByteMutation.Mutated(Bytes(text), random) : Bytes(text);
    }

    public override Verdict Run(byte[] input) => Verdict.Of(() =>
    {
        var scope = new VariableScope(Given, new Dictionary<string, DocNode>());
        scope.Resolve(new DocScalar(new SourceMark("p.yaml", TemplateErrors.Parameters, 1, 1), Text(input),
            ScalarStyle.DoubleQuoted))?.ToJsonString();
    });

    private static string Expression(Random random)
    {
        string text = (random.Next(3) == 0 ? random.Pick(Literals) : random.Pick(Names)) + random.Pick(Behind);
        for (int filters = random.Next(3); filters > 0; filters--)
        {
            text += $" | {random.Pick(Filters)}({random.Pick(random.Next(2) == 0 ? Literals : Names)}{random.Pick(["", ", true", ", False", ", 1"])})";
        }

        return text;
    }
}
