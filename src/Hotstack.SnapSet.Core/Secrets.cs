using System.Net;
using System.Text;
using System.Text.Encodings.Web;

namespace Hotstack;

/// <summary>Keeps secrets out of what is told.</summary>
internal static class Secrets
{
    public const string Stars = "***";

    /// <summary>Shorter secrets are also ordinary words, and no secrets.</summary>
    private const int Shortest = 4;

    /// <summary>Shorter ones have, as base64 and as lines, too little in them to be told from other text.</summary>
    private const int ShortestPart = 8;

    /// <summary>The text with stars in place of the secrets, also where they were encoded on their way.</summary>
    public static string Hide(string text, IEnumerable<string> secrets) =>
        secrets.Where(secret => secret.Length >= Shortest).SelectMany(Forms).Distinct().OrderByDescending(form => form.Length)
            .Aggregate(text, (hidden, form) => hidden.Replace(form, Stars, StringComparison.Ordinal));

    /// <summary>What a service, or what is between, makes of a text that it quotes.</summary>
    private static IEnumerable<string> Forms(string secret)
    {
        IEnumerable<string> lines = secret.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Where(line => line.Length >= ShortestPart);
        return lines.Prepend(secret).SelectMany(part => (IEnumerable<string>)
        [
            part,
            Uri.EscapeDataString(part),
            WebUtility.UrlEncode(part),
            WebUtility.HtmlEncode(part),
            JavaScriptEncoder.Default.Encode(part),
            JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(part),
        ]).Concat(lines.Prepend(secret).SelectMany(Base64Forms));
    }

    /// <summary>What of it shows in base64 wherever it stands in the text that was encoded: at each of the three places of a group.</summary>
    private static IEnumerable<string> Base64Forms(string secret)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(secret);
        if (bytes.Length < ShortestPart)
        {
            yield break;
        }

        for (int before = 0; before < 3; before++)
        {
            string encoded = Convert.ToBase64String([.. new byte[before], .. bytes]);
            // The letters at both ends hold bits of the neighbours too.
            int from = before == 0 ? 0 : before + 1;
            int to = (before + bytes.Length) * 8 / 6;
            string own = encoded[from..to];
            yield return own;
            yield return own.Replace('+', '-').Replace('/', '_');
        }
    }
}
