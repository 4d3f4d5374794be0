namespace Hotstack.Fuzz.Inputs;

/// <summary>Puts secrets where the corpus has them.</summary>
internal static class Secrecy
{
    /// <summary>As people generate them, and as YAML takes them for something else.</summary>
    private static readonly string[] Spellings =
    [
        Secret.Marker, $"x{Secret.Marker}y", $"{Secret.Marker}=", $"!{Secret.Marker}", $"*{Secret.Marker}", $"&{Secret.Marker}",
            $"!!{Secret.Marker}", $"@{Secret.Marker}", $"%{Secret.Marker}",
        $"`{Secret.Marker}", $"{Secret.Marker}: x", $"{Secret.Marker} #x", $"#{Secret.Marker}", $"\"{Secret.Marker}", $"'{Secret.Marker}",
            $"\"{Secret.Marker}\\q\"", $"\"{Secret.Marker}\" x",
        $"[{Secret.Marker}", $"[{Secret.Marker}]", $"{{{Secret.Marker}", $"{{{Secret.Marker}}}", $"| {Secret.Marker}", $"> {Secret.Marker}",
            $"- {Secret.Marker}", $"? {Secret.Marker}", $"{Secret.Marker}\t\u0001",
        $"{Secret.Marker}\ud800", $"{Secret.Marker} \u00e4", $"n{Secret.Marker}", $"1{Secret.Marker}", $"{Secret.Marker}{{a}}",
            $"<<: {Secret.Marker}", $"{{{{ {Secret.Marker} }}}}", $"{{{{ '{Secret.Marker}' | x }}}}",
    ];

    /// <summary>Every secret of the tree gets one, or a harmless text if it may come to stand elsewhere.</summary>
    public static void Fill(Tree tree, Random random, bool mayBeMoved)
    {
        foreach (Tree secret in tree.All().Where(inner => inner.IsSecret))
        {
            string value = mayBeMoved ? "harmless" : random.Next(2) == 0 ? Secret.Marker : random.Pick(Spellings);
            (secret.Scalar, secret.IsText) = (secret.Scalar!.Replace("SECRET", value, StringComparison.Ordinal), random.Next(3) == 0);
        }
    }
}
