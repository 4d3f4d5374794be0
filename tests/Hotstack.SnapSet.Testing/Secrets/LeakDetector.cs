using System.Collections;
using System.Net;
using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;

namespace Hotstack.SecretsKept;

/// <summary>
/// Looks for secrets in texts, also where they are encoded: unlike the product, which encodes the secrets and looks for those, it
/// decodes all that can be decoded and looks there.
/// </summary>
internal sealed partial class LeakDetector(params string[] secrets)
{
    private const int Deepest = 6;

    /// <summary>Any token that the sandbox gives.</summary>
    private const string TokenMark = "gAAAAAB";

    /// <summary>The secrets that a text gives away, each with what is around it.</summary>
    public IReadOnlyList<string> FoundIn(string text)
    {
        string views = string.Join("\n", Views(text));
        return
        [
            .. from secret in secrets.Append(TokenMark)
               let at = views.IndexOf(secret, StringComparison.Ordinal)
               where at >= 0
               select $"{secret} in: …{views[Math.Max(0, at - 60)..Math.Min(views.Length, at + 60)]}…",
        ];
    }

    /// <summary>An exception or a result, with all that can be seen of it from outside.</summary>
    public static string Shown(object? value)
    {
        var text = new StringBuilder();
        Show(value, text, 0);
        return text.ToString();
    }

    private static IEnumerable<string> Views(string text)
    {
        // What is told twice is looked at once.
        text = string.Join('\n', text.Split('\n').Distinct());
        yield return text;
        yield return Uri.UnescapeDataString(text.Replace('+', ' '));
        yield return WebUtility.HtmlDecode(text);
        yield return JsonEscapes()
            .Replace(text, match => match.Value[1] == 'u' ? $"{(char)Convert.ToInt32(match.Value[2..], 16)}" : match.Value[1..]);
        foreach (Match run in Base64Runs().Matches(Uri.UnescapeDataString(text)))
        {
            string letters = run.Value.Replace('-', '+').Replace('_', '/');
            for (int from = 0; from < 4 && letters.Length - from >= 4; from++)
            {
                yield return Encoding.Latin1.GetString(Convert.FromBase64String(letters[from..(from + ((letters.Length - from) / 4 * 4))]));
            }
        }
    }

    private static void Show(object? value, StringBuilder text, int depth)
    {
        if (value is null || depth > Deepest)
        {
            return;
        }

        text.AppendLine(value.ToString());
        switch (value)
        {
            case string or Type or MethodBase:
                return;
            case IEnumerable items:
                foreach (object? item in items)
                {
                    Show(item, text, depth + 1);
                }

                return;
        }

        if (value.GetType() is { IsPrimitive: false, IsEnum: false } type
            && type.Namespace?.StartsWith("System.Reflection", StringComparison.Ordinal) != true)
        {
            foreach (PropertyInfo property in type.GetProperties().Where(p => p.GetIndexParameters().Length == 0))
            {
                try
                {
                    Show(property.GetValue(value), text, depth + 1);
                }
                catch (TargetInvocationException)
                {
                    // What cannot be read shows nothing.
                }
            }
        }
    }

    [GeneratedRegex("[A-Za-z0-9+/_-]{11,}")]
    private static partial Regex Base64Runs();

    [GeneratedRegex(@"\\(u[0-9a-fA-F]{4}|[""\\/])")]
    private static partial Regex JsonEscapes();
}
