using System.Text.Json.Nodes;
using Hotstack.Templates;
using Xunit;

namespace Hotstack.Configuration;

public sealed class DocumentTests
{
    /// <summary>Every way of writing a scalar that an emitter could mistake for another.</summary>
    private static readonly string[] Scalars =
    [
        "2018-08-31", "'2018-08-31'", "0644", "\"0644\"", "yes", "'yes'", "off", "no", "\"no\"", "~", "null", "'null'", "", "''", "\"\"",
        "1.10", "'1.10'", "1e5", "1.0e+5", "0x1F", "0b11", "1_000", "12:30:45", "'12:30:45'", "52:54:00:12:34:56", ".inf", "!!str 12",
            "!!int '12'", "! 12",
        "plain", "a:b", "with space", "'# no comment'", "'a: b'", "'- a'", "'{{ x }}'", "\"tab\\there\"",
        "\"bell\\a and nul-free \\u00e9 \\U0001F600\"", "\"\\u2028 \\x85\"", "' leading'", "'trailing '", "\"a\\nb\"", "\"\\n\"", "'it''s'",
            "é", "$dns1", "a%x",
        "|\n    two\n    lines", "|-\n    two\n    lines", "|+\n    two\n    lines\n\n", "|2\n      indented\n    less",
            ">\n    folded\n    text\n\n    more",
        ">-\n    folded\n      kept\n    text", "plain\n    on two lines", "plain\n\n    with a gap", "|\n    tab\there\n    # no comment",
            "|\n\n    gap first",
        "{when: 2018-08-31 10:00:00, is: [12:30, x]}", "[{a: [{b: 12:30}]}]", "[]", "{}", "[a, 'b', \"c\", 1, yes, ~]",
            "{get_param: [a, 0, b]}", "[[a], {b: [c]}]", "{a: , b: ''}",
    ];

    public static TheoryData<string> WrittenScalars => [.. Scalars];

    [Theory]
    [MemberData(nameof(WrittenScalars))]
    public void What_is_written_again_means_the_same(string scalar)
    {
        string yaml = $"value: {scalar}\nlist:\n  - {scalar}\n  - last\n";
        DocNode before = Texts.Yaml(yaml)!;

        DocNode after = Texts.Yaml(DocWriter.Write(before))!;

        AssertSame(before, after);
    }

    [Fact]
    public void Any_mixture_of_them_means_the_same()
    {
        var random = new Random(4711);
        for (int round = 0; round < 150; round++)
        {
            string yaml = string.Concat(Enumerable.Range(0, 12).Select(i =>
                $"k{i}:\n  - {Pick(random)}\n  - {(random.Next(2) == 0 ? "in" : "'0644'")}:\n      deep: {Pick(random).Replace("\n ", "\n     ", StringComparison.Ordinal)}\n    x: y\n"));
            DocNode before = Texts.Yaml(yaml)!;

            AssertSame(before, Texts.Yaml(DocWriter.Write(before))!);
        }
    }

    [Theory]
    [InlineData("a: 0644", "a: 0644")]
    [InlineData("a: '0644'", "a: '0644'")]
    [InlineData("a: 2018-08-31", "a: 2018-08-31")]
    [InlineData("a: {get_file: ../x.py}", "a: {get_file: ../x.py}")]
    [InlineData("a: |\n  two\n  lines\n", "a: |\n  two\n  lines")]
    [InlineData("a: &x {b: 1}\nc: *x", "a: {b: 1}\nc: {b: 1}")]
    [InlineData("a: &x {b: 1, d: 2}\nc:\n  <<: *x\n  b: 3", "a: {b: 1, d: 2}\nc:\n  b: 3\n  d: 2")]
    [InlineData("a: &x {b: 1}\nc:\n  <<: [*x, {b: 2, e: 3}]", "a: {b: 1}\nc:\n  b: 1\n  e: 3")]
    public void Styles_stay_and_aliases_are_written_out(string yaml, string written) =>
        Assert.Equal(written, DocWriter.Write(Texts.Yaml(yaml)!).TrimEnd());

    [Fact]
    public void What_an_alias_stood_for_can_be_changed_alone()
    {
        var root = (DocMap)Texts.Yaml("a: &x {b: {c: 1}}\nd: *x")!;

        root.MapOrNull("d")!.MapOrNull("b")!.Set("c", "2 now");

        Assert.Equal("a: {b: {c: 1}}\nd: {b: {c: \"2 now\"}}", DocWriter.Write(root).TrimEnd());
    }

