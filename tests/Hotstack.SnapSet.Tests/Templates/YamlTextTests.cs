using Hotstack.Configuration;
using System.Text.Json.Nodes;
using Xunit;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Hotstack.Templates.Documents;

public sealed class YamlTextTests
{
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
        using var reader = new StringReader(AnsibleYaml.Write(new JsonObject { ["outer"] = new JsonObject { ["key"] = new JsonArray(text) } }));
        var stream = new YamlStream();
        stream.Load(reader);

        var outer = (YamlMappingNode)((YamlMappingNode)stream.Documents.Single().RootNode)["outer"];
        var read = (YamlScalarNode)((YamlSequenceNode)outer["key"])[0];
        Assert.Equal(text, read.Value);
        // A plain one is a text to every reader only if nothing in it means something else to one of them.
        Assert.True(read.Style is not ScalarStyle.Folded && (read.Style != ScalarStyle.Plain || text == "plain" || text.Length > 80), read.Style.ToString());
    }
}
