namespace Hotstack.Clusters.CertificateRequests;

/// <summary>
/// The signers of kubelets' certificates. All others have approvers of their own, <c>kubernetes.io/kube-apiserver-client</c>
/// above all: a certificate of that signer may be anybody's.
/// </summary>
internal static class KubeletSigners
{
    public const string Client = "kubernetes.io/kube-apiserver-client-kubelet";
    public const string Serving = "kubernetes.io/kubelet-serving";

    public static bool Includes(string signerName) => signerName is Client or Serving;
}
