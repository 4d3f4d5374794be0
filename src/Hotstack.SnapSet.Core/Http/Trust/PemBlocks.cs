namespace Hotstack.Http;

/// <summary>A block of a PEM text.</summary>
/// <param name="Label">What it says to be: <c>CERTIFICATE</c>.</param>
/// <param name="Data">Its bytes; null if they are not base64, or the block does not end.</param>
internal sealed record PemBlock(string Label, byte[]? Data)
{
    private const string Begin = "-----BEGIN ";

    /// <summary>All blocks in order, broken ones too, which the platform's own reader passes over. Text around them does not count.</summary>
    public static IEnumerable<PemBlock> AllOf(string text)
    {
        int at = text.IndexOf(Begin, StringComparison.Ordinal);
        while (at >= 0)
        {
            // Its end is looked for up to the next beginning, so that a text without ends costs no more than its length.
            int next = text.IndexOf(Begin, at + Begin.Length, StringComparison.Ordinal);
            yield return Of(text.AsSpan(at, (next < 0 ? text.Length : next) - at));
            at = next;
        }
    }

    private static PemBlock Of(ReadOnlySpan<char> text)
    {
        ReadOnlySpan<char> rest = text[Begin.Length..];
        int line = rest.IndexOf("-----", StringComparison.Ordinal);
        string label = line < 0 || rest[..line].ContainsAny('\r', '\n') ? "" : rest[..line].ToString();
        int end = rest.IndexOf($"-----END {label}-----", StringComparison.Ordinal);
        return new PemBlock(label, label.Length == 0 || end < 0 ? null : Decoded(rest[(line + 5)..end].ToString()));
    }

    private static byte[]? Decoded(string base64)
    {
        try
        {
            return Convert.FromBase64String(base64);
        }
        catch (FormatException)
        {
            return null;
        }
    }
}
