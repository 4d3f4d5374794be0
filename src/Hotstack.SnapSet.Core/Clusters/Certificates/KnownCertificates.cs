using System.Collections.Frozen;

namespace Hotstack.Clusters.Certificates;

/// <summary>Secrets with certificates that are known by name, as older releases do not mark them.</summary>
internal static class KnownCertificates
{
    public const string ControllerManagerOperator = "openshift-kube-controller-manager-operator";
    public const string ControllerManager = "openshift-kube-controller-manager";
    public const string ApiServerOperator = "openshift-kube-apiserver-operator";
    public const string ApiServer = "openshift-kube-apiserver";
    public const string Managed = "openshift-config-managed";
    private const string Etcd = "openshift-etcd";

    public static readonly (string Namespace, string Name) CsrSignerSigner = (ControllerManagerOperator, "csr-signer-signer");
    public static readonly (string Namespace, string Name) CsrSigner = (ControllerManagerOperator, "csr-signer");
    public static readonly (string Namespace, string Name) CsrSignerCopy = (ControllerManager, "csr-signer");
    public static readonly (string Namespace, string Name) AggregatorClientSigner = (ApiServerOperator, "aggregator-client-signer");
    public static readonly (string Namespace, string Name) AggregatorClient = (ApiServer, "aggregator-client");

    /// <summary>The ingress operator makes it for the default routers, unless somebody gave them another.</summary>
    public static readonly (string Namespace, string Name) DefaultRouter = ("openshift-ingress", "router-certs-default");

    private static readonly (string Namespace, string Name) ApiServerToKubeletSigner =
        (ApiServerOperator, "kube-apiserver-to-kubelet-signer");

    private static readonly string[] EtcdKinds = ["peer", "serving", "serving-metrics"];

    private static readonly (string Namespace, string Name)[] LastingOfAll =
    [
        ApiServerToKubeletSigner,
        (ApiServerOperator, "node-system-admin-signer"),
        (ApiServerOperator, "node-system-admin-client"),
        (ApiServerOperator, "localhost-serving-signer"),
        (ApiServerOperator, "service-network-serving-signer"),
        (ApiServerOperator, "loadbalancer-serving-signer"),
        (ApiServerOperator, "localhost-recovery-serving-signer"),
        (Etcd, "etcd-signer"),
        (Etcd, "etcd-client"),
        ("openshift-config", "etcd-signer"),
        ("openshift-service-ca", "signing-key"),
        ("openshift-ingress-operator", "router-ca"),
        DefaultRouter,
        ("openshift-ovn-kubernetes", "ovn-ca"),
        ("openshift-ovn-kubernetes", "ovn-cert"),
        ("openshift-ovn-kubernetes", "signer-ca"),
    ];

    /// <summary>
    /// Renewed at the start, expired or not, by the recovery controllers beside the kube-apiserver and the
    /// kube-controller-manager (openshift/enhancements, kube-apiserver/auto-cert-recovery.md).
    /// </summary>
    private static readonly FrozenSet<(string Namespace, string Name)> Recovered =
        FrozenSet.ToFrozenSet<(string Namespace, string Name)>(
        [
            CsrSignerSigner,
            CsrSigner,
            CsrSignerCopy,
            AggregatorClientSigner,
            AggregatorClient,
            (ApiServerOperator, "kube-control-plane-signer"),
            (ApiServer, "kubelet-client"),
            (ApiServer, "localhost-serving-cert-certkey"),
            (ApiServer, "service-network-serving-certkey"),
            (ApiServer, "external-loadbalancer-serving-certkey"),
            (ApiServer, "internal-loadbalancer-serving-certkey"),
            (ApiServer, "check-endpoints-client-cert-key"),
            (ApiServer, "kube-apiserver-cert-syncer-client-cert-key"),
            (ApiServer, "control-plane-node-admin-client-cert-key"),
            (Managed, "kube-controller-manager-client-cert-key"),
            (Managed, "kube-scheduler-client-cert-key"),
        ]);

    /// <summary>The certificates that limit a revival, besides the kubelets' own. Not every release has each of them.</summary>
    /// <param name="masters">The names of the masters. Each has its own certificates for etcd.</param>
    public static IReadOnlyList<(string Namespace, string Name)> Lasting(IEnumerable<string> masters) =>
    [
        .. LastingOfAll,
        .. masters.SelectMany(master => EtcdKinds.Select(kind => (Etcd, $"etcd-{kind}-{master}"))),
    ];

    /// <summary>Whether the cluster makes the certificate anew at its start, even if no annotation says so.</summary>
    public static bool RegenerateOffline(string? @namespace, string name) =>
        @namespace is not null && Recovered.Contains((@namespace, name));

    /// <summary>Whether the certificate limits a revival whatever its annotations say: by OpenShift's own instructions a cluster must be
    /// started before it ends.</summary>
    public static bool AlwaysLimits(string? @namespace, string name) => (@namespace, name) == ApiServerToKubeletSigner;
}
