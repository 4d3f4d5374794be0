using System.Text.RegularExpressions;

namespace Hotstack.Configuration;

/// <summary>
/// The rule for every value that is used as the path of a file. People put the contents of the file there, so a value that may be
/// contents is neither opened nor shown; nor is an exception of the system, as it quotes the path.
/// </summary>
/// <remarks>
/// openstacksdk and kubectl take only paths under these names, and gophercloud takes PEM text as well:
/// https://pkg.go.dev/github.com/gophercloud/utils/openstack/clientconfig#Cloud (<c>key</c>, <c>cert</c>, <c>cacert</c>).
/// </remarks>
public static partial class PathValue
{
    /// <summary>The text in a message in place of a value that may be a secret.</summary>
    public const string NotShown = "(not shown, as it may be a secret)";

    /// <summary>A shorter part of a path is a name. Keys and tokens are longer.</summary>
    private const int ShortestKey = 20;

    /// <summary>A longer part of a path is not a name.</summary>
    private const int LongestName = 100;

    /// <summary>The contents in place of a path: <c>PEM text</c>; null for a value that can be a path.</summary>
    public static string? ContentOf(string value) =>
        value.Contains("-----BEGIN", StringComparison.OrdinalIgnoreCase) || value.Contains("-----END", StringComparison.OrdinalIgnoreCase)
            ? "PEM text"
        : value.AsSpan().ContainsAny('\n', '\r') ? "text of several lines"
        : null;

    /// <summary>The value for a message: itself, or <see cref="NotShown"/> if no such file is there and it looks like a secret.</summary>
    public static string Shown(string value) =>
        ContentOf(value) is null && (!MayBeSecret(value) || Path.Exists(value)) ? value : NotShown;

    /// <summary>Whether it looks like a key, a certificate or a token, in one line or several.</summary>
    internal static bool MayBeSecret(string value) =>
        ContentOf(value) is not null || value.Contains(PemInBase64, StringComparison.Ordinal) || LikelySecrets.Hide(value) != value
        || value.Split(['/', '\\']).Any(HasPassword)
            || value.Split(['/', '\\', '.', ' ', '\t', ':', ',', ';', '"', '\'', '='], StringSplitOptions.RemoveEmptyEntries).Any(IsRandom);

    /// <summary>The error of a value that is not a path; it does not show the value.</summary>
    /// <param name="mark">Where it is.</param>
    /// <param name="key">Its key: <c>client-key</c>.</param>
    /// <param name="value">The value.</param>
    /// <param name="hint">Where such text belongs.</param>
    internal static HotstackException Refusal(SourceMark mark, string key, string value, string hint) =>
        mark.Error(
            ContentOf(value) is { } content
                ? $"{key} holds {content} in place of the path of a file."
                : $"{key} has to be the path of a file, and there is no such file. The value is not shown, as it may be a secret.",
            hint);

    /// <summary>Base64 of <c>-----BEGIN</c>.</summary>
    private const string PemInBase64 = "LS0tLS1CRUdJTi";

    /// <summary><c>anna:secret@host</c>, also where a second slash before it has gone.</summary>
    private static bool HasPassword(string part) => part.IndexOf(':', StringComparison.Ordinal) is >= 0 and var colon
        && part.IndexOf('@', colon) > colon;

    /// <summary>Upper case, lower case and digits change more often than in any name.</summary>
    private static bool IsRandom(string part)
    {
        if (part.Length > LongestName)
        {
            return true;
        }

        if (part.Length < ShortestKey || Guid.TryParseExact(part, "D", out _))
        {
            return false;
        }

        string signs = Separators().Replace(part, "");
        int changes = signs.Zip(signs.Skip(1)).Count(pair => KindOf(pair.First) != KindOf(pair.Second));
        return changes * 10 >= signs.Length * 4 || (signs.Length >= 32 && signs.All(char.IsAsciiHexDigit));
    }

    private static int KindOf(char sign) => char.IsUpper(sign) ? 0 : char.IsLower(sign) ? 1 : char.IsDigit(sign) ? 2 : 3;

    [GeneratedRegex("[-_]")]
    private static partial Regex Separators();
}
