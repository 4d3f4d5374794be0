namespace Hotstack.Help;

/// <summary>Breaks text into lines at its blanks.</summary>
internal static class TextWrap
{
    /// <summary>Lines of at most that width; a word that is longer is broken.</summary>
    public static IEnumerable<string> Lines(string text, int width)
    {
        string line = "";
        foreach (string word in text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
        {
            string rest = word;
            if (line.Length > 0 && line.Length + 1 + rest.Length <= width)
            {
                line += " " + rest;
                continue;
            }

            if (line.Length > 0)
            {
                yield return line;
            }

            for (; rest.Length > width; rest = rest[width..])
            {
                yield return rest[..width];
            }

            line = rest;
        }

        yield return line;
    }
}
