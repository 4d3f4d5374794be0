using Hotstack.OpenShift.Objects;
using k8s.Models;

namespace Hotstack.Clusters.CertificateRequests;

/// <summary>
/// Requests for the certificates of a day that OVN-Kubernetes and Multus have on each node. OpenShift's network-node-identity
/// approves them, and never we: a certificate of their signer may be anybody's. That they wait is only told.
/// </summary>
internal static class NetworkRequests
{
    private const string Signer = "kubernetes.io/kube-apiserver-client";

    /// <summary>Their approver may have to start first.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private static readonly string[] Requesters = ["system:node:", "system:ovn-node:", "system:multus:"];

    /// <summary>Those that have waited for longer than they should.</summary>
    public static IReadOnlyList<V1CertificateSigningRequest> Waiting(IEnumerable<V1CertificateSigningRequest> csrs, DateTimeOffset now) =>
    [
        .. csrs.Where(csr => csr.SignerName == Signer && csr.IsPending && now - csr.CreatedAt > Patience
            && Array.Exists(Requesters, prefix => csr.Username.StartsWith(prefix, StringComparison.Ordinal))),
    ];

    /// <summary>What that means, and who has to act.</summary>
    public static string Describe(IReadOnlyList<V1CertificateSigningRequest> waiting) =>
        $"certificates of the nodes' network (OVN-Kubernetes, Multus) wait for approval for more than {Patience.TotalMinutes:0} minutes: "
        + AsciiText.Names([.. waiting.Select(csr => $"{csr.Name} of {csr.Username}")])
        + "; OpenShift's own pods in openshift-network-node-identity approve them, and nobody else should: see whether these run";
}
