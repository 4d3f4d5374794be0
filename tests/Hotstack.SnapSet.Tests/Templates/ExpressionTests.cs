using System.Text.Json.Nodes;
using Hotstack.Configuration;
using Hotstack.Templates.Expressions;
using Xunit;
using YamlDotNet.Core;

namespace Hotstack.Templates;

/// <summary>Expressions as upstream's variable files and their overrides have them.</summary>
public sealed class ExpressionTests
{
    private static readonly Dictionary<string, JsonNode?> Variables = new()
    {
        ["text"] = "a text", ["number"] = 7, ["flag"] = true, ["none"] = null, ["empty"] = "",
        ["list"] = new JsonArray("8.8.8.8", 12),
        ["map"] = new JsonObject { ["in"] = new JsonObject { ["n"] = 7 }, ["t"] = "a text" },
        ["path"] = "/srv/hotstack/scenarios/x.yml", ["build"] = "0123456789abcdef", ["wide"] = "a\U0001F600b",
    };

    /// <summary>What the Templar of ansible-core 2.14 with Jinja 3.1 makes of them; only numbers stay numbers here, and a null that
    /// stands alone stays null.</summary>
    public static TheoryData<string, string> Ansibles => new()
    {
        { "{{ zuul.build[:8] | default('no-zuul') }}", "\"no-zuul\"" },
        { "hs-{{ text | replace(' ', '-') }}-{{ zuul.build[:8] | default('no-zuul') }}", "\"hs-a-text-no-zuul\"" },
        { "{{ build[:8] | default('no-zuul') }}", "\"01234567\"" },
        { "{{ build[-4:] }}", "\"cdef\"" },
        { "{{ build[2:8:3] }}", "\"25\"" },
        { "{{ build[::-1] }}", "\"fedcba9876543210\"" },
        { "{{ build[::-2] }}", "\"fdb97531\"" },
        { "{{ build[20:] }}", "\"\"" },
        { "{{ build[-100:2] }}", "\"01\"" },
        { "{{ build[5:1:-1] }}", "\"5432\"" },
        { "{{ wide[1:2] }}", "\"😀\"" },
        { "{{ list[1:] }}", "[12]" },
        { "{{ list[::-1] }}", "[12,\"8.8.8.8\"]" },
        { "{{ list[0] }}", "\"8.8.8.8\"" },
        { "{{ list[-1] }}", "12" },
        { "{{ list[5] | default('x') }}", "\"x\"" },
        { "{{ text[0] }}", "\"a\"" },
        { "{{ map['in']['n'] }}", "7" },
        { "{{ map['in'].n }}", "7" },
        { "{{ map.t[:1] }}", "\"a\"" },
        { "{{ text | upper }}", "\"A TEXT\"" },
        { "{{ text | upper | lower }}", "\"a text\"" },
        { "{{ list | first }}", "\"8.8.8.8\"" },
        { "{{ text | first }}", "\"a\"" },
        { "{{ list | last }}", "12" },
        { "{{ [] | first | default('x') }}", "\"x\"" },
        { "{{ list | length }}", "2" },
        { "{{ text | length }}", "6" },
        { "{{ map | count }}", "2" },
        { "{{ list | join('-') }}", "\"8.8.8.8-12\"" },
        { "{{ list | join }}", "\"8.8.8.812\"" },
        { "{{ map | join(',') }}", "\"in,t\"" },
        { "{{ text | replace('t', 'T') }}", "\"a TexT\"" },
        { "{{ number | replace('7', 'x') }}", "\"x\"" },
        { "{{ absent | default }}", "\"\"" },
        { "{{ absent | default() }}", "\"\"" },
        { "{{ empty | default('x', true) }}", "\"x\"" },
        { "{{ empty | default('x', boolean=true) }}", "\"x\"" },
        { "{{ empty | default(default_value='x', boolean=True) }}", "\"x\"" },
        { "{{ none | default('x') }}", "null" },
        { "{{ number | default(0) | int }}", "7" },
        { "{{ '12' | int }}", "12" },
        { "{{ 'x' | int }}", "0" },
        { "{{ 'x' | int(5) }}", "5" },
        { "{{ '3.9' | int }}", "3" },
        { "{{ 'yes' | bool }}", "true" },
        { "{{ 'no' | bool }}", "false" },
        { "{{ '1' | bool }}", "true" },
        { "{{ flag | bool }}", "true" },
        { "{{ flag | ternary('on', 'off') }}", "\"on\"" },
        { "{{ none | ternary('on', 'off', 'none') }}", "\"none\"" },
        { "{{ none | ternary('on', 'off') }}", "\"off\"" },
        { "{{ path | basename }}", "\"x.yml\"" },
        { "{{ path | ansible.builtin.dirname }}", "\"/srv/hotstack/scenarios\"" },
        { "{{ '/' | dirname }}", "\"/\"" },
        { "{{ 'a' | dirname }}", "\"\"" },
        { "{{ '/a' | dirname }}", "\"/\"" },
        { "{{ 'a/b/' | dirname }}", "\"a/b\"" },
        { "{{ 'a/b/' | basename }}", "\"\"" },
        { "{{ ['/srv', 'a', 'b'] | path_join }}", "\"/srv/a/b\"" },
        { "{{ ['/srv', '/a', 'b'] | path_join }}", "\"/a/b\"" },
        { "{{ ['a/', '', 'b'] | path_join }}", "\"a/b\"" },
        { "{{ ['a', ''] | path_join }}", "\"a/\"" },
        { "{{ [text, number] }}", "[\"a text\",7]" },
        { "{{ {'a': text} }}", "{\"a\":\"a text\"}" },
        { "{{ map | combine({'t': 1}) }}", "{\"in\":{\"n\":7},\"t\":1}" },
        { "{{ map | combine({'in': {'m': 2}}) }}", "{\"in\":{\"m\":2},\"t\":\"a text\"}" },
        { "{{ map | ansible.builtin.combine({'in': {'m': 2}}, recursive=true) }}", "{\"in\":{\"n\":7,\"m\":2},\"t\":\"a text\"}" },
        { "{{ text ~ '-' ~ number }}", "\"a text-7\"" },
        { "{{ text + '!' }}", "\"a text!\"" },
        { "{{ list + [1] }}", "[\"8.8.8.8\",12,1]" },
        { "{{ number + 1 }}", "8" },
        { "{{ (text ~ 'x') | upper }}", "\"A TEXTX\"" },
        { "{{ text ~ 'x' | upper }}", "\"a textX\"" },
        { "{{ absent is defined }}", "false" },
        { "{{ absent is not defined }}", "true" },
        { "{{ map.t is defined }}", "true" },
        { "{{ absent is undefined }}", "true" },
        { "{{ none is none }}", "true" },
        { "{{ 'a' if flag else 'b' }}", "\"a\"" },
        { "{{ 'a' if absent is defined else 'b' }}", "\"b\"" },
        { "{{ 'a' if number == 7 and not empty else 'b' }}", "\"a\"" },
        { "{{ 'a' if number != 7 or empty else 'b' }}", "\"b\"" },
        { "{{ 'x' in text }}", "true" },
        { "{{ 't' in text }}", "true" },
        { "{{ 12 in list }}", "true" },
        { "{{ 'q' not in text }}", "true" },
        { "{{ absent.deep[0].down | default('z') }}", "\"z\"" },
        { "{{ text | trim }}", "\"a text\"" },
        { "{{ ' x ' | trim }}", "\"x\"" },
        { "{{ number | string }}", "\"7\"" },
        { "{{ empty or 'x' }}", "\"x\"" },
        { "{{ text and number }}", "7" },
        { "{{ flag | string | lower }}", "\"true\"" },
    };

