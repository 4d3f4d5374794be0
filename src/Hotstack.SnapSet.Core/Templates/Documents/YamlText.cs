using System.Text.Json.Nodes;
using Hotstack.Configuration;

namespace Hotstack.Templates.Documents;

/// <summary>Writes values as YAML that PyYAML reads as the same: for the files of people who stay with the playbooks.</summary>
internal static class YamlText
{
    /// <summary>The YAML of a mapping, in its order, with <c>---</c> before it.</summary>
    public static string Of(JsonObject values) => "---\n" + DocWriter.Write(DocJson.ToDocument(new SourceMark("", ""), values));
}
