namespace Hotstack.Configuration;

/// <summary>What a reader of YAML bears.</summary>
[Flags]
internal enum YamlRules
{
    /// <summary>Nothing: whatever is wrong refuses the file.</summary>
    Strict = 0,

    /// <summary>The file is one of Ansible's, whose tags are known: <c>!unsafe</c>, and <c>!vault</c> where nobody needs the value.</summary>
    Ansible = 1,

    /// <summary>A value with an unknown tag, or whose key is given twice, becomes a <see cref="ConfigFault"/>.</summary>
    Lazy = 2,

    /// <summary>Of several documents the first counts, as with Go's YAML.</summary>
    FirstDocument = 4,
}
