using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Hotstack.Configuration;
using Hotstack.Http;
using Hotstack.Http.Trust;

namespace Hotstack.OpenShift.Configuration;

/// <summary>
/// Finds a cluster and a user in kubeconfig files, by the rules of kubectl:
/// https://kubernetes.io/docs/concepts/configuration/organize-cluster-access-kubeconfig/. Stricter where kubectl would silently
/// be another user or anonymous: an unknown user, several credentials, no context. Each call reads the files again.
/// </summary>
/// <param name="sources">Where to look.</param>
/// <param name="time">The clock by which certificates are valid; null for the system's.</param>
public sealed class KubeconfigLoader(ConfigurationSources sources, TimeProvider? time = null)
{
    private const string Insecure = "insecure-skip-tls-verify";

    /// <summary>Resolves one context.</summary>
    /// <param name="path">The only file to use; null or empty for those of <c>KUBECONFIG</c>, or else <c>~/.kube/config</c>.</param>
    /// <param name="context">The context; null or empty for the current one.</param>
    /// <param name="activity">Gets the choice, and warnings of doubtful settings.</param>
    /// <exception cref="HotstackException">
    /// <c>KubeconfigNotFound</c>, <c>KubeconfigInvalid</c> (a broken file, missing or contradictory values, certificates that
    /// cannot be used), <c>ContextMissing</c>, <c>ContextNotFound</c>, <c>AuthProviderUnsupported</c>,
    /// <c>ClientCertificateExpired</c>, <c>ClientCertificateNotYetValid</c>.
    /// </exception>
    public ClusterConfiguration Load(string? path, string? context, IActivity? activity = null)
    {
        IReadOnlyList<KubeconfigFile> files = KubeconfigFiles.Read(sources, NullIfEmpty(path), activity);
        foreach (KubeconfigFile file in files.Where(file => SecretFiles.HasSecrets(file.Root)))
        {
            SecretFiles.Warn(file.Path, file.OpenMode, "credentials", activity);
        }

        return Resolve(files, context, activity) with
        {
            IsOfCurrentDirectory = string.IsNullOrEmpty(path)
                && KubeconfigFiles.IsOfCurrentDirectory(sources, [.. files.Select(file => file.Path)]),
        };
    }

    /// <summary>Resolves one context of a kubeconfig of another machine.</summary>
    /// <param name="place">Where it stands, for messages: <c>zuul@203.0.113.17:~/.kube/config</c>.</param>
    /// <param name="text">Its text.</param>
    /// <param name="context">The context; null or empty for the current one.</param>
    /// <param name="activity">Gets the choice, and warnings of doubtful settings.</param>
    /// <exception cref="HotstackException">As <see cref="Load"/>; it names files or programs, which would be those of this machine
    /// (<c>KubeconfigNotSelfContained</c>).</exception>
    internal ClusterConfiguration LoadRemote(string place, string text, string? context, IActivity? activity)
    {
        var foreign = new KubeconfigLoader(
            sources with { OpenFile = path => throw NotSelfContained(place, $"the file {PathValue.Shown(path)}") }, time);
        ClusterConfiguration configuration = foreign.Resolve([KubeconfigFile.Of(place, text)], context, activity);
        return configuration switch
        {
            { Exec: { } plugin } => throw NotSelfContained(place, $"the program {plugin.Name}"),
            { Oidc: not null } => throw NotSelfContained(place, "the issuer of an id token"),
            { TokenFile: { } file } => throw NotSelfContained(place, $"the file {PathValue.Shown(file)}"),
            _ => configuration,
        };
    }

    private static HotstackException NotSelfContained(string place, string what) =>
        new(ErrorCause.ConfigurationInvalid, "KubeconfigNotSelfContained",
            $"The kubeconfig {place} names {what}; the module does not use files and programs that another machine's kubeconfig names.")
        {
            Target = place,
            Hint = "Put the certificates into the kubeconfig there (kubectl config view --raw --flatten), with a client certificate or a "
                + "token; the installer's auth/kubeconfig is such a file.",
        };

