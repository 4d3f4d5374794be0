using Hotstack.Sandbox.Cluster.Control;

namespace Hotstack.Sandbox.Cluster.Kubelets;

/// <summary>A kubelet's metrics, as Prometheus reads them.</summary>
internal static class KubeletMetrics
{
    public static string Of(ClusterNode node, DateTimeOffset now) => FormattableString.Invariant($"""
        # HELP go_goroutines Number of goroutines that currently exist.
        # TYPE go_goroutines gauge
        go_goroutines 412
        # HELP kubelet_certificate_manager_client_expiration_renew_errors [ALPHA] Counter of certificate renewal errors.
        # TYPE kubelet_certificate_manager_client_expiration_renew_errors counter
        kubelet_certificate_manager_client_expiration_renew_errors 0
        # HELP kubelet_certificate_manager_client_ttl_seconds [ALPHA] Gauge of the TTL (time-to-live) of the Kubelet's client certificate.
        # TYPE kubelet_certificate_manager_client_ttl_seconds gauge
        kubelet_certificate_manager_client_ttl_seconds {Seconds(node.Client, now)}
        # HELP kubelet_certificate_manager_server_ttl_seconds [ALPHA] Gauge of the shortest TTL (time-to-live) of the Kubelet's serving certificate.
        # TYPE kubelet_certificate_manager_server_ttl_seconds gauge
        kubelet_certificate_manager_server_ttl_seconds {Seconds(node.Serving, now)}
        # HELP kubelet_running_pods [ALPHA] Number of pods that have a running pod sandbox
        # TYPE kubelet_running_pods gauge
        kubelet_running_pods 23

        """);

    // As Go prints numbers of this size: 2.591234e+06.
    private static string Seconds(NodeCertificate? certificate, DateTimeOffset now)
    {
        if (certificate is null)
        {
            return "+Inf";
        }

        return Math.Floor((certificate.NotAfter - now).TotalSeconds)
            .ToString("0.######e+00", System.Globalization.CultureInfo.InvariantCulture);
    }
}
