using System.Globalization;

namespace Hotstack.Clusters.Certificates;

/// <summary>Reads Prometheus' text format (https://prometheus.io/docs/instrumenting/exposition_formats/).</summary>
internal static class MetricsText
{
    /// <summary>The least value of a gauge, over all its labels.</summary>
    /// <returns>Null if there is no such gauge, or one of its values is no number.</returns>
    public static double? LeastOf(string text, string gauge)
    {
        double? least = null;
        foreach (string line in text.Split('\n'))
        {
            if (!line.StartsWith(gauge, StringComparison.Ordinal) || AfterLabels(line[gauge.Length..]) is not { } rest)
            {
                continue;
            }

            string[] words = rest.Split((char[])[' ', '\t', '\r'], StringSplitOptions.RemoveEmptyEntries);
            if (words.Length == 0 || Number(words[0]) is not { } value)
            {
                return null;
            }

            least = least < value ? least : value;
        }

        return least;
    }

    /// <returns>Null if the name goes on, so that it is another gauge's.</returns>
    private static string? AfterLabels(string rest)
    {
        if (rest.Length == 0 || rest[0] is ' ' or '\t')
        {
            return rest;
        }

        if (rest[0] != '{')
        {
            return null;
        }

        bool isQuoted = false;
        for (int i = 1; i < rest.Length; i++)
        {
            switch (rest[i])
            {
                case '\\' when isQuoted:
                    i++;
                    break;
                case '"':
                    isQuoted = !isQuoted;
                    break;
                case '}' when !isQuoted:
                    return rest[(i + 1)..];
            }
        }

        return "";
    }

    private static double? Number(string word) => word switch
    {
        "+Inf" or "Inf" => double.PositiveInfinity,
        "-Inf" => double.NegativeInfinity,
        _ => double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && double.IsFinite(value) ? value : null,
    };
}
