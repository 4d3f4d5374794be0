using System.Globalization;
using System.Text;

namespace Hotstack.Fuzz.Inputs;

/// <summary>Writes trees as YAML or JSON, in any style, and without regard for what that makes of them.</summary>
internal static class TreeText
{
    public static string Json(Tree tree, Random random)
    {
        var text = new StringBuilder();
        Json(tree, random, text);
        return text.ToString();
    }

    public static string Yaml(Tree tree, Random random)
    {
        var text = new StringBuilder(random.Next(8) == 0 ? "---\n" : "");
        if (tree.Scalar is null && random.Next(10) > 0)
        {
            Block(tree, random, text, 0);
        }
        else
        {
            Flow(tree, random, text);
            text.Append('\n');
        }

        return text.ToString();
    }

    private static void Json(Tree tree, Random random, StringBuilder text)
    {
        if (tree.Entries is { } entries)
        {
            Join(text, '{', '}', entries, entry =>
            {
                Quoted(entry.Key, random, text);
                text.Append(':');
                Json(entry.Value, random, text);
            });
        }
        else if (tree.Items is { } items)
        {
            Join(text, '[', ']', items, item => Json(item, random, text));
        }
        else if (tree.IsText || (!tree.IsSecret && tree.Scalar is not ("true" or "false" or "null")
            && !double.TryParse(tree.Scalar, NumberStyles.Float, CultureInfo.InvariantCulture, out _)))
        {
            Quoted(tree.Scalar!, random, text);
        }
        else
        {
            text.Append(tree.Scalar);
        }
    }

    private static void Quoted(string value, Random random, StringBuilder text)
    {
        text.Append('"');
        foreach (char sign in value)
        {
            if (sign is < ' ' or '"' or '\\' || char.IsSurrogate(sign) || random.Next(200) == 0)
            {
                text.Append(CultureInfo.InvariantCulture, $"\\u{(int)sign:x4}");
            }
            else
            {
                text.Append(sign);
            }
        }

        text.Append('"');
    }

    private static void Block(Tree tree, Random random, StringBuilder text, int indent)
    {
        if (tree.Entries is { Count: > 0 } entries)
        {
            foreach ((string key, Tree value) in entries)
            {
                text.Append(' ', indent);
                Scalar(Tree.Of(key, isText: key.Length == 0 || random.Next(20) == 0), random, text);
                text.Append(':');
                Below(value, random, text, indent + (value.Items is null || random.Next(2) == 0 ? 2 : 0));
            }
        }
        else if (tree.Items is { Count: > 0 } items)
        {
            foreach (Tree item in items)
            {
                text.Append(' ', indent).Append('-');
                Below(item, random, text, indent + 2);
            }
        }
        else
        {
            text.Append(' ', indent);
            Flow(tree, random, text);
            text.Append('\n');
        }
    }

    private static void Below(Tree value, Random random, StringBuilder text, int indent)
    {
        if (value.Scalar is null && value is not ({ Entries.Count: 0 } or { Items.Count: 0 }) && random.Next(5) > 0)
        {
            text.Append('\n');
            Block(value, random, text, indent);
            return;
        }

        text.Append(' ');
        if (value is { Scalar: { } scalar, IsText: true } && random.Next(12) == 0)
        {
            text.Append("|\n").Append(' ', indent).Append(scalar.Replace("\n", "\n" + new string(' ', indent), StringComparison.Ordinal));
        }
        else
        {
            Flow(value, random, text);
        }

        text.Append('\n');
    }

    private static void Flow(Tree tree, Random random, StringBuilder text)
    {
        if (tree.Entries is { } entries)
        {
            Join(text, '{', '}', entries, entry =>
            {
                Scalar(Tree.Of(entry.Key), random, text);
                text.Append(": ");
                Flow(entry.Value, random, text);
            });
        }
        else if (tree.Items is { } items)
        {
            Join(text, '[', ']', items, item => Flow(item, random, text));
        }
        else
        {
            Scalar(tree, random, text);
        }
    }

    private static void Scalar(Tree scalar, Random random, StringBuilder text)
    {
        string value = scalar.Scalar!;
        bool isPlain = !scalar.IsText
            || (value.Length > 0 && value.All(sign => char.IsAsciiLetterOrDigit(sign) || sign is '_' or '-' or '.' or '/')
            && random.Next(6) > 0);
        if (isPlain)
        {
            text.Append(value);
        }
        else if (random.Next(3) == 0)
        {
            text.Append('\'').Append(value.Replace("'", "''", StringComparison.Ordinal)).Append('\'');
        }
        else
        {
            Quoted(value, random, text);
        }
    }

    private static void Join<T>(StringBuilder text, char open, char close, List<T> items, Action<T> write)
    {
        text.Append(open);
        for (int i = 0; i < items.Count; i++)
        {
            text.Append(i == 0 ? "" : ", ");
            write(items[i]);
        }

        text.Append(close);
    }
}
