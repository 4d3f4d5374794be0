using System.Text.Json.Nodes;
using YamlDotNet.Core;

namespace Hotstack.Configuration;

/// <summary>Ansible's additions to YAML: encrypted values, templates, and the tag of texts that are not templates.</summary>
/// <remarks>
/// https://docs.ansible.com/ansible/latest/vault_guide/vault_encrypting_content.html,
/// https://docs.ansible.com/ansible/latest/playbook_guide/playbooks_advanced_syntax.html#unsafe-or-raw-strings
/// </remarks>
internal static class AnsibleYaml
{
    /// <summary>The text is no template, whatever it holds. Readers of plain YAML do not know the tag.</summary>
    public const string UnsafeTag = "!unsafe";

    public const string VaultComplaint = "the value here is encrypted by ansible-vault (!vault).";

    public const string VaultHint = "Decrypt it with 'ansible-vault decrypt', and write the plain value in its place.";

    private const string VaultHeader = "$ANSIBLE_VAULT;";

    /// <summary>By this first line a text chooses its own delimiters.</summary>
    private const string OverrideHeader = "#jinja2:";

    private static readonly string[] Delimiters = ["{{", "{%", "{#"];

    /// <summary>The present tag of an encrypted value, and its older one.</summary>
    private static readonly string[] VaultTags = ["!vault", "!vault-encrypted"];

    public static bool IsVaultTag(string tag) => VaultTags.Contains(tag);

    /// <summary>Whether a whole file is encrypted.</summary>
    public static bool IsEncrypted(string text) => text.AsSpan().TrimStart().StartsWith(VaultHeader, StringComparison.Ordinal);

    /// <summary>What to do about a file that is encrypted as a whole.</summary>
    public static string DecryptHint(string path) => $"Decrypt it first: ansible-vault decrypt {CommandArgument.Of(path)}.";

    /// <summary>Whether Ansible evaluates a text of a file of variables.</summary>
    public static bool IsTemplate(string text) =>
        text.StartsWith(OverrideHeader, StringComparison.Ordinal)
            || Delimiters.Any(start => text.Contains(start, StringComparison.Ordinal));

    /// <summary>The YAML of a mapping, in its order, with <c>---</c> before it. PyYAML reads the same values.</summary>
    /// <remarks>A cloud wrote the values, so a text that Ansible would evaluate gets the tag <see cref="UnsafeTag"/>. No other text
    /// does, so that readers of plain YAML read all other files.</remarks>
    public static string Write(JsonObject values) => "---\n" + DocWriter.Write(Marked(DocJson.ToNode(new SourceMark("", "") { Cause = ErrorCause.InputInvalid }, values)));

    /// <summary>A comment of one line, whatever names are in it.</summary>
    public static string Comment(string text) => $"# {DisplayText.WriteOutUnlessAscii(text)}\n";

    /// <summary>Keys get no tag: Ansible evaluates none.</summary>
    private static DocNode Marked(DocNode node) => node switch
    {
        DocMap map => map.Entries.Aggregate(new DocMap(map.Mark), (made, entry) => made.Set(entry.Key, Marked(entry.Value))),
        DocList list => new DocList(list.Mark, list.Items.Select(Marked)),
        DocScalar { Type: YamlType.Text } text when IsTemplate(text.Value) => new DocScalar(text.Mark, text.Value, ScalarStyle.DoubleQuoted,
            UnsafeTag),
        _ => node,
    };
}
