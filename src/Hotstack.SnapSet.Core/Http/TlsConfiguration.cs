using Hotstack.Configuration;

namespace Hotstack.Http;

/// <summary>
/// How TLS connections are made. Certificates come as the path of a PEM file or as PEM text; the text wins.
/// Paths are absolute; whether the files exist is not checked here.
/// </summary>
public sealed record TlsConfiguration
{
    /// <summary>Whether the server's certificate is checked.</summary>
    public bool Verify { get; init; } = true;

    /// <summary>PEM file of the authorities to trust instead of the system's; null for the system's. Unused without verification.</summary>
    public string? CaCertificatePath { get; init; }

    /// <summary>PEM file of our client certificate and its chain; null for none.</summary>
    public string? ClientCertificatePath { get; init; }

    /// <summary>PEM file of its private key; null if it is in the same file as the certificate.</summary>
    public string? ClientKeyPath { get; init; }

    /// <summary>PEM text of the authorities to trust instead of the system's. Unused without verification.</summary>
    public string? CaCertificates { get; init; }

    /// <summary>PEM text of our client certificate and its chain.</summary>
    public string? ClientCertificate { get; init; }

    /// <summary>PEM text of its private key; null if it is in the same text as the certificate. A secret.</summary>
    public string? ClientKey { get; init; }

    /// <summary>
    /// The name that the server's certificate must be for; null for the host of the address. The transport takes it
    /// from the request's <c>Host</c> header, which the caller sets.
    /// </summary>
    public string? ServerName { get; init; }

    /// <summary>Header fields may be joined, see <see cref="RepeatedFields"/>; only for servers that receive nothing but JSON.</summary>
    internal bool WritesRepeatedFields { get; init; }

    /// <summary>Where PEM texts come from, for messages: <c>context lab (/home/anna/.kube/config)</c>.</summary>
    public string? Origin { get; init; }

    /// <summary>The hints for a certificate that cannot be used.</summary>
    public ConnectionHints Hints { get; init; } = ConnectionHints.CloudsYaml;

    /// <summary>What is verified and its origin; never a key.</summary>
    public override string ToString() =>
        $"{(Verify ? "verified" : "not verified")}, authorities {Of(CaCertificates, CaCertificatePath) ?? "of the system"}"
        + $", client certificate {Of(ClientCertificate, ClientCertificatePath) ?? "none"}";

    private string? Of(string? text, string? path) =>
        text is not null ? $"of {Origin ?? "memory"}" : path is null ? null : PathValue.Shown(path);
}

/// <summary>Hints for a failed connection, in the words of the file that configures it.</summary>
public sealed record ConnectionHints
{
    /// <summary>For a cloud, configured by clouds.yaml or variables.</summary>
    public static readonly ConnectionHints CloudsYaml = new()
    {
        Address = "Check the address in clouds.yaml and the catalogue, the network, and any proxy (HTTPS_PROXY, NO_PROXY).",
        Name = "The certificate is for another host: use its name in clouds.yaml and the catalogue.",
        Trust = "Name the CA that signed the service's certificate as 'cacert' in clouds.yaml (or OS_CACERT).",
        CertificateFile = "Name an existing PEM file as 'cacert', 'cert' or 'key' in clouds.yaml (or OS_CACERT, OS_CERT, OS_KEY).",
        Credentials = "Check the credentials of this cloud; a token may have been revoked.",
        Role = "Ask for a role in this project with this permission (usually 'member').",
        Bundle = "'cacert' in clouds.yaml (or OS_CACERT)",
        Place = "the service's address in the catalogue or clouds.yaml",
        Redirect = "If that address is right, set it as this service's *_endpoint_override in clouds.yaml.",
    };

    /// <summary>For a cluster, configured by a kubeconfig.</summary>
    public static readonly ConnectionHints Kubeconfig = new()
    {
        Address = "Check the cluster's 'server' in the kubeconfig, the network, and any proxy ('proxy-url' there, HTTPS_PROXY, NO_PROXY). "
            + "If only Hotstack's controller reaches the API, name it with -Controller.",
        Name = "The certificate is for another host: use a name from it as 'server' or 'tls-server-name' in the kubeconfig.",
        Trust = "Give the CA that signed the server's certificate as 'certificate-authority-data' or 'certificate-authority' of the "
            + "cluster in the kubeconfig; a reinstalled cluster has a new one.",
        CertificateFile = "Check 'certificate-authority', 'client-certificate' and 'client-key', or their '-data', in the kubeconfig.",
        Credentials = "Has the token expired? Those of 'oc login' last 24 hours: log in again, or use the installer's kubeconfig "
            + "(auth/kubeconfig), whose certificate lasts for years.",
        Role = "Ask for a ClusterRole that allows this verb on this resource.",
        Bundle = "'certificate-authority-data' or 'certificate-authority' of the cluster in the kubeconfig",
        Place = "the cluster's 'server' in the kubeconfig",
        Redirect = "If that address is right, set it as the cluster's 'server' in the kubeconfig.",
    };

    /// <summary>There is no connection.</summary>
    public required string Address { get; init; }

    /// <summary>The server's certificate is for another name.</summary>
    public required string Name { get; init; }

    /// <summary>No trusted authority issued the server's certificate.</summary>
    public required string Trust { get; init; }

    /// <summary>The server's certificate is not valid now.</summary>
    public string Expiry { get; init; } =
        "The certificate, or one above it, has expired or is not valid yet; or this machine's clock is wrong.";

    /// <summary>Our certificate or key cannot be read.</summary>
    public required string CertificateFile { get; init; }

    /// <summary>The credentials were not accepted (401).</summary>
    public required string Credentials { get; init; }

    /// <summary>The permission is missing (403).</summary>
    public required string Role { get; init; }

    /// <summary>Where the trusted authorities are configured, as the end of a sentence.</summary>
    public required string Bundle { get; init; }

    /// <summary>The issuer of the server's certificate is neither sent nor trusted.</summary>
    /// <param name="issuer">Its name.</param>
    public string MissingIssuer(string issuer) =>
        $"Add the certificate of {issuer}, the issuer, to {Bundle}: it is missing there, and the server does not send it. Is it the right server?";

    /// <summary>Where the address is configured, as the end of a sentence.</summary>
    public required string Place { get; init; }

    /// <summary>The server redirects to another one.</summary>
    public required string Redirect { get; init; }
}
