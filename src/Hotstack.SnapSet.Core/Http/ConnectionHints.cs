namespace Hotstack.Http;

/// <summary>What a user can do about a connection that fails, in the words of the file that configures it.</summary>
public sealed record ConnectionHints
{
    /// <summary>Of a cloud that clouds.yaml, or a variable, configures.</summary>
    public static readonly ConnectionHints CloudsYaml = new()
    {
        Address = "Check the address in clouds.yaml and the catalogue, the network, and any proxy (HTTPS_PROXY, NO_PROXY).",
        Name = "The certificate is for another host: use the name that stands in it, in clouds.yaml and the catalogue.",
        Trust = "Name the CA that signed the service's certificate as 'cacert' in clouds.yaml (or OS_CACERT).",
        CertificateFile = "Name an existing PEM file as 'cacert', 'cert' or 'key' in clouds.yaml (or OS_CACERT, OS_CERT, OS_KEY).",
        Credentials = "Check the credentials of this cloud; a token may have been revoked.",
        Role = "Ask for a role in this project that may do this (usually 'member').",
        Bundle = "'cacert' in clouds.yaml (or OS_CACERT)",
        Place = "the service's address in the catalogue or clouds.yaml",
        Redirect = "If that address is right, set it as this service's *_endpoint_override in clouds.yaml.",
    };

    /// <summary>Of a cluster that a kubeconfig configures.</summary>
    public static readonly ConnectionHints Kubeconfig = new()
    {
        Address = "Check the cluster's 'server' in the kubeconfig, the network, and any proxy ('proxy-url' there, HTTPS_PROXY, NO_PROXY).",
        Name = "The certificate is for another host: use a name that stands in it as 'server' in the kubeconfig, or name it as 'tls-server-name'.",
        Trust = "Give the CA that signed the server's certificate as 'certificate-authority-data' or 'certificate-authority' of the "
            + "cluster in the kubeconfig; a cluster that was installed anew has a new one.",
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

    /// <summary>The server's certificate is nobody's that is trusted.</summary>
    public required string Trust { get; init; }

    /// <summary>The server's certificate is not valid now.</summary>
    public string Expiry { get; init; } =
        "The certificate, or one above it, has expired or is not valid yet; or this machine's clock is wrong.";

    /// <summary>A certificate or key of ours cannot be read.</summary>
    public required string CertificateFile { get; init; }

    /// <summary>Who we are was not accepted (401).</summary>
    public required string Credentials { get; init; }

    /// <summary>Who we are may not do this (403).</summary>
    public required string Role { get; init; }

    /// <summary>Where the authorities to trust stand, as the end of a sentence.</summary>
    public required string Bundle { get; init; }

    /// <summary>The authority that issued the server's certificate is neither sent nor trusted.</summary>
    /// <param name="issuer">Its name.</param>
    public string MissingIssuer(string issuer) =>
        $"Add the certificate of {issuer}, the issuer, to {Bundle}: it is missing there, and the server does not send it. Is it the right server?";

    /// <summary>Where the address stands, as the end of a sentence.</summary>
    public required string Place { get; init; }

    /// <summary>The server points to another one.</summary>
    public required string Redirect { get; init; }
}
