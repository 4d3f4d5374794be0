using System.Text.RegularExpressions;

namespace Hotstack.Templates.Expressions;

/// <summary>A text with expressions in it, parsed.</summary>
/// <param name="Parts">Texts (<see cref="string"/>) and expressions, in order.</param>
internal sealed partial record ExpressionText(IReadOnlyList<object> Parts)
{
    private const int MaxShown = 8 * 1024;

    /// <summary>The expression, if it is the whole text: its value keeps its type.</summary>
    public Expression? Whole => Parts is [Expression expression] ? expression : null;

    public static bool IsIn(string text) =>
        text.Contains("{{", StringComparison.Ordinal)
        || text.Contains("{%", StringComparison.Ordinal)
        || text.Contains("{#", StringComparison.Ordinal);

    /// <exception cref="FormatException">It is not supported; the message is a clause without subject.</exception>
    public static ExpressionText Parse(string text)
    {
        var parts = new List<object>();
        int position = 0;
        while (position < text.Length)
        {
            int start = text.IndexOf('{', position);
            while (start >= 0 && (start + 1 == text.Length || text[start + 1] is not ('{' or '%' or '#')))
            {
                start = text.IndexOf('{', start + 1);
            }

            if (start < 0)
            {
                parts.Add(text[position..]);
                break;
            }

            if (start > position)
            {
                parts.Add(text[position..start]);
            }

            if (text[start + 1] != '{')
            {
                throw new FormatException($"holds {{{text[start + 1]}, which is not resolved here: only {{{{ }}}} is");
            }

            int end = End(text, start + 2);
            parts.Add(ExpressionParser.Parse(text[(start + 2)..end]));
            position = end + 2;
        }

        return new ExpressionText(parts);
    }

    /// <summary>The expressions for a message, without quoted texts and the text around them, which may be secret.</summary>
    public static string Shown(string text)
    {
        // Each open brace without a closing one costs a search to the end.
        string start = text.Length > MaxShown ? text[..MaxShown] : text;
        string[] expressions = [.. Braces().Matches(Quoted().Replace(start, "'…'")).Select(expression => expression.Value)];
        string masked = expressions.Length == 0 ? "the text" : string.Join(" ", expressions);
        return masked.Length <= 120 ? masked : masked[..120] + "…";
    }

    /// <summary>The position of the closing braces, without those in quotes and of mappings.</summary>
    private static int End(string text, int from)
    {
        int depth = 0;
        for (int i = from; i < text.Length; i++)
        {
            switch (text[i])
            {
                case '\'' or '"':
                    i = Closing(text, i);
                    break;
                case '{':
                    depth++;
                    break;
                case '}' when depth > 0:
                    depth--;
                    break;
                case '}' when i + 1 < text.Length && text[i + 1] == '}':
                    return i;
            }
        }

        throw new FormatException("has braces that are not closed");
    }

    private static int Closing(string text, int quote)
    {
        int i = quote + 1;
        while (i < text.Length && text[i] != text[quote])
        {
            i += text[i] == '\\' ? 2 : 1;
        }

        return i;
    }

    [GeneratedRegex(@"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", RegexOptions.Singleline | RegexOptions.CultureInvariant)]
    private static partial Regex Braces();

    [GeneratedRegex("""'(?:[^'\\]|\\.)*'?|"(?:[^"\\]|\\.)*"?""", RegexOptions.Singleline | RegexOptions.CultureInvariant)]
    private static partial Regex Quoted();
}
