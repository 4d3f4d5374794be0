namespace Hotstack.Clusters;

/// <summary>What a stranger wrote where only ASCII belongs, fit to be shown: no letter of another alphabet looks like a node's.</summary>
internal static class Shown
{
    private const int MostCharacters = 253;

    public static string Of(string text)
    {
        string start = text.Length > MostCharacters ? text[..MostCharacters] + "..." : text;
        return HiddenCharacters.WriteOutUnlessAscii(start);
    }

    /// <summary>Some names and how many more there are, however many there are: as <see cref="NameList"/>.</summary>
    public static string Some(IReadOnlyCollection<string> names) =>
        NameList.Short([.. names.Select(Of)]);
}
