using System.Text;

namespace Hotstack.Fuzz.Inputs;

/// <summary>Short texts that mean much, and long ones that mean little.</summary>
internal static class Bombs
{
    /// <summary>The hostile YAML of every reader of YAML.</summary>
    public static IReadOnlyList<byte[]> Yaml { get; } =
    [
        .. new[]
        {
            Laughs("[", "]"), Laughs("{a: ", "}"), Merges(700, 700), MergeLists(600, 600), Anchors(3000, 300), new string('[', 500_000),
                new string('{', 500_000), Repeated("- ", 300_000), Repeated("? ", 300_000),
            Repeated("{a: ", 100_000), "a: " + new string('x', 900_000), "a: \"" + new string('\\', 900_001), "? "
                + new string('a', 900_000), "a: !!int 0x" + new string('f', 300_000),
            "a: " + new string('9', 900_000), "a: !!float " + new string('1', 300_000), "%YAML 99999999999999999999.1\n---\na", "&a [*a]",
                "&a {<<: *a}", "a: &a {<<: *a}", "<<: x", "<<: [[[{a: b}]]]",
            "!<tag:yaml.org,2002:int> 0b9", "!!map [a]", "!!seq {a: b}", "--- a\n--- b", "\ufeff\ufeffa: b", "a: 'b", "a: \"b\\", "{a: b",
                "[a, b", "a: >9\n x", "a: |-+\n x", "\"\\UFFFFFFFF\"", "\"\\ud800\"", "\"\\x0\"", "'\0'", "? {a: b}\n: c", "? [a]",
                "{[a]: b}", "*", "&", "!", "%", "@",
        }.Select(Encoding.UTF8.GetBytes),
        [0xff, 0xfe, 0x61], [0xc3, 0x28], [0xed, 0xa0, 0x80], [0xff, 0xfe, 0x00, 0xd8], [0xfe, 0xff, 0xd8, 0x00],
            [0xff, 0xfe, 0, 0, 0x61, 0, 0, 0],
    ];

    /// <summary>The hostile JSON of every reader of JSON.</summary>
    public static IReadOnlyList<byte[]> Json { get; } =
    [
        .. new[]
        {
            new string('[', 500_000), new string('{', 500_000), Repeated("{\"a\":", 100_000), Repeated("{\"a\":", 60) + "1"
                + new string('}', 60), "\"" + new string('x', 900_000) + "\"", "[" + Repeated("0,", 300_000) + "0]",
            "[" + Repeated("{},", 300_000) + "{}]", "{" + Repeated("\"a\":1,", 150_000) + "\"a\":1}", new string('9', 900_000),
                "{\"a\":1e99999999}", "\"\\ud800\"", "{\"\\ud800\":1}", "{\"a\":\"\\udc00\\ud800\"}", "", " ", "null", "1", "\"\"", "[]",
                "{}", "nul", "{\"a\":1,}", "{a:1}", "[1 2]", "\ufeff{}",
        }.Select(Encoding.UTF8.GetBytes),
        [0x22, 0xff, 0x22], [0x7b, 0x22, 0xed, 0xa0, 0x80, 0x22, 0x3a, 0x31, 0x7d],
    ];

    /// <summary>YAML of any length.</summary>
    public static IReadOnlyDictionary<string, Func<int, string>> GrowingYaml { get; } = new Dictionary<string, Func<int, string>>
    {
        ["keys"] = length => string.Concat(Enumerable.Range(0, length / 12).Select(i => $"key{i}: {i % 10}\n")),
        ["items"] = length => "a:\n" + Repeated("- b\n", length / 4),
        ["text"] = length => "a: \"" + new string('x', length) + "\"",
        ["lines"] = length => "a: |\n" + Repeated("  line\n", length / 7),
        ["folded"] = length => "a:\n" + Repeated("  line\n", length / 7),
        ["digits"] = length => "a: 1" + new string('0', length),
        ["aliases"] = length => "a: &a [1]\nb: [" + Repeated("*a,", length / 3) + "]",
        ["merges"] = length => "a: &a {b: 1}\nc: {" + Repeated("<<: *a, ", length / 8) + "d: 1}",
        ["brackets"] = length => "a: [" + Repeated("[],", length / 3) + "]",
        ["quotes"] = length => "a: '" + Repeated("''", length / 2) + "'",
        ["escapes"] = length => "a: \"" + Repeated("\\n", length / 2) + "\"",
        ["comments"] = length => Repeated("# x\n", length / 4) + "a: b",
        ["expressions"] = length => "a: \"" + Repeated("{{ b }}", length / 7) + "\"\nb: 1",
        ["filters"] = length => "a: \"{{ b" + Repeated("|d(c)", length / 5) + " }}\"",
        ["braces"] = length => "a: \"" + Repeated("{{", length / 2) + "\"",
    };

    /// <summary>JSON of any length.</summary>
    public static IReadOnlyDictionary<string, Func<int, string>> GrowingJson { get; } = new Dictionary<string, Func<int, string>>
    {
        ["keys"] = length => "{" + string.Concat(Enumerable.Range(0, length / 14).Select(i => $"\"key{i}\":{i % 10},")) + "\"last\":0}",
        ["same keys"] = length => "{" + Repeated("\"a\":1,", length / 6) + "\"a\":1}",
        ["items"] = length => "{\"items\":[" + Repeated("{},", length / 3) + "{}]}",
        ["text"] = length => "{\"message\":\"" + new string('x', length) + "\"}",
        ["escapes"] = length => "{\"message\":\"" + Repeated("\\u0041", length / 6) + "\"}",
    };

    private static string Repeated(string part, int times) => new StringBuilder(part.Length * times).Insert(0, part, times).ToString();

    /// <summary>Thirty levels, each ten times the one before.</summary>
    private static string Laughs(string open, string close) => "a0: &a0 x\n" + string.Concat(Enumerable.Range(1, 30).Select(level =>
        open == "["
            ? $"a{level}: &a{level} [{string.Join(',', Enumerable.Repeat($"*a{level - 1}", 10))}]\n"
            : $"a{level}: &a{level} {{{string.Join(',', Enumerable.Range(0, 10).Select(i => $"k{i}: *a{level - 1}"))}}}\n"));

    /// <summary>One mapping, merged into one over and over.</summary>
    private static string Merges(int keys, int times) =>
        $"a: &a {{{string.Join(", ", Enumerable.Range(0, keys).Select(i => $"k{i}: [1, 2, 3]"))}}}\nb: {{{Repeated("<<: *a, ", times)}c: 1}}";

    /// <summary>One mapping, merged into many.</summary>
    private static string MergeLists(int keys, int times) =>
        $"a: &a {{{string.Join(", ", Enumerable.Range(0, keys).Select(i => $"k{i}: 1"))}}}\nb:\n{Repeated("- {<<: *a}\n", times)}";

    private static string Anchors(int items, int times) =>
        $"a: &a [{string.Join(", ", Enumerable.Range(0, items))}]\nb: [{Repeated("*a, ", times)}]";
}
