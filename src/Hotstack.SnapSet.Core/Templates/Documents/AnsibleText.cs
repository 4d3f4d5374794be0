namespace Hotstack.Templates.Documents;

/// <summary>What Ansible takes for a template in a file of variables, and the tag by which it does not.</summary>
/// <remarks>https://docs.ansible.com/ansible/latest/playbook_guide/playbooks_advanced_syntax.html#unsafe-or-raw-strings</remarks>
internal static class AnsibleText
{
    /// <summary>Its text is data, and no template whatever it holds. Readers of plain YAML do not know it.</summary>
    public const string UnsafeTag = "!unsafe";

    /// <summary>The line by which a text chooses its own delimiters.</summary>
    private const string OverrideHeader = "#jinja2:";

    private static readonly string[] Delimiters = ["{{", "{%", "{#"];

    /// <summary>Whether Ansible would evaluate the text.</summary>
    public static bool IsTemplate(string text) =>
        text.StartsWith(OverrideHeader, StringComparison.Ordinal) || Delimiters.Any(start => text.Contains(start, StringComparison.Ordinal));

    /// <summary>A copy in which each text that Ansible would evaluate has the tag. Keys do not: Ansible evaluates none.</summary>
    public static DocNode Marked(DocNode node) => node switch
    {
        DocMap map => map.Entries.Aggregate(new DocMap(map.Mark), (made, entry) => made.Set(entry.Key, Marked(entry.Value))),
        DocList list => new DocList(list.Mark, list.Items.Select(Marked)),
        _ => Marked((DocScalar)node),
    };

    private static DocScalar Marked(DocScalar scalar) => scalar.Type == YamlType.Text && IsTemplate(scalar.Value)
        ? new DocScalar(scalar.Mark, scalar.Value, YamlDotNet.Core.ScalarStyle.DoubleQuoted, UnsafeTag)
        : scalar;
}
