using Hotstack.Http;

namespace Hotstack.OpenShift.Configuration;

/// <summary>How a cluster is reached, and as whom: one context of a kubeconfig, resolved.</summary>
public sealed record ClusterConfiguration
{
    /// <summary>The context.</summary>
    public required string Context { get; init; }

    /// <summary>The address of the API server.</summary>
    public required Uri Server { get; init; }

    /// <summary>TLS.</summary>
    public required TlsConfiguration Tls { get; init; }

    /// <summary>The proxy; null for the environment's.</summary>
    public Uri? Proxy { get; init; }

    /// <summary>A bearer token.</summary>
    public string? Token { get; init; }

    /// <summary>A file that holds the bearer token.</summary>
    public string? TokenFile { get; init; }

    /// <summary>A user name for basic authentication.</summary>
    public string? BasicUser { get; init; }

    /// <summary>The password.</summary>
    public string? BasicPassword { get; init; }

    /// <summary>Act as this user.</summary>
    public string? ImpersonateUser { get; init; }

    /// <summary>Act with this uid.</summary>
    public string? ImpersonateUid { get; init; }

    /// <summary>Act in these groups.</summary>
    public IReadOnlyList<string> ImpersonateGroups { get; init; } = [];

    /// <summary>Act with these extra fields.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> ImpersonateExtra { get; init; } =
        new Dictionary<string, IReadOnlyList<string>>();

    /// <summary>When our client certificate ends.</summary>
    public DateTimeOffset? ClientCertificateNotAfter { get; init; }
}
