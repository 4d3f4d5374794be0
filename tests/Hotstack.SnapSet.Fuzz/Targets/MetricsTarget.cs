using Hotstack.Clusters.Certificates;
using Hotstack.Fuzz.Inputs;

namespace Hotstack.Fuzz.Targets;

/// <summary>A kubelet's metrics.</summary>
internal sealed class MetricsTarget : FuzzTarget
{
    private static readonly string[] Lines =
    [
        "# HELP kubelet_certificate_manager_client_ttl_seconds [ALPHA] Gauge of the TTL",
            "# TYPE kubelet_certificate_manager_client_ttl_seconds gauge", "kubelet_certificate_manager_client_ttl_seconds 2.591999e+06",
        "kubelet_certificate_manager_server_ttl_seconds 1.2e+06",
            "kubelet_certificate_manager_server_ttl_seconds{a=\"b}\",c=\"\\\"\"} 33 1700000000",
            "kubelet_certificate_manager_client_ttl_seconds +Inf", "kubelet_certificate_manager_client_ttl_seconds -1e300",
        "kubelet_certificate_manager_client_ttl_seconds NaN", "kubelet_certificate_manager_client_ttl_seconds_total 1",
            "kubelet_certificate_manager_server_ttl_seconds 3155759999", "kubelet_certificate_manager_server_ttl_seconds -3155759999",
            "go_gc_duration_seconds{quantile=\"0\"} 4.8",
    ];

    public override string Name => "metrics";

    public override IReadOnlyDictionary<string, Func<int, string>> Growing { get; } = new Dictionary<string, Func<int, string>>
    {
        ["lines"] = length => string.Concat(Enumerable.Repeat("kubelet_certificate_manager_client_ttl_seconds 1\n", length / 49)),
        ["labels"] = length => "kubelet_certificate_manager_client_ttl_seconds{" + new string('"', length),
        ["blanks"] = length => "kubelet_certificate_manager_client_ttl_seconds" + new string(' ', length) + "1",
    };

    public override byte[] Generate(Random random)
    {
        byte[] text = Bytes(string.Join(random.Pick(["\n", "\r\n"]), Enumerable.Range(0, random.Next(1, 6))
            .Select(_ => random.Pick(random.Next(4) == 0 ? Lines : Lines[..5]))));
        return random.Next(3) == 0 ? ByteMutation.Mutated(text, random) : text;
    }

    public override Verdict Run(byte[] input)
    {
        NodeCertificates read = KubeletMetrics.Read("master0", Text(input), Identity.Clock.GetUtcNow());
        _ = $"{read.NotAfter}{read.Problem}";
        return read.Problem is null ? Verdict.Accepted : new("NoUsableMetrics");
    }
}
