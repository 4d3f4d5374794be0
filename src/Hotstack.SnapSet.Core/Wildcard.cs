using System.Text;
using System.Text.RegularExpressions;

namespace Hotstack;

/// <summary>Wildcards as PowerShell has them: <c>*</c>, <c>?</c>, <c>[abc]</c>, <c>[a-c]</c>, a backtick before a
/// literal; without regard to case.</summary>
public static class Wildcard
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>Whether it has a wildcard.</summary>
    public static bool IsPattern(string text) => text.AsSpan().IndexOfAny("*?[") >= 0;

    /// <summary>Whether the whole text is as the pattern says.</summary>
    public static bool Matches(string text, string pattern) =>
        Regex.IsMatch(
            text, ToExpression(pattern), RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.Singleline,
            Patience);

    private static string ToExpression(string pattern)
    {
        var expression = new StringBuilder(@"\A");
        for (int i = 0; i < pattern.Length; i++)
        {
            char sign = pattern[i];
            int end = sign == '[' ? pattern.IndexOf(']', i + 1) : -1;
            if (end > i + 1)
            {
                string set = pattern[(i + 1)..end].Replace(@"\", @"\\", StringComparison.Ordinal)
                    .Replace("^", @"\^", StringComparison.Ordinal).Replace("[", @"\[", StringComparison.Ordinal);
                expression.Append('[').Append(set).Append(']');
                i = end;
            }
            else if (sign == '`' && i + 1 < pattern.Length)
            {
                expression.Append(Regex.Escape(pattern[++i].ToString()));
            }
            else
            {
                expression.Append(sign switch { '*' => ".*", '?' => ".", _ => Regex.Escape(sign.ToString()) });
            }
        }

        return expression.Append(@"\z").ToString();
    }
}
