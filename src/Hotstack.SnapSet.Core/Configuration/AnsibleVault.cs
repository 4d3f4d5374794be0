namespace Hotstack.Configuration;

/// <summary>What ansible-vault has encrypted (https://docs.ansible.com/ansible/latest/vault_guide/vault_encrypting_content.html).</summary>
internal static class AnsibleVault
{
    /// <summary>What is wrong with such a value.</summary>
    public const string Complaint = "the value here is encrypted by ansible-vault (!vault).";

    /// <summary>What to do about such a value.</summary>
    public const string Hint = "Decrypt it with 'ansible-vault decrypt', and write the plain value in its place.";

    private const string Header = "$ANSIBLE_VAULT;";

    /// <summary>The present tag of a value, and its older one.</summary>
    private static readonly string[] Tags = ["!vault", "!vault-encrypted"];

    /// <summary>Whether a YAML tag says that the value is encrypted.</summary>
    public static bool IsTag(string tag) => Tags.Contains(tag);

    /// <summary>Whether a whole file is encrypted.</summary>
    public static bool IsWhole(string text) => text.AsSpan().TrimStart().StartsWith(Header, StringComparison.Ordinal);

    /// <summary>What to do about a file that is encrypted as a whole.</summary>
    public static string HintOf(string path) => $"Decrypt it first: ansible-vault decrypt {CommandArgument.Of(path)}.";
}
