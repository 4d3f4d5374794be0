using System.Security.Cryptography;

namespace Hotstack.SnapSets;

/// <summary>The id of a SnapSet.</summary>
internal static class SnapSetId
{
    private const int Length = 8;
    private const string Alphabet = "abcdefghijklmnopqrstuvwxyz0123456789";

    /// <summary>
    /// A new id: as long as upstream's (six random bytes in base64), but without capitals, since the database behind
    /// Glance may compare tags without regard to case, and without signs that need quoting. 41 random bits.
    /// </summary>
    public static string Create() => RandomNumberGenerator.GetString(Alphabet, Length);
}
