using System.Text.RegularExpressions;

namespace Hotstack;

/// <summary>Tells secrets that nobody named as such by their looks: a net under <see cref="Secrets"/>, which knows those that we sent.</summary>
internal static partial class LikelySecrets
{
    private const int Longest = 16 * 1024;

    /// <summary>Whether what has such a name, a parameter or property, holds a secret.</summary>
    public static bool IsNameOfOne(string name) => Names().IsMatch(name);

    /// <summary>Whether a text has a private key in it, or an address with a password.</summary>
    public static bool Shows(string text) => PrivateKeys().IsMatch(text) || UserInformation().IsMatch(text);

    /// <summary>A service's text with stars in place of what looks like a secret; a very long one is cut.</summary>
    public static string Hide(string text)
    {
        // Nobody reads more, and to look for secrets takes its time.
        text = text.Length > Longest ? text[..(char.IsHighSurrogate(text[Longest - 1]) ? Longest - 1 : Longest)] + "…" : text;
        text = PrivateKeys().Replace(text, Secrets.Stars);
        text = UserInformation().Replace(text, Secrets.Stars);
        text = Tokens().Replace(text, Secrets.Stars);
        text = Schemes().Replace(text, $"$1 {Secrets.Stars}");
        return Assignments().Replace(text, $"$1{Secrets.Stars}");
    }

    [GeneratedRegex(
        @"passw(or)?d|passphrase|passcode|(^|[_.-])pass($|[_.-])|adminpass|secret|(^|[_.-])token($|[_.-])|private_?key|credentials?$",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Names();

    [GeneratedRegex("-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----.*?(-----END [A-Z ]{0,30}PRIVATE KEY-----|\\z)", RegexOptions.Singleline)]
    private static partial Regex PrivateKeys();

    /// <summary>https://anna:secret@host</summary>
    [GeneratedRegex(@"(?<=://)[^/\s:@'""]*:[^/\s@'""]+(?=@)")]
    private static partial Regex UserInformation();

    /// <summary>Of Keystone, of OpenShift's own login, and of service accounts.</summary>
    [GeneratedRegex(@"\bgAAAA[\w-]{16,}={0,2}|\bsha256~[\w-]{16,}|\beyJ[\w-]{8,2000}\.[\w-]{8,}\.[\w-]*")]
    private static partial Regex Tokens();

    [GeneratedRegex(@"\b(Bearer|Basic) [\w+/.~=-]{8,}", RegexOptions.IgnoreCase)]
    private static partial Regex Schemes();

    /// <summary>A name, then a value that is quoted or, as no word is, has a digit in it.</summary>
    [GeneratedRegex(
        @"([\w-]{0,40}(?:passw(?:or)?d|passphrase|passcode|adminpass|secret|auth[_-]token|private_?key)\w*['""]?\s*[:=]\s*u?)"
        + @"(?:'[^']{4,}'|""[^""]{4,}""|(?=\S*\d)[^\s'"",;&}\])]{6,})",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Assignments();
}
