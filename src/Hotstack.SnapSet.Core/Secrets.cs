using System.Net;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.RegularExpressions;

namespace Hotstack;

/// <summary>Hides known secrets in text that is shown.</summary>
internal static class Secrets
{
    public const string Stars = "***";

    /// <summary>Shorter secrets are ordinary words.</summary>
    private const int Shortest = 4;

    /// <summary>Shorter parts, as base64 or as lines, look like any other text.</summary>
    private const int ShortestPart = 8;

    /// <summary>The text with stars in place of the secrets, in their encoded forms too.</summary>
    public static string Hide(string text, IEnumerable<string> secrets) =>
        secrets.Where(secret => secret.Length >= Shortest).SelectMany(Forms).Distinct().OrderByDescending(form => form.Length)
            .Aggregate(text, (hidden, form) => hidden.Replace(form, Stars, StringComparison.Ordinal));

    /// <summary>Forms in which a service or proxy may quote a secret.</summary>
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

    /// <summary>Its base64 forms at each of the three positions of a group.</summary>
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
            // The characters at both ends hold bits of the neighbours.
            int from = before == 0 ? 0 : before + 1;
            int to = (before + bytes.Length) * 8 / 6;
            string own = encoded[from..to];
            yield return own;
            yield return own.Replace('+', '-').Replace('/', '_');
        }
    }
}

/// <summary>Recognizes likely secrets by their form, as a second line of defence: <see cref="Secrets"/> knows those that we sent.</summary>
internal static partial class LikelySecrets
{
    private const int Longest = 16 * 1024;

    /// <summary>Whether a parameter or property of this name holds a secret; the path of a file with one is none.</summary>
    public static bool IsNameOfOne(string name) => Names().IsMatch(name);

    /// <summary>Whether a text holds a private key, or an address with a password.</summary>
    public static bool Shows(string text) => PrivateKeys().IsMatch(text) || UserInformation().IsMatch(text);

    /// <summary>A service's text with stars in place of likely secrets; a very long text is cut.</summary>
    public static string Hide(string text)
    {
        // Nobody reads more, and the search takes time.
        text = text.Length > Longest ? text[..(char.IsHighSurrogate(text[Longest - 1]) ? Longest - 1 : Longest)] + "…" : text;
        text = PrivateKeys().Replace(text, Secrets.Stars);
        text = UserInformation().Replace(text, Secrets.Stars);
        text = Tokens().Replace(text, Secrets.Stars);
        text = Schemes().Replace(text, $"$1 {Secrets.Stars}");
        return Assignments().Replace(text, $"$1{Secrets.Stars}");
    }

    [GeneratedRegex(
        @"^(?!.*[_.-](?:file|filename|path|dir)$).*(?:passw(or)?d|passphrase|passcode|(^|[_.-])pass($|[_.-])|adminpass|secret|(^|[_.-])token($|[_.-])"
        + @"|private_?key|credentials?$)",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.Singleline)]
    private static partial Regex Names();

    [GeneratedRegex("-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----.*?(-----END [A-Z ]{0,30}PRIVATE KEY-----|\\z)", RegexOptions.Singleline)]
    private static partial Regex PrivateKeys();

    /// <summary>https://anna:secret@host</summary>
    [GeneratedRegex(@"(?<=://)[^/\s:@'""]*:[^/\s@'""]+(?=@)")]
    private static partial Regex UserInformation();

    /// <summary>Tokens of Keystone, of OpenShift's OAuth server, and of service accounts.</summary>
    [GeneratedRegex(@"\bgAAAA[\w-]{16,}={0,2}|\bsha256~[\w-]{16,}|\beyJ[\w-]{8,2000}\.[\w-]{8,}\.[\w-]*")]
    private static partial Regex Tokens();

    [GeneratedRegex(@"\b(Bearer|Basic) [\w+/.~=-]{8,}", RegexOptions.IgnoreCase)]
    private static partial Regex Schemes();

    /// <summary>A name, then a value that is quoted or has a digit in it.</summary>
    [GeneratedRegex(
        @"([\w-]{0,40}(?:passw(?:or)?d|passphrase|passcode|adminpass|secret|auth[_-]token|private_?key)\w*['""]?\s*[:=]\s*u?)"
        + @"(?:'[^']{4,}'|""[^""]{4,}""|(?=\S*\d)[^\s'"",;&}\])]{6,})",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Assignments();
}
