namespace Hotstack.Templates;

/// <summary>Finds the name that a misspelt one may mean.</summary>
internal static class SimilarNames
{
    /// <summary>Shorter names are similar by chance.</summary>
    private const int Shortest = 5;
    private const int Longest = 64;
    private const int MaxChanges = 2;

    /// <summary>The nearest of some names that differs in at most two letters; null if there is none.</summary>
    public static string? Of(string name, IEnumerable<string> names) =>
        name.Length is < Shortest or > Longest ? null
            : names.Where(other => Math.Abs(other.Length - name.Length) <= MaxChanges)
                .Select(other => (Name: other, Changes: Changes(name, other)))
                .Where(other => other.Changes <= MaxChanges).OrderBy(other => other.Changes).Select(other => other.Name).FirstOrDefault();

    /// <summary>Levenshtein's distance.</summary>
    private static int Changes(string one, string other)
    {
        int[] above = [.. Enumerable.Range(0, other.Length + 1)];
        for (int i = 1; i <= one.Length; i++)
        {
            int[] row = [i, .. new int[other.Length]];
            for (int j = 1; j <= other.Length; j++)
            {
                row[j] = Math.Min(Math.Min(row[j - 1], above[j]) + 1, above[j - 1] + (one[i - 1] == other[j - 1] ? 0 : 1));
            }

            above = row;
        }

        return above[^1];
    }
}
