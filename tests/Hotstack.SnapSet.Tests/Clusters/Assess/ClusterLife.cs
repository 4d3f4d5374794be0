using Hotstack.Clusters.Certificates;

namespace Hotstack.Clusters.Assess;

/// <summary>The certificates of a cluster that was left alone since its installation, by the rules of who renews them.</summary>
internal sealed class ClusterLife
{
    private static readonly TimeSpan InstallersLife = TimeSpan.FromHours(24);

    /// <summary>When the cluster's operators made their first certificates.</summary>
    private static readonly TimeSpan OperatorsStart = TimeSpan.FromMinutes(3);

    private static readonly TimeSpan NodesStart = TimeSpan.FromMinutes(6);
    private static readonly TimeSpan CopyDelay = TimeSpan.FromMinutes(5);

    public static readonly DateTimeOffset Installed = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>At which part of their life the kubelets renew their certificates: 0.7 to 0.9.</summary>
    public double RenewalAt { get; init; } = 0.8;

    /// <summary>The same for all renewals after the first; null for the same.</summary>
    public double? LaterRenewalAt { get; init; }

    public CertificateFacts At(TimeSpan age)
    {
        List<Span> signers = Renewed(new(TimeSpan.Zero, InstallersLife), TimeSpan.FromDays(60), TimeSpan.FromDays(30), (_, at) => at, age);
        List<Span> csrSigners = Signed(signers, age);
        List<Span> aggregatorSigners = Renewed(new(TimeSpan.Zero, InstallersLife), TimeSpan.FromDays(30), TimeSpan.FromDays(15),
            (_, at) => at, age);
        List<Span> aggregators = Signed(aggregatorSigners, age);
        Span copied = csrSigners.Last(s => s.From + CopyDelay <= age || s == csrSigners[0]);
        Span kubelet = Kubelets(csrSigners, age);
        DateTimeOffset kubeletUntil = Installed + kubelet.Until;
        return new CertificateFacts
        {
            Now = Installed + age,
            CsrSignerSigner = Of("openshift-kube-controller-manager-operator", "csr-signer-signer", signers[^1],
                signers.Count == 1 ? "kubelet-signer" : "openshift-kube-controller-manager-operator_csr-signer-signer@1767290000"),
            CsrSigner = Of("openshift-kube-controller-manager-operator", "csr-signer", csrSigners[^1], "x"),
            CsrSignerCopy = Of("openshift-kube-controller-manager", "csr-signer", copied, "x"),
            AggregatorClientSigner = Of("openshift-kube-apiserver-operator", "aggregator-client-signer", aggregatorSigners[^1],
                aggregatorSigners.Count == 1 ? "aggregator-signer"
                    : "openshift-kube-apiserver-operator_aggregator-client-signer@1767290000"),
            AggregatorClient = Of("openshift-kube-apiserver", "aggregator-client", aggregators[^1], "x"),
            Managed =
            [
                Of("openshift-kube-apiserver-operator", "kube-apiserver-to-kubelet-signer", new(TimeSpan.Zero, TimeSpan.FromDays(2 * 365)),
                    "x")
                    with { RegeneratesOffline = false },
                Of("openshift-service-ca", "signing-key", new(TimeSpan.Zero, TimeSpan.FromDays(790)),
                    "x") with { RegeneratesOffline = false },
            ],
            Nodes =
            [
                new() { Node = "master-0", ClientNotAfter = kubeletUntil, ServingNotAfter = kubeletUntil },
                new() { Node = "worker-0", ClientNotAfter = kubeletUntil, ServingNotAfter = kubeletUntil },
            ],
            KubeconfigNotAfter = Installed.AddYears(10),
            LocalSkew = TimeSpan.FromSeconds(1),
            CloudSkew = TimeSpan.FromSeconds(-2),
        };
    }

    private static List<Span> Signed(List<Span> signers, TimeSpan age) => Renewed(
        new(OperatorsStart, signers[0].Until), TimeSpan.FromDays(30), TimeSpan.FromDays(15),
        // In time for its own end, but for its age only once the signer is trusted.
        (refresh, at) => Max(at, Min(refresh, signers.Last(s => s.From <= at).From + TimeSpan.FromDays(1.5))), age,
        at => signers.Last(s => s.From <= at).Until);

    private static List<Span> Renewed(
        Span first, TimeSpan life, TimeSpan refresh, Func<TimeSpan, TimeSpan, TimeSpan> postpone, TimeSpan age,
            Func<TimeSpan, TimeSpan>? cap = null)
    {
        var spans = new List<Span> { first };
        while (true)
        {
            Span last = spans[^1];
            TimeSpan latest = last.From + (last.Until - last.From) * 0.8;
            TimeSpan at = postpone(latest, Min(latest, last.From + refresh));
            if (at > age)
            {
                return spans;
            }

            spans.Add(new(at, Min(at + life, cap?.Invoke(at) ?? TimeSpan.MaxValue)));
        }
    }

    private Span Kubelets(List<Span> csrSigners, TimeSpan age)
    {
        var certificate = new Span(NodesStart, csrSigners[0].Until);
        double part = RenewalAt;
        while (certificate.From + (certificate.Until - certificate.From) * part is var at && at <= age)
        {
            part = LaterRenewalAt ?? RenewalAt;
            certificate = new(at, csrSigners.Last(s => s.From + CopyDelay <= at || s == csrSigners[0]).Until);
        }

        return certificate;
    }

    private static ClusterCertificate Of(string @namespace, string name, Span span, string issuer) => new()
    {
        Namespace = @namespace,
        Name = name,
        NotBefore = Installed + span.From,
        NotAfter = Installed + span.Until,
        Issuer = issuer,
        Serial = $"{span.From.Ticks:X}",
        RegeneratesOffline = true,
    };

    private static TimeSpan Min(TimeSpan one, TimeSpan other) => one < other ? one : other;

    private static TimeSpan Max(TimeSpan one, TimeSpan other) => one > other ? one : other;

    private sealed record Span(TimeSpan From, TimeSpan Until);
}
