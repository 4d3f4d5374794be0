using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hotstack.Deployments;
using Hotstack.OpenStack.Orchestration;
using Hotstack.SnapSets;
using Hotstack.SnapSets.Restore;
using Hotstack.Templates;
using Xunit;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Hotstack.Configuration;

/// <summary>What a cloud wrote is no template in the files that Ansible reads, and no YAML of its own.</summary>
public sealed class AnsibleYamlTests
{
    /// <summary>Ansible 2.14 evaluates each of them as it is (tried with ansible-playbook -e @file).</summary>
    public static TheoryData<string> Templates { get; } =
    [
        "{{ lookup('pipe', 'touch /tmp/x') }}", "a {{b}} c", "{{", "{% if true %}x{% endif %}", "a{%b", "{# comment #}",
            "two\nlines {{ x }}\n", "{{ '\"' }}\u2019",
        "#jinja2: variable_start_string:'[%', variable_end_string:'%]'\n[% lookup('pipe', 'id') %] {{",
    ];

    [Theory]
    [MemberData(nameof(Templates))]
    public void Such_a_text_is_marked_and_comes_back_as_it_is(string text)
    {
        string yaml = AnsibleYaml.Write(
            new JsonObject { ["parameters_of"] = new JsonObject { ["image"] = text, ["list"] = new JsonArray(text, "plain") } });

        Assert.Equal(2, yaml.Split("!unsafe \"").Length - 1);
        ParameterSet set = Load(yaml);
        Assert.Equal(text, (string?)set.Parameters["parameters_of"]!["image"]);
        Assert.Equal("plain", (string?)set.Parameters["parameters_of"]!["list"]![1]);
        // What is read can be written again.
        Assert.Equal(yaml, AnsibleYaml.Write(set.Parameters));
    }

    [Theory]
    [MemberData(nameof(Templates))]
    public void A_variable_that_holds_one_is_not_evaluated_either(string text)
    {
        string yaml = AnsibleYaml.Write(new JsonObject { ["from_cloud"] = text })
            + "stack_parameters: {a: '{{ from_cloud }}', b: 'x{{ from_cloud }}'}\n";

        ParameterSet set = Load(yaml);

        Assert.Equal(text, (string?)set.Parameters["a"]);
        Assert.Equal($"x{text}", (string?)set.Parameters["b"]);
    }

    [Theory]
    [InlineData("649416c7-d812-49f4-b01f-3c791446af8b")]
    [InlineData("{ a: b }")]
    [InlineData("}}")]
    [InlineData("$(x)")]
    [InlineData("# jinja2:")]
    public void Any_other_file_is_plain_YAML(string text) =>
        Assert.DoesNotContain("!unsafe", AnsibleYaml.Write(new JsonObject { ["key"] = text }), StringComparison.Ordinal);

    [Fact]
    public void A_set_is_one_comment_line_and_its_images_are_data()
    {
        SnapSet set = Texts.Set(Texts.Member("controller", role: "controller") with { ImageId = "{{ lookup('pipe', 'id') }}" }) with
        {
            Id = "a\nevil: 1\r\n---\u0085x\u2028y\u001b[2J\u202e\ufffe", Facts = new() { StackName = "s\n...\nother: 2" },
        };

        string[] lines = StackParameters.Text(set).Split('\n');

        Assert.StartsWith("# SnapSet a`u{a}evil: 1", lines[0], StringComparison.Ordinal);
        Assert.All(lines[0], sign => Assert.InRange(sign, ' ', '~'));
        Assert.Equal(["---", "stack_parameter_overrides:", "  controller_params:", "    image: !unsafe \"{{ lookup('pipe', 'id') }}\"", ""],
            lines[1..]);
    }

