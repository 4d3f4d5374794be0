namespace Hotstack.Clusters;

/// <summary>Foreign text for display where only ASCII is valid: no letter of another alphabet can imitate a node's name.</summary>
internal static class AsciiText
{
    private const int MaxCharacters = 253;

    public static string Of(string text)
    {
        string start = text.Length > MaxCharacters ? text[..MaxCharacters] + "..." : text;
        return DisplayText.WriteOutUnlessAscii(start);
    }

    /// <summary>A short list of any number of names, as <see cref="NameList"/>.</summary>
    public static string Names(IReadOnlyCollection<string> names) =>
        NameList.Short([.. names.Select(Of)]);
}
