using System.Security.Cryptography;
using System.Text.RegularExpressions;

namespace Hotstack.SnapSets;

/// <summary>The id of a SnapSet.</summary>
internal static partial class SnapSetId
{
    private const int Length = 8;
    private const string Alphabet = "abcdefghijklmnopqrstuvwxyz0123456789";

    /// <summary>
    /// A new id: as long as upstream's (six random bytes in base64), but without capitals, since the database behind
    /// Glance may compare tags without regard to case, and without signs that need quoting. 41 random bits.
    /// </summary>
    public static string Create() => RandomNumberGenerator.GetString(Alphabet, Length);

    /// <summary>Whether an id is one that a maker of sets gives: 1 to 64 letters, digits, <c>_</c>, <c>.</c> and <c>-</c> of ASCII. Ours are,
    /// and upstream's are eight of URL-safe base64. Any project member can write another one into a tag.</summary>
    public static bool IsRegular(string? id) => id is not null && Regular().IsMatch(id);

    [GeneratedRegex(@"^[A-Za-z0-9_.-]{1,64}\z")]
    private static partial Regex Regular();
}
