namespace Hotstack.Clusters.CertificateRequests;

/// <summary>What a stranger wrote, fit to be shown: he may have put a terminal's control sequences in it.</summary>
internal static class Shown
{
    private const int MostCharacters = 253;

    public static string Of(string text)
    {
        string start = text.Length > MostCharacters ? text[..MostCharacters] + "..." : text;
        return string.Concat(start.Select(sign => sign is >= ' ' and <= '~' ? sign : '?'));
    }
}
