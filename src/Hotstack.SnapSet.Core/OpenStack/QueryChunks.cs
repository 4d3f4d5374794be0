namespace Hotstack.OpenStack;

/// <summary>Cuts a long list of values in a query into several queries.</summary>
/// <remarks>A request line may have 8190 bytes at Apache, and about as many at nginx and eventlet; above that the answer is a 414.</remarks>
internal static class QueryChunks
{
    /// <summary>Of one query; the rest of the line is the address and the other parameters.</summary>
    internal const int MostCharacters = 2000;

    /// <summary>The values as parameters, so many at a time as fit into one query. None for no values: a query without any would ask for
    /// all.</summary>
    public static IEnumerable<KeyValuePair<string, string>[]> Of(string key, IEnumerable<string> values)
    {
        var chunk = new List<KeyValuePair<string, string>>();
        int length = 0;
        foreach (string value in values.Distinct(StringComparer.Ordinal))
        {
            int more = key.Length + Uri.EscapeDataString(value).Length + 2;
            if (chunk.Count > 0 && length + more > MostCharacters)
            {
                yield return [.. chunk];
                chunk.Clear();
                length = 0;
            }

            chunk.Add(new(key, value));
            length += more;
        }

        if (chunk.Count > 0)
        {
            yield return [.. chunk];
        }
    }
}
