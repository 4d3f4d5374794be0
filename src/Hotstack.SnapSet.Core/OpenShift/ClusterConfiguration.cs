using System.Collections.ObjectModel;
using Hotstack.Http;
using Hotstack.OpenShift.Login;

namespace Hotstack.OpenShift;

/// <summary>The connection to one cluster as one user: a context of a kubeconfig, resolved. Holds secrets.</summary>
public sealed record ClusterConfiguration
{
    /// <summary>The context's name.</summary>
    public required string Context { get; init; }

    /// <summary>The cluster's name in the kubeconfig.</summary>
    public required string ClusterName { get; init; }

    /// <summary>The user's name in the kubeconfig; null for none.</summary>
    public string? UserName { get; init; }

    /// <summary>The API server: absolute, https or http, perhaps with a path, without a slash after that, a query or a fragment.</summary>
    public required Uri Server { get; init; }

    /// <summary>The context's namespace; null for none.</summary>
    public string? Namespace { get; init; }

    /// <summary>The trusted authorities and the client certificate, in memory and checked.</summary>
    public required TlsConfiguration Tls { get; init; }

    /// <summary>The proxy (http, https, socks5; may hold a user and password); null for that of the variables.</summary>
    public Uri? Proxy { get; init; }

    /// <summary>The way through a controller; null if this machine reaches the server itself.</summary>
    internal Dial? Dial { get; init; }

    /// <summary>The hints for a failed call.</summary>
    internal ConnectionHints Hints { get; init; } = ConnectionHints.Kubeconfig;

    /// <summary>The bearer token; null for none.</summary>
    public string? Token { get; init; }

    /// <summary>
    /// The absolute path of a file with the bearer token, which is read again from time to time; null for none. Overrides
    /// <see cref="Token"/>, which is used if the file cannot be read.
    /// </summary>
    public string? TokenFile { get; init; }

    /// <summary>The user of basic authentication; null for none.</summary>
    public string? BasicUser { get; init; }

    /// <summary>Its password; null for none.</summary>
    public string? BasicPassword { get; init; }

    /// <summary>The login plugin; null for none.</summary>
    internal ExecPlugin? Exec { get; init; }

    /// <summary>The issuer of the user's id tokens; null for none.</summary>
    internal OidcProvider? Oidc { get; init; }

    /// <summary>A login may run a program or renew tokens, so completion does not contact the cluster.</summary>
    public bool LogsInByItself => Exec is not null || Oidc is not null;

    /// <summary>The user to act as; null for the user itself.</summary>
    public string? ImpersonateUser { get; init; }

    /// <summary>The uid to act as; null for none.</summary>
    public string? ImpersonateUid { get; init; }

    /// <summary>The groups to act in.</summary>
    public IReadOnlyList<string> ImpersonateGroups { get; init; } = [];

    /// <summary>Further fields of the user to act as.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> ImpersonateExtra { get; init; } =
        ReadOnlyDictionary<string, IReadOnlyList<string>>.Empty;

    /// <summary>The kubeconfig files that were read, best first.</summary>
    public IReadOnlyList<string> Files { get; init; } = [];

    /// <summary>
    /// One of them was found only because of the current directory: completion does not contact the cluster, as the user
    /// did not ask to log in.
    /// </summary>
    public bool IsOfCurrentDirectory { get; init; }

    /// <summary>When the client certificate expires; null without one.</summary>
    public DateTimeOffset? ClientCertificateNotAfter { get; init; }

    /// <summary>A header field is sent several times.</summary>
    internal bool RepeatsFields => ImpersonateGroups.Count > 1 || ImpersonateExtra.Values.Any(values => values.Count > 1);

    /// <summary>The values that no message may show.</summary>
    internal IReadOnlyList<string> Secrets =>
    [
        .. new[] { Token, BasicPassword, Tls.ClientKey, Proxy?.UserInfo, Proxy?.UserInfo.Split(':', 2)[^1] }.OfType<string>(),
        .. Exec?.Secrets ?? [], .. Oidc?.Secrets ?? [],
    ];

    /// <summary>Context, server, user and files; never a secret.</summary>
    public override string ToString() =>
        $"{Context}: {Server.GetLeftPart(UriPartial.Path)} as {UserName ?? "anonymous"}, from {string.Join(", ", Files)}";
}