    [Fact]
    public void Outputs_of_a_stack_are_data_and_read_again()
    {
        var stack = new Stack
        {
            Id = "1", Name = "hs", Status = "CREATE_COMPLETE",
            Outputs = new Dictionary<string, StackOutput>
            {
                ["snapset_data"] = new(JsonSerializer.SerializeToElement(
                    new { instances = new { controller = new { uuid = "{{ x }}", role = "controller",
                    mac_address = "fa:16:9e:81:f6:05" } } }), null),
            },
        };

        string text = StackOutputsFile.Text(stack, "f", [], [], new RecordingActivity());

        Assert.Contains("uuid: !unsafe \"{{ x }}\"", text, StringComparison.Ordinal);
        (IReadOnlyList<Instance> instances, _) = SnapSetData.Read(
            SnapSetFile.Read("hs-outputs.yaml", new MemoryStream(Encoding.UTF8.GetBytes(text))));
        Assert.Equal("{{ x }}", Assert.Single(instances).Id);
    }

    [Theory]
    [InlineData("a: !unsafe '{{ b }}'", "{\"a\":\"{{ b }}\"}")]
    [InlineData("a: !unsafe 5", "{\"a\":\"5\"}")]
    [InlineData("a: !unsafe ['{{ b }}', {c: '{% d %}'}]", "{\"a\":[\"{{ b }}\",{\"c\":\"{% d %}\"}]}")]
    public void The_mark_is_read_as_Ansible_reads_it(string yaml, string expected) =>
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), Load(yaml).Parameters), Load(yaml).Parameters.ToJsonString());

    [Fact]
    public void Files_that_are_not_of_Ansible_have_no_such_mark()
    {
        Assert.Throws<HotstackException>(() => DocReader.Read(new SourceMark("clouds.yaml", "CloudConfigInvalid"), "a: !unsafe b"));
        Assert.Throws<HotstackException>(() => DocReader.Read(TemplateErrors.Mark("t.yaml", TemplateErrors.Template), "a: !unsafe b"));
    }

    [Theory]
    [InlineData("plain")]
    [InlineData("fa:16:9e:81:f6:05")]
    [InlineData("12:34:56:78:90:12")]
    [InlineData("yes")]
    [InlineData("null")]
    [InlineData("")]
    [InlineData("0644")]
    [InlineData("2016-10-14")]
    [InlineData(" padded ")]
    [InlineData("a: b #c")]
    [InlineData("{{ name }}")]
    [InlineData("two\nlines")]
    [InlineData("two\nlines\n")]
    [InlineData("\n")]
    [InlineData("a\n\n")]
    [InlineData(" indented\n  more\n")]
    [InlineData("trailing blank \nhere\n")]
    [InlineData("carriage\r\nreturn\r\n")]
    [InlineData("control\u0007")]
    [InlineData("\ud83d\ude00")]
    [InlineData("---\n")]
    [InlineData("# no comment\nkey: value\n")]
    [InlineData("\u2028")]
    [InlineData("a very long line that goes on and on well past the eighty columns at which writers like to fold what they write, and further")]
    public void A_text_comes_back_as_it_was(string text)
    {
        using var reader = new StringReader(
            AnsibleYaml.Write(new JsonObject { ["outer"] = new JsonObject { ["key"] = new JsonArray(text) } }));
        var stream = new YamlStream();
        stream.Load(reader);

        var outer = (YamlMappingNode)((YamlMappingNode)stream.Documents.Single().RootNode)["outer"];
        var read = (YamlScalarNode)((YamlSequenceNode)outer["key"])[0];
        Assert.Equal(text, read.Value);
        // A plain one is a text to every reader only if nothing in it means something else to one of them.
        Assert.True(read.Style is not ScalarStyle.Folded && (read.Style != ScalarStyle.Plain || text == "plain" || text.Length > 80),
            read.Style.ToString());
    }

    private static ParameterSet Load(string yaml) => ParameterSet.Load(
        [ParameterFile.Read(TemplateErrors.Mark("p.yaml", TemplateErrors.Parameters),
            () => new MemoryStream(Encoding.UTF8.GetBytes(yaml)))], new Dictionary<string, JsonNode?>());
}
