using System.Globalization;

namespace Hotstack.Clusters.Certificates;

/// <summary>Reads from a kubelet's metrics how long its certificates are still valid (kubernetes, cmd/kubelet/app/server.go and
/// pkg/kubelet/certificate/kubelet.go).</summary>
internal static class KubeletMetrics
{
    private const string Client = "kubelet_certificate_manager_client_ttl_seconds";
    private const string Serving = "kubelet_certificate_manager_server_ttl_seconds";

    /// <param name="node">The node.</param>
    /// <param name="text">The metrics.</param>
    /// <param name="now">When they were read, by the cluster's clock.</param>
    public static NodeCertificates Read(string node, string text, DateTimeOffset now)
    {
        double? client = MinOf(text, Client);
        double? serving = MinOf(text, Serving);
        return new NodeCertificates
        {
            Node = node,
            ClientNotAfter = EndOf(client, now),
            ServingNotAfter = EndOf(serving, now),
            UsesServing = serving is not double.PositiveInfinity,
            Problem = Describe(client, serving, now),
        };
    }

    private static string? Describe(double? client, double? serving, DateTimeOffset now)
    {
        if (client is double.PositiveInfinity)
        {
            return $"its kubelet does not renew its client certificate itself ({Client} is +Inf)";
        }

        string[] missing =
        [
            .. EndOf(client, now) is null ? [Client] : Array.Empty<string>(),
            .. EndOf(serving, now) is null && serving is not double.PositiveInfinity ? [Serving] : Array.Empty<string>(),
        ];
        return missing.Length == 0 ? null : $"its kubelet's metrics have no usable {string.Join(" and ", missing)}";
    }

    private static DateTimeOffset? EndOf(double? seconds, DateTimeOffset now) =>
        seconds is { } ttl && Math.Abs(ttl) < TimeSpan.FromDays(36500).TotalSeconds ? now + TimeSpan.FromSeconds(ttl) : null;

    /// <summary>The smallest value of a gauge over all its labels, in Prometheus' text format
    /// (https://prometheus.io/docs/instrumenting/exposition_formats/).</summary>
    /// <returns>Null if there is no such gauge, or one of its values is no number.</returns>
    private static double? MinOf(string text, string gauge)
    {
        double? min = null;
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

            min = min < value ? min : value;
        }

        return min;
    }

    /// <returns>Null if the name is longer, so of another gauge.</returns>
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
        _ => double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out double value)
            && double.IsFinite(value) ? value : null,
    };
}
