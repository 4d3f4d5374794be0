using System.Text.Json.Nodes;
using Xunit;

namespace Hotstack.Templates;

public sealed class ParameterSetTests : IDisposable
{
    private static readonly Dictionary<string, JsonNode?> None = [];

    private readonly string _folder = Directory.CreateTempSubdirectory("hotstack-parameters-").FullName;
    private int _files;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>Values of a parameter among some variables, and what they come to.</summary>
    public static TheoryData<string, string> Resolved => new()
    {
        { "text", "\"text\"" },
        { "0644", "420" },
        { "yes", "true" },
        { "'{{ text }}'", "\"a text\"" },
        { "'{{text}}'", "\"a text\"" },
        { "'{{ list }}'", "[\"8.8.8.8\",12]" },
        { "'{{ map }}'", "{\"in\":{\"n\":7},\"t\":\"a text\"}" },
        { "'{{ map.in.n }}'", "7" },
        { "'{{ number }}'", "7" },
        { "'{{ none }}'", "null" },
        { "'{{ flag }}'", "true" },
        { "'x-{{ number }}-{{ flag }}-{{ none }}-{{ text }}'", "\"x-7-True--a text\"" },
        { "' {{ number }}'", "\" 7\"" },
        { "'{{ twice }}'", "\"[a text]\"" },
        { "['{{ number }}', {k: '{{ list }}'}]", "[7,{\"k\":[\"8.8.8.8\",12]}]" },
        { "\"{{ absent | default('x') }}\"", "\"x\"" },
        { "'{{ absent | default(\"\") }}'", "\"\"" },
        { "'{{ absent|d(12) }}'", "12" },
        { "'{{ absent | default(-1.5) }}'", "-1.5" },
        { "'{{ absent | default([]) }}'", "[]" },
        { "'{{ absent | default({}) }}'", "{}" },
        { "'{{ absent | default([1, \"a\", [true, none]]) }}'", "[1,\"a\",[true,null]]" },
        { "'{{ absent | default({\"a\": {\"b\": 1}}) }}'", "{\"a\":{\"b\":1}}" },
        { "'{{ absent | default(true) }}'", "true" },
        { "'{{ absent | default(number) }}'", "7" },
        { "'{{ absent | default(gone) | default(\"z\") }}'", "\"z\"" },
        { "'{{ absent.deep.down | default(3) }}'", "3" },
        { "'{{ map.gone | default(3) }}'", "3" },
        { "'{{ text | default(odd) }}'", "\"a text\"" },
        { "\"{{ empty | default('x') }}\"", "\"\"" },
        { "\"{{ empty | default('x', true) }}\"", "\"x\"" },
        { "\"{{ absent | default('a }} b') }}\"", "\"a }} b\"" },
        { "\"{{ absent | default('it\\\\'s') }}\"", "\"it's\"" },
        { "'{{ \"a\" }}'", "\"a\"" },
        { "'{ not } {'", "\"{ not } {\"" },
        { "'{{ given }}'", "\"{{ text }} as it is\"" },
    };

    private const string Variables = """
        text: a text
        number: 7
        flag: on
        none:
        empty: ''
        list: [8.8.8.8, '{{ 12 }}']
        map: {in: {n: 7}, t: '{{ text }}'}
        twice: "[{{ text }}]"
        odd: "{{ zuul.build[:8] }}"
        given: not this

        """;

    [Theory]
    [MemberData(nameof(Resolved))]
    public void Expressions_are_resolved(string value, string json)
    {
        ParameterSet set = Load(new() { ["given"] = "{{ text }} as it is" }, $"{Variables}stack_parameters:\n  p: {value}\n");

        Assert.Equal(json, set.Parameters["p"]?.ToJsonString().Replace("\\u0027", "'", StringComparison.Ordinal) ?? "null");
    }

