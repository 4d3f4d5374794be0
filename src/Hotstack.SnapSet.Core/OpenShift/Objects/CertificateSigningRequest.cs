using System.Text.Json;

namespace Hotstack.OpenShift.Objects;

/// <summary>Somebody asks for a certificate (certificates.k8s.io/v1).</summary>
public sealed record CertificateSigningRequest
{
    /// <summary>Its metadata.</summary>
    public required ObjectMeta Meta { get; init; }

    /// <summary>Its name: <c>csr-8xq2v</c>.</summary>
    public string Name => Meta.Name;

    /// <summary>Who is to sign: <c>kubernetes.io/kubelet-serving</c>.</summary>
    public string SignerName { get; init; } = "";

    /// <summary>Who asks, as the API server authenticated him.</summary>
    public string Username { get; init; } = "";

    /// <summary>His groups, as the API server found them.</summary>
    public IReadOnlyList<string> Groups { get; init; } = [];

    /// <summary>What the certificate is to be good for: <c>client auth</c>.</summary>
    public IReadOnlyList<string> Usages { get; init; } = [];

    /// <summary>The PKCS#10 request in PEM form; empty if it is no base64.</summary>
    public string Request { get; init; } = "";

    /// <summary><c>Approved</c>, <c>Denied</c>, <c>Failed</c>; none while nobody decided.</summary>
    public IReadOnlyList<Condition> Conditions { get; init; } = [];

    /// <summary>The certificate in PEM form; null until it is issued.</summary>
    public string? Certificate { get; init; }

    /// <summary>Nobody has decided about it.</summary>
    internal bool IsPending => Conditions.Count == 0 && Certificate is null;

    internal static CertificateSigningRequest From(JsonElement item)
    {
        JsonElement spec = item.Field("spec") ?? default;
        return new CertificateSigningRequest
        {
            Meta = ObjectMeta.From(item),
            SignerName = spec.Text("signerName") ?? "",
            Username = spec.Text("username") ?? "",
            Groups = [.. spec.TextItems("groups")],
            Usages = [.. spec.TextItems("usages")],
            Request = spec.Base64Text("request") ?? "",
            Conditions = Condition.ListOf(item),
            Certificate = item.Field("status")?.Base64Text("certificate"),
        };
    }
}