    [Theory]
    [MemberData(nameof(Ansibles))]
    public void The_result_is_Ansibles(string text, string json) => Assert.True(
        JsonNode.DeepEquals(JsonNode.Parse(json), Resolve(text)), $"{Resolve(text)?.ToJsonString() ?? "null"} instead of {json}");

    /// <summary>An expression, and what is said of it.</summary>
    public static TheoryData<string, string> Refused => new()
    {
        { "{{ lookup('file', '~/.ssh/id_rsa.pub') }}", "reads a file with lookup('file'), which is not done here." },
        { "{{ lookup('ansible.builtin.env', 'OS_CLOUD') }}", "reads a variable of the environment with lookup('env'), which is not done here." },
        { "{{ query('first_found', list) }}", "reads a file with query('first_found'), which is not done here." },
        { "{{ q('pipe', 'id') | default('x') }}", "reads something outside the parameter files with q('pipe'), which is not done here." },
        { "{{ lookup(text) }}", "reads something outside the parameter files with lookup(), which is not done here." },
        { "{{ range(3) }}", "calls range(), which is not resolved here." },
        { "{{ text.split(' ') }}", "calls split(), which is not resolved here." },
        { "{{ list | map('upper') }}", "uses the filter map, which is not resolved here." },
        { "{{ text | regex_replace('a', 'b') }}", "uses the filter regex_replace, which is not resolved here." },
        { "{{ text is match('a') }}", "uses the test match, which is not resolved here." },
        { "{{ absent | upper }}", "needs absent, which is not defined." },
        { "{{ map.gone | lower }}", "needs map.gone, which is not defined." },
        { "{{ text[absent] }}", "needs absent, which is not defined." },
        { "{{ list[9] }}", "list[9] is not defined." },
        { "{{ absent[:8] }}", "absent is not defined." },
        { "{{ [] | first }}", "is not defined." },
        { "{{ map[:1] }}", "takes a slice of a mapping." },
        { "{{ text[::0] }}", "takes a slice with the step 0." },
        { "{{ text['a':] }}", "takes a slice with a bound that is no number." },
        { "{{ number[:1] }}", "takes a part of a value that is no text, list or mapping." },
        { "{{ list | upper }}", "puts a list or a mapping into a text." },
        { "{{ text | replace('', 'x') }}", "replaces an empty text." },
        { "{{ text | replace('a') }}", "gives the filter replace no new." },
        { "{{ text | lower(1) }}", "gives the filter lower arguments that it does not take here." },
        { "{{ text | default('x', bool=true) }}", "gives the filter default arguments that it does not take here." },
        { "{{ map | combine(map, map) }}", "gives the filter combine arguments that it does not take here." },
        { "{{ map | combine(text) }}", "combines values that are no mappings." },
        { "{{ text + 1 }}", "adds values of different kinds." },
        { "{{ text in number }}", "takes a part of a value that is no text, list or mapping." },
        { "{{ text[ }}", "is not resolved here." },
        { "{{ text[1:2:3:4] }}", "is not resolved here." },
        { "{{ if }}", "is not resolved here." },
        { "{{ text if }}", "is not resolved here." },
        { "{{ (text }}", "is not resolved here." },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public void What_is_not_resolved_is_told(string text, string message)
    {
        var error = Assert.Throws<HotstackException>(() => Resolve(text));

        Assert.Equal((ErrorCause.InputInvalid, TemplateErrors.Unresolved), (error.Cause, error.Id));
        Assert.EndsWith(message, error.Message, StringComparison.Ordinal);
    }

    /// <summary>An expression, the variable that it is in, and the way out.</summary>
    [Theory]
    [InlineData("{{ lookup('file', 'x') }}", "{{ v }}", "-Variable @{ v = … }")]
    [InlineData("{{ lookup('file', 'x') }}", null, "-Parameter or in a file of your own")]
    [InlineData("{{ absent[:8] }}", "{{ v }}", "-Variable @{ absent = … }")]
    [InlineData("{{ absent.build | upper }}", null, "-Variable @{ absent = … }")]
    [InlineData("{{ v }}", "{{ v }}", "-Variable @{ v = … }")]
    public void The_way_out_names_the_variable_to_give(string written, string? asked, string hint)
    {
        var variables = new Dictionary<string, DocNode> { ["v"] = Scalar(written) };

        var error = Assert.Throws<HotstackException>(() => new VariableScope(Variables, variables).Resolve(Scalar(asked ?? written)));

        Assert.Contains(hint, error.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public void What_grows_without_end_is_refused()
    {
        string[] texts =
        [
            "{{ text" + string.Concat(Enumerable.Repeat(" ~ text", 100)) + " }}",
            "{{ text" + string.Concat(Enumerable.Repeat("[:1]", 100)) + " }}",
            "{{ " + new string('(', 100) + "text" + new string(')', 100) + " }}",
            "{{ " + string.Concat(Enumerable.Repeat("not ", 100)) + "text }}",
            "{{ 'aaaaaaaa'" + string.Concat(Enumerable.Repeat(" | replace('a', 'aaaaaaaa')", 20)) + " }}",
        ];

        Assert.All(texts, text => Assert.Equal(TemplateErrors.Unresolved, Assert.Throws<HotstackException>(() => Resolve(text)).Id));
    }

    private static JsonNode? Resolve(string text) => new VariableScope(Variables, new Dictionary<string, DocNode>()).Resolve(Scalar(text));

    private static DocScalar Scalar(string text) =>
        new(TemplateErrors.Mark("p.yaml", TemplateErrors.Parameters), text, ScalarStyle.DoubleQuoted);
}