    public static TheoryData<string, string> Unresolvable => new()
    {
        { "'{{ absent }}'", "line 12, column 6: {{ absent }}: absent is not defined" },
        { "'a {{ map.gone }} b'", "{{ map.gone }}: map.gone is not defined" },
        { "'{{ text.more }}'", "text.more is not defined" },
        { "'{{ odd }}'", "line 9, column 6: {{ zuul.build[:8] }}: zuul.build is not defined" },
        { "'{{ text | regex_replace(\"s3cr3t\", \"b\") }}'",
            "{{ text | regex_replace('…', '…') }} uses the filter regex_replace, which is not resolved here" },
        { "'{{ lookup(\"file\", \"/etc/s3cr3t\") }}'", "{{ lookup('…', '…') }} reads a file with lookup('file'), which is not done here" },
        { "'{{- text -}}'", "is not resolved here" },
        { "'{{ }}'", "is not resolved here" },
        { "'{{ text'", "has braces that are not closed" },
        { "'{% if true %}x{% endif %}'", "holds {%, which is not resolved here" },
        { "'{# x #}'", "holds {#, which is not resolved here" },
        { "'{{ absent | defaults(1) }}'", "uses the filter defaults, which is not resolved here" },
        { "'{{ absent | default(\"open) }}'", "has braces that are not closed" },
        { "'x {{ list }}'", "{{ list }} puts a list or a mapping into a text" },
        { "[['{{ absent }}']]", "absent is not defined" },
    };

