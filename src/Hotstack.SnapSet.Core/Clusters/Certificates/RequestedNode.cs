using Hotstack.Clusters.CertificateRequests;
using Hotstack.OpenShift.Objects;
using k8s.Models;

namespace Hotstack.Clusters.Certificates;

/// <summary>Whether a node lacks the certificate that a signing request is for.</summary>
internal static class RequestedNode
{
    private const string NodeUser = "system:node:";

    public static bool IsInNeed(V1CertificateSigningRequest request, IEnumerable<NodeCertificates> nodes, DateTimeOffset now)
    {
        string? name = NameIn(request);
        return nodes.FirstOrDefault(node => node.Node == name) is { } found
            && (found.Problem is not null
                || (request.SignerName == "kubernetes.io/kubelet-serving"
                    ? found.UsesServing && !(found.ServingNotAfter > now)
                    : !(found.ClientNotAfter > now)));
    }

    /// <summary>The node that the certificate would name; null if the request cannot be read, or names none.</summary>
    private static string? NameIn(V1CertificateSigningRequest request)
    {
        try
        {
            string subject = Pkcs10Request.Read(Pkcs10Pem.Read(request.Request)).Subject.CommonName;
            return subject.StartsWith(NodeUser, StringComparison.Ordinal) ? subject[NodeUser.Length..] : null;
        }
        catch (FormatException)
        {
            return null;
        }
    }
}