    [Theory]
    [InlineData("yes", "true")]
    [InlineData("off", "false")]
    [InlineData("y", "\"y\"")]
    [InlineData("0644", "420")]
    [InlineData("0o644", "\"0o644\"")]
    [InlineData("0x1F", "31")]
    [InlineData("-0b11", "-3")]
    [InlineData("1_000", "1000")]
    [InlineData("08", "\"08\"")]
    [InlineData("007", "7")]
    [InlineData("4.10", "4.1")]
    [InlineData("1e5", "\"1e5\"")]
    [InlineData("1.5e+3", "1500")]
    [InlineData(".5", "0.5")]
    [InlineData(".inf", "\".inf\"")]
    [InlineData("~", "null")]
    [InlineData("", "null")]
    [InlineData("'yes'", "\"yes\"")]
    [InlineData("\"0644\"", "\"0644\"")]
    [InlineData("2018-08-31", "\"2018-08-31\"")]
    [InlineData("12:30", "\"12:30\"")]
    [InlineData("52:54:00:12:34:56", "\"52:54:00:12:34:56\"")]
    [InlineData("!!str 12", "\"12\"")]
    [InlineData("! 12", "12")]
    [InlineData("! '12'", "\"12\"")]
    [InlineData("99999999999999999999", "99999999999999999999")]
    [InlineData("[1, {a: no}]", "[1,{\"a\":false}]")]
    public void Values_are_typed_as_in_YAML_1_1(string yaml, string json) =>
        Assert.Equal(json, DocJson.Of(((DocMap)Texts.Yaml($"v: {yaml}")!).Entries.Single().Value)?.ToJsonString() ?? "null");

    [Theory]
    [InlineData("""{"a":"yes","b":true,"c":"0644","d":420,"e":null,"f":"","g":["x",{"h":1.5}],"i":[],"j":{}}""")]
    [InlineData("""{"a":"line\nline\n","b":"  x\ny","c":"# x","d":"12:30","e":"2018-08-31","f":1e+20,"g":"a: b","h":"{{ x }}","i":"*a"}""")]
    public void Values_that_are_written_are_read_as_the_same(string json)
    {
        JsonNode value = JsonNode.Parse(json)!;

        string yaml = AnsibleYaml.Write((JsonObject)value);

        Assert.StartsWith("---\n", yaml, StringComparison.Ordinal);
        Assert.True(JsonNode.DeepEquals(value,
            DocJson.Of(DocReader.Read(TemplateErrors.Mark("t.yaml", TemplateErrors.Parameters), yaml, DocRules.Ansible))), yaml);
    }

    [Fact]
    public void An_exponent_is_written_so_that_it_stays_a_number() =>
        Assert.Equal("---\na: 1.0e+5\nb: 1.5e-7\n", AnsibleYaml.Write((JsonObject)JsonNode.Parse("""{"a":1e5,"b":1.5e-7}""")!));

    [Fact]
    public void Aliases_that_multiply_are_refused()
    {
        string bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
            + string.Concat(Enumerable.Range(1, 9)
                .Select(i => $"a{i}: &a{i} [{string.Join(", ", Enumerable.Repeat($"*a{i - 1}", 10))}]\n"));

        var error = Assert.Throws<HotstackException>(() => Texts.Yaml(bomb));

        Assert.Equal((ErrorCause.InputInvalid, TemplateErrors.Template), (error.Cause, error.Id));
        Golden.Message(error);
    }

    [Fact]
    public void Depth_that_aliases_add_up_is_refused()
    {
        string tower = string.Concat(Enumerable.Range(0, 40).Select(i =>
            $"a{i}: &a{i} {new string('[', 50)}{(i == 0 ? "x" : $"*a{i - 1}")}{new string(']', 50)}\n"));

        var error = Assert.Throws<HotstackException>(() => Texts.Yaml(tower));

        Golden.Message(error);
    }

    private static string Pick(Random random)
    {
        string scalar = Scalars[random.Next(Scalars.Length)];
        return scalar.StartsWith("|2", StringComparison.Ordinal) ? "|\n    simple" : scalar;
    }

    private static void AssertSame(DocNode before, DocNode after)
    {
        Assert.True(DocWriter.AreSame(before, after), DocWriter.Write(after));
        Assert.True(JsonNode.DeepEquals(DocJson.Of(before), DocJson.Of(after)), DocWriter.Write(after));
    }
}