    [Theory]
    [MemberData(nameof(Unresolvable))]
    public void What_cannot_be_resolved_is_told_by_parameter_expression_and_place(string value, string message)
    {
        HotstackException error = LoadFails($"{Variables}stack_parameters:\n  p: {value}\n");

        Assert.Equal((ErrorCause.InputInvalid, TemplateErrors.Unresolved, "p"), (error.Cause, error.Id, error.Target));
        Golden.Message(error);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cr3t", error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a: '{{ b }}'\nb: '{{ c }}'\nc: 'x{{ a }}'", "circle: a -> b -> c -> a")]
    [InlineData("a: '{{ a }}'", "circle: a -> a")]
    [InlineData("a: {x: '{{ a.y }}', y: 1}", "circle: a -> a")]
    public void Circles_are_told(string variables, string message) =>
        Assert.Contains(message, LoadFails($"{variables}\nstack_parameters: {{p: '{{{{ a }}}}'}}").Message, StringComparison.Ordinal);

    [Fact]
    public void Expressions_that_multiply_are_refused()
    {
        string lists = "v0: [x, x, x, x, x, x, x, x, x, x]\n"
            + string.Concat(Enumerable.Range(1, 9)
                .Select(i => $"v{i}: [{string.Join(", ", Enumerable.Repeat($"'{{{{ v{i - 1} }}}}'", 10))}]\n"));
        string texts = $"v0: {new string('x', 1000)}\n"
            + string.Concat(Enumerable.Range(1, 9).Select(i => $"v{i}: '{string.Concat(Enumerable.Repeat($"{{{{ v{i - 1} }}}}", 10))}'\n"));
        string deep = string.Concat(Enumerable.Range(9, 200).Select(i => $"v{i}: '{{{{ v{i + 1} }}}}'\n")) + "v209: 1\n";
        string nested = string.Concat(Enumerable.Range(0, 10)
            .Select(i => $"v{9 - i}: {new string('[', 30)}{(i == 9 ? "x" : $"'{{{{ v{8 - i} }}}}'")}{new string(']', 30)}\n"));

        Assert.All([lists, texts, deep, nested], variables =>
            Assert.Equal(TemplateErrors.Unresolved, LoadFails(variables + "stack_parameters: {p: '{{ v9 }}'}").Id));
    }

    [Fact]
    public void What_nobody_needs_need_not_be_resolvable()
    {
        ParameterSet set = Load(None, """
            scenario: sno
            stack_name: "hs-{{ scenario }}-{{ zuul.build[:8] | default('no-zuul') }}"
            broken: "{% if %}"
            stack_parameters: {a: "{{ gone }}", b: {c: "{{ gone }}", d: 1}}
            stack_parameter_overrides: {a: mine, b: {c: mine too}}
            """);

        Assert.Equal("""{"a":"mine","b":{"c":"mine too","d":1}}""", set.Parameters.ToJsonString());
        Assert.Equal("hs-sno-no-zuul", set.StackName);
        Assert.Equal(["scenario", "stack_name"], set.Variables.Keys);
    }

    [Fact]
    public void The_stack_name_can_be_resolved_or_given()
    {
        const string Text = "scenario: sno\nstack_name: 'hs-{{ scenario }}'\nstack_parameters: {}\n";

        Assert.Equal(("hs-sno", null), (Load(None, Text).StackName, Load(None, Text).StackNameProblem));
        Assert.Equal("mine", Load(new() { ["stack_name"] = "mine" }, Text).StackName);
        Assert.Equal("hs-other", Load(new() { ["scenario"] = "other" }, Text).StackName);
        Assert.Null(Load(None, "stack_parameters: {}").StackNameProblem);
        ParameterSet broken = Load(None, "stack_name: '{{ lookup(\"env\", \"NAME\") }}'\nstack_parameters: {}");
        Assert.Null(broken.StackName);
        Assert.Contains("lookup('env')", broken.StackNameProblem, StringComparison.Ordinal);
    }

    [Fact]
    public void Files_are_merged_in_order_with_overrides_over_all_stack_parameters()
    {
        ParameterSet set = Load(
            None,
            "x: 1\nstack_parameters: {a: 1, m: {i: 1, j: 1}, l: [1, 2]}\nstack_parameter_overrides: {b: over, m: {j: over}}",
            "x: 2\nstack_parameters: {b: 2, m: {i: 2, j: 2, k: '{{ x }}'}, l: [3]}",
            "a: plain\nm: {k: 3}");

        Assert.Equal("""{"a":"plain","m":{"i":2,"j":"over","k":3},"l":[3],"b":"over"}""", set.Parameters.ToJsonString());
        Assert.Equal("2", set.Variables["x"]!.ToJsonString());
    }

    [Fact]
    public void A_plain_file_gives_variables_where_another_file_has_them()
    {
        ParameterSet set = Load(
            None,
            "dns: [1.1.1.1]\ncloud: default\nstack_parameters: {dns: '{{ dns }}', key: '{{ key | default(\"\") }}', more: '{{ cloud }}'}",
            "dns: [9.9.9.9]\ncloud: lab\nkey: ssh-ed25519");

        Assert.Equal("""{"dns":["9.9.9.9"],"key":"ssh-ed25519","more":"lab"}""", set.Parameters.ToJsonString());
    }

    [Fact]
    public void Mappings_that_expressions_make_are_merged_too()
    {
        ParameterSet set = Load(
            None,
            "mine: {image: i, flavor: f}\nall: {c: {image: z}}\nstack_parameters: {c: '{{ mine }}'}\nstack_parameter_overrides: '{{ all }}'");

        Assert.Equal("""{"c":{"image":"z","flavor":"f"}}""", set.Parameters.ToJsonString());
    }

    [Fact]
    public void Environments_are_taken_literally()
    {
        ParameterSet set = Load(
            None,
            "parameters: {a: '{{ x }}', m: {i: 1}}\nparameter_defaults: {d: 1, e: {f: 2}}\nresource_registry: {}",
            "parameter_defaults: {e: {g: 3}, a: low}");

        Assert.Equal("""{"a":"{{ x }}","m":{"i":1}}""", set.Parameters.ToJsonString());
        HeatTemplate template = Texts.Bundle("  r: {type: x}", "parameters: {a: {type: string}, e: {type: json}}").Template;
        Assert.Equal("""{"e":{"f":2,"g":3},"a":"{{ x }}","m":{"i":1}}""", set.For(template).ToJsonString());
    }

    public static TheoryData<string, string> Broken => new()
    {
        { "- a", "line 1, column 1: a parameter file has to hold a mapping, not a list" },
        { "just words", "has to hold a mapping, not a single value" },
        { "a: [", "not valid YAML" },
        { "stack_parameters: [a]", "line 1, column 19: stack_parameters has to be a mapping, not a list" },
        { "stack_parameters: text", "stack_parameters has to be a mapping" },
        { "v: text\nstack_parameters: '{{ v }}'", "stack_parameters has to be a mapping" },
        { "parameters: {}\nresource_registry: {'OS::Nova::Server': x.yaml}",
            "line 2, column 1: of a Heat environment only parameters and parameter_defaults are used, not resource_registry" },
        { "a: !vaults x", "the YAML tag" },
        { "a: !vault {b: c}", "line 1, column 4: the value here is encrypted by ansible-vault" },
        { "a: 1\na: 2", "line 2, column 1: the key a is given twice" },
    };

    [Theory]
    [MemberData(nameof(Broken))]
    public void Broken_files_are_told_with_their_place(string yaml, string message)
    {
        HotstackException error = LoadFails(yaml);

        Assert.Equal((ErrorCause.InputInvalid, TemplateErrors.Parameters), (error.Cause, error.Id));
        Assert.StartsWith(_folder, error.Message, StringComparison.Ordinal);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("absent.yml", "there is no such file")]
    [InlineData("", "cannot be read")]
    [InlineData("a\0b", "NUL")]
    public void Missing_files_are_told(string name, string message)
    {
        var error = Assert.Throws<HotstackException>(() => ParameterSet.Load([Path.Combine(_folder, name)], None));

        Assert.Equal((ErrorCause.InputInvalid, TemplateErrors.Parameters), (error.Cause, error.Id));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("# nothing\n")]
    [InlineData("---\n...\n")]
    [InlineData("stack_parameters:\n")]
    public void An_empty_file_gives_nothing(string yaml) => Assert.Empty(Load(None, yaml).Parameters);

    [Fact]
    public void No_file_gives_the_variables() =>
        Assert.Equal(["a"], ParameterSet.Load(Array.Empty<string>(), new Dictionary<string, JsonNode?> { ["a"] = 1 }).Variables.Keys);

    [Theory]
    [InlineData("""{"a":1}""", """{"b":2}""", """{"a":1,"b":2}""")]
    [InlineData("""{"a":{"x":1,"y":{"z":1}}}""", """{"a":{"y":{"w":2}}}""", """{"a":{"x":1,"y":{"z":1,"w":2}}}""")]
    [InlineData("""{"a":[1,2]}""", """{"a":[3]}""", """{"a":[3]}""")]
    [InlineData("""{"a":{"x":1}}""", """{"a":null}""", """{"a":null}""")]
    [InlineData("""{"a":{"x":1}}""", """{"a":"t"}""", """{"a":"t"}""")]
    [InlineData("""{"a":"t"}""", """{"a":{"x":1}}""", """{"a":{"x":1}}""")]
    [InlineData("""{"a":{}}""", """{"a":{}}""", """{"a":{}}""")]
    public void Parameters_are_merged_as_Ansible_combines(string below, string above, string merged)
    {
        var lower = (JsonObject)JsonNode.Parse(below)!;
        var upper = (JsonObject)JsonNode.Parse(above)!;

        Assert.Equal(merged, ParameterSet.Merge(lower, upper).ToJsonString());
        Assert.Equal((below, above), (lower.ToJsonString(), upper.ToJsonString()));
    }

    private ParameterSet Load(Dictionary<string, JsonNode?> variables, params string[] texts) =>
        ParameterSet.Load([.. texts.Select(Write)], variables);

    private HotstackException LoadFails(string text) => Assert.Throws<HotstackException>(() => Load(None, text));

    private string Write(string text)
    {
        string path = Path.Combine(_folder, $"{_files++}.yml");
        File.WriteAllText(path, text);
        return path;
    }
}