    private ClusterConfiguration Resolve(IReadOnlyList<KubeconfigFile> files, string? context, IActivity? activity)
    {
        var kubeconfig = new Kubeconfig(files);
        KubeconfigEntry chosen = kubeconfig.Context(NullIfEmpty(context));
        KubeconfigEntry cluster = kubeconfig.ClusterOf(chosen);
        KubeconfigEntry? user = kubeconfig.UserOf(chosen);
        Uri server = ServerAddress.Of(cluster);
        WarnOfMixedFolders(cluster, user, activity);
        var reader = new PemReader(sources, activity);
        UserCredentials credentials = Credentials(user, chosen, server, reader, activity);
        if (credentials.Exec is not null && FileTrust.WhyNot(sources, user!.File.Path) is { } why)
        {
            activity?.Warning($"The {user.Title} logs in by a program that the file names, and {why}: anyone who can write to it decides what runs as you.");
        }

        Impersonation impersonation = user is null ? Impersonation.None : Impersonation.Of(user.Values, user.Title);
        activity?.Verbose($"Using the {chosen.Title}: {server} as {user?.Name ?? "anonymous"}.");
        return new ClusterConfiguration
        {
            Context = chosen.Name,
            ClusterName = cluster.Name,
            UserName = user?.Name,
            Server = server,
            Namespace = chosen.Values.Text("namespace"),
            Tls = Tls(cluster, chosen, reader, activity) with
            {
                ClientCertificate = credentials.Certificate?.Certificate,
                ClientKey = credentials.Certificate?.Key,
            },
            Proxy = ServerAddress.ProxyOf(cluster),
            Token = credentials.Token,
            TokenFile = credentials.TokenFile,
            BasicUser = credentials.BasicUser,
            BasicPassword = credentials.BasicPassword,
            Exec = ExecEntry.WithClusterInfo(credentials.Exec, cluster),
            Oidc = credentials.Oidc,
            ImpersonateUser = impersonation.User,
            ImpersonateUid = impersonation.Uid,
            ImpersonateGroups = impersonation.Groups,
            ImpersonateExtra = impersonation.Extra,
            Files = kubeconfig.Files,
            ClientCertificateNotAfter = credentials.Certificate?.NotAfter,
        };
    }

    /// <summary>All contexts, in the order of the files.</summary>
    /// <param name="path">As in <see cref="Load"/>.</param>
    /// <exception cref="HotstackException"><c>KubeconfigNotFound</c>, <c>KubeconfigInvalid</c>.</exception>
    public IReadOnlyList<KubeconfigContext> ListContexts(string? path) =>
        new Kubeconfig(KubeconfigFiles.Read(sources, NullIfEmpty(path), null)).Contexts;

    /// <summary>With several files, a cluster of one may get the credentials of another.</summary>
    private void WarnOfMixedFolders(KubeconfigEntry cluster, KubeconfigEntry? user, IActivity? activity)
    {
        if (user is not null
            && sources.FolderOf(user.File.Path) != sources.FolderOf(cluster.File.Path))
        {
            activity?.Warning(
                $"The credentials of the {user.Title} are sent to the {cluster.Title}, a file of another folder. If that cluster is not yours, renew "
                + "them. Otherwise name only one file with -Kubeconfig.");
        }
    }

    private UserCredentials Credentials(
        KubeconfigEntry? user, KubeconfigEntry context, Uri server, PemReader reader, IActivity? activity)
    {
        UserCredentials credentials = user is null
            ? UserCredentials.None
            : UserCredentials.Of(user, context.Name, reader, time ?? TimeProvider.System, activity);
        if (credentials.IsEmpty)
        {
            activity?.Warning($"The {user?.Title ?? context.Title} has no credentials: requests are anonymous.");
            return credentials;
        }

        if (server.Scheme == Uri.UriSchemeHttps)
        {
            return credentials;
        }

        // As client-go does.
        activity?.Warning($"The server of context {context.Name}, {server}, is not https: the credentials of the {user!.Title} are not sent.");
        return UserCredentials.None;
    }

    private static TlsConfiguration Tls(KubeconfigEntry cluster, KubeconfigEntry context, PemReader reader, IActivity? activity)
    {
        PemText? authorities = reader.Read(cluster, "certificate-authority");
        bool verify = !cluster.Flag(Insecure);
        if (!verify && authorities is not null)
        {
            throw KubeconfigFile.Invalid(
                $"The {cluster.Title} has a certificate-authority and also says insecure-skip-tls-verify.",
                "Remove insecure-skip-tls-verify: with the certificate-authority the server can be verified.", cluster.Name);
        }

        if (!verify)
        {
            activity?.Warning(
                $"TLS certificates are not verified for context '{context.Name}', as '{Insecure}' ({cluster.Values[Insecure]!.Mark}) says:"
                + " anyone on the network can read and change all traffic.");
        }

        return new TlsConfiguration
        {
            Verify = verify,
            CaCertificates = authorities is null ? null : Checked(authorities, activity),
            ServerName = ServerName(cluster),
            Origin = context.Title,
            Hints = ConnectionHints.Kubeconfig,
        };
    }

    private static string Checked(PemText authorities, IActivity? activity)
    {
        try
        {
            CertificateBundle bundle = CertificateBundle.Read(authorities.Text);
            HttpTransport.Warn(bundle, authorities.Place, activity);
            foreach (X509Certificate2 certificate in bundle.Certificates)
            {
                certificate.Dispose();
            }

            return authorities.Text;
        }
        catch (CryptographicException e)
        {
            throw KubeconfigFile.Invalid(
                $"{authorities.Place} cannot be used: {e.Message}", ConnectionHints.Kubeconfig.CertificateFile, inner: e);
        }
    }

    private static string? ServerName(KubeconfigEntry cluster) =>
        cluster.Values.Text("tls-server-name") is not { } name ? null
        : Uri.CheckHostName(name) != UriHostNameType.Unknown ? name
        : throw cluster.Values["tls-server-name"]!.Mark.Error("tls-server-name has to be the name of a host, without a port.");

    private static string? NullIfEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
