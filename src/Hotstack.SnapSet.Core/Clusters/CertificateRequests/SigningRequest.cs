using Hotstack.OpenShift.Objects;
using k8s.Models;

namespace Hotstack.Clusters.CertificateRequests;

/// <summary>A certificate signing request as the cluster shows it, not judged.</summary>
public sealed record SigningRequest
{
    /// <summary>Its name: <c>csr-8xq2v</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Its state, as <c>oc get csr</c> writes it: <c>Pending</c>, <c>Approved</c>, <c>Approved,Issued</c>, <c>Denied</c>,
    /// <c>Approved,Failed</c>.</summary>
    public required string State { get; init; }

    /// <summary>Nobody has decided about it yet.</summary>
    public bool IsPending { get; init; }

    /// <summary>The signer: <c>kubernetes.io/kubelet-serving</c>.</summary>
    public required string SignerName { get; init; }

    /// <summary>The requester, as the API server authenticated it.</summary>
    public required string Requester { get; init; }

    /// <summary>The node in the request's subject; null if it names none, or if the request is none that kubelets make.</summary>
    public string? Node { get; init; }

    /// <summary>The requested names and addresses: <c>DNS:master-0</c>, <c>IP:192.168.32.10</c>.</summary>
    public Listing<string> SubjectAltNames { get; init; } = [];

    /// <summary>When it was made, by the cluster's clock; null if that is not known.</summary>
    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>The time since then; null if that is not known.</summary>
    public TimeSpan? Age { get; init; }

    /// <summary><see cref="Age"/> for people: <c>12 min</c>.</summary>
    public string? AgeText => Age is { } age ? TimeText.Of(age) : null;

    /// <summary>The request and its state.</summary>
    public override string ToString() => $"{Name}: {State}";

    /// <param name="csr">The request.</param>
    /// <param name="now">When it was read, by the cluster's clock.</param>
    internal static SigningRequest Of(V1CertificateSigningRequest csr, DateTimeOffset now)
    {
        Pkcs10Request? request = TryRead(csr.Request);
        return new SigningRequest
        {
            Name = csr.Name,
            State = StateOf(csr),
            IsPending = csr.IsPending,
            SignerName = csr.SignerName,
            Requester = csr.Username,
            Node = request is null ? null : CsrRules.NodeOf(request.CommonName),
            SubjectAltNames = [.. (request?.AltNames ?? []).Select(name => name.ToString())],
            CreatedAt = csr.CreatedAt,
            Age = now - csr.CreatedAt,
        };
    }

    /// <summary>As kubectl: a denial outweighs an approval (kubernetes, pkg/printers/internalversion/printers.go).</summary>
    private static string StateOf(V1CertificateSigningRequest csr)
    {
        string decision = csr.Conditions.Find("Denied") is not null ? "Denied"
            : csr.Conditions.Find("Approved") is not null ? "Approved" : "";
        string[] words = [decision, csr.Conditions.Find("Failed") is null ? "" : "Failed", csr.IsIssued ? "Issued" : ""];
        string state = string.Join(',', words.Where(word => word.Length > 0));
        return state.Length > 0 ? state : "Pending";
    }

    private static Pkcs10Request? TryRead(string pem)
    {
        try
        {
            return Pkcs10Request.Read(Pkcs10Request.DerOf(pem));
        }
        catch (FormatException)
        {
            return null;
        }
    }
}
