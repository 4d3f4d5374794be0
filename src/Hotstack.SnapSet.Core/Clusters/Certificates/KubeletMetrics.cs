namespace Hotstack.Clusters.Certificates;

/// <summary>What a kubelet's metrics tell of its certificates (kubernetes, cmd/kubelet/app/server.go and
/// pkg/kubelet/certificate/kubelet.go): how long each is still valid.</summary>
internal static class KubeletMetrics
{
    private const string Client = "kubelet_certificate_manager_client_ttl_seconds";
    private const string Serving = "kubelet_certificate_manager_server_ttl_seconds";

    /// <param name="node">The node.</param>
    /// <param name="text">The metrics.</param>
    /// <param name="now">When they were read, by the cluster's clock.</param>
    public static NodeCertificates Read(string node, string text, DateTimeOffset now)
    {
        double? client = MetricsText.LeastOf(text, Client);
        double? serving = MetricsText.LeastOf(text, Serving);
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
}
