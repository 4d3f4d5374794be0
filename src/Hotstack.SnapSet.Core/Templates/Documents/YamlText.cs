using System.Text.Json.Nodes;
using Hotstack.Configuration;

namespace Hotstack.Templates.Documents;

/// <summary>Writes values as YAML that PyYAML reads as the same: for the files of people who stay with the playbooks.</summary>
internal static class YamlText
{
    /// <summary>The YAML of a mapping, in its order, with <c>---</c> before it.</summary>
    /// <remarks>What the values hold was written by a cloud: a text that Ansible would evaluate is marked as data. Only such a text
    /// is, so that readers of plain YAML read all other files, too.</remarks>
    public static string Of(JsonObject values) => "---\n" + DocWriter.Write(AnsibleText.Marked(DocJson.ToDocument(new SourceMark("", ""), values)));

    /// <summary>A comment of one line, whatever names are in it.</summary>
    public static string Comment(string text) => $"# {DisplayText.WriteOutUnlessAscii(text)}\n";
}
