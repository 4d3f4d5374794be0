using System.Text.Json.Nodes;
using Hotstack.Configuration;
using Xunit;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Hotstack.Configuration;

public sealed class YamlTextTests
{
    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("two words", "two words")]
    [InlineData("/dev/vdb", "/dev/vdb")]
    [InlineData("fa:16:9e:81:f6:05", "\"fa:16:9e:81:f6:05\"")]
    [InlineData("192.168.32.3", "\"192.168.32.3\"")]
    [InlineData("-o StrictHostKeyChecking=no", "\"-o StrictHostKeyChecking=no\"")]
    [InlineData("", "\"\"")]
    [InlineData("yes", "\"yes\"")]
    [InlineData("Off", "\"Off\"")]
    [InlineData("n", "\"n\"")]
    [InlineData("null", "\"null\"")]
    [InlineData("~", "\"~\"")]
    [InlineData("0644", "\"0644\"")]
    [InlineData("1:30", "\"1:30\"")]
    [InlineData("2016-10-14", "\"2016-10-14\"")]
    [InlineData(".5", "\".5\"")]
    [InlineData(" padded", "\" padded\"")]
    [InlineData("a: b", "\"a: b\"")]
    [InlineData("a #b", "\"a #b\"")]
    [InlineData("{{ name }}", "\"{{ name }}\"")]
    [InlineData("tab\there", "\"tab\\there\"")]
    [InlineData("ünicode", "\"ünicode\"")]
    public void A_text_is_quoted_if_it_could_be_read_as_something_else(string text, string written) =>
        Assert.Equal($"key: {written}\n", YamlText.Of(new JsonObject { ["key"] = text }));

    [Fact]
    public void Every_kind_of_value_is_written_as_what_it_is()
    {
        JsonObject data = JsonNode.Parse("""{"a": 1, "b": 1.5, "c": true, "d": null, "e": [], "f": {}, "g": [1, "1", {"h": [2]}], "yes": "x"}""")!.AsObject();

        Assert.Equal(
            "a: 1\nb: 1.5\nc: true\nd: null\ne: []\nf: {}\ng:\n- 1\n- \"1\"\n- h:\n  - 2\n\"yes\": x\n",
            YamlText.Of(data));
    }

    [Theory]
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
        using var reader = new StringReader(YamlText.Of(new JsonObject { ["outer"] = new JsonObject { ["key"] = new JsonArray(text) } }));
        var stream = new YamlStream();
        stream.Load(reader);

        var outer = (YamlMappingNode)((YamlMappingNode)stream.Documents.Single().RootNode)["outer"];
        var read = (YamlScalarNode)((YamlSequenceNode)outer["key"])[0];
        Assert.Equal(text, read.Value);
        Assert.NotEqual(ScalarStyle.Folded, read.Style);
    }
}
