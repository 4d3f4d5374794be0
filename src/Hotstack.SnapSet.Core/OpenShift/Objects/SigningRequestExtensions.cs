using System.Text;
using k8s.Models;

namespace Hotstack.OpenShift.Objects;

/// <summary>What we ask of certificate signing requests.</summary>
internal static class SigningRequestExtensions
{
    extension(V1CertificateSigningRequest csr)
    {
        /// <summary>Who is to sign: <c>kubernetes.io/kubelet-serving</c>.</summary>
        public string SignerName => csr.Spec?.SignerName ?? "";

        /// <summary>Who asks, as the API server authenticated him.</summary>
        public string Username => csr.Spec?.Username ?? "";

        /// <summary>His groups, as the API server found them.</summary>
        public IReadOnlyList<string> Groups => [.. csr.Spec?.Groups ?? []];

        /// <summary>What the certificate is to be good for: <c>client auth</c>.</summary>
        public IReadOnlyList<string> Usages => [.. csr.Spec?.Usages ?? []];

        /// <summary>The PKCS#10 request in PEM form.</summary>
        public string Request => Encoding.UTF8.GetString(csr.Spec?.Request ?? []);

        /// <summary><c>Approved</c>, <c>Denied</c>, <c>Failed</c>; none while nobody decided.</summary>
        public IReadOnlyList<Condition> Conditions => [.. (csr.Status?.Conditions ?? []).Select(Condition.From)];

        /// <summary>The certificate is issued.</summary>
        public bool IsIssued => csr.Status?.Certificate is { Length: > 0 };

        /// <summary>Nobody has decided about it.</summary>
        public bool IsPending => csr.Status?.Conditions is not { Count: > 0 } && !csr.IsIssued;
    }
}
