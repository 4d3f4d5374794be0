using Hotstack.Http;
using Hotstack.Http.Proxies;
using Hotstack.OpenShift.Login;

namespace Hotstack.OpenShift;

/// <summary>Makes the connections to a cluster and the login of its user.</summary>
/// <param name="configuration">The cluster and the user.</param>
/// <param name="activity">Gets a report of each call and login.</param>
/// <param name="time">The clock.</param>
/// <param name="interceptor">A trial's interceptor; null for none.</param>
internal sealed class ClusterLogins(ClusterConfiguration configuration, IActivity activity, TimeProvider time, Interceptor? interceptor)
{
    /// <summary>Connections to the API server.</summary>
    /// <param name="certificate">A login's client certificate; null for that of the kubeconfig, if any.</param>
    /// <exception cref="HotstackException">A certificate or key cannot be used.</exception>
    public Api Connect(LoginCertificate? certificate)
    {
        TlsConfiguration tls = configuration.Tls with { WritesRepeatedFields = configuration.RepeatsFields };
        return Connect(
            certificate is null ? tls : tls with { ClientCertificate = certificate.Certificate, ClientKey = certificate.Key },
            ProxyRule.OfCluster(configuration.Proxy));
    }

    /// <summary>The login; null if the kubeconfig needs none.</summary>
    public LoginSession? Open()
    {
        ILogin? login = configuration switch
        {
            { Exec: { } plugin } => new ExecLogin(plugin, configuration, activity, time),
            // As client-go: the cluster's own proxy is not used for the issuer.
            { Oidc: { } provider } => new OidcLogin(provider, () => Connect(provider.Tls, ProxyRule.OfCluster(null)), activity, time),
            _ => null,
        };
        return login is null ? null : new LoginSession(login, Connect, time);
    }

    private Api Connect(TlsConfiguration tls, ProxyRule proxy) =>
        new(HttpTransport.Create(tls, proxy, false, interceptor, null), new RetryPolicy(time, activity), activity) { Interceptor = interceptor };
}
