using Hotstack.Http;
using Hotstack.OpenShift.Configuration;

namespace Hotstack.OpenShift.Login;

/// <summary>Makes the connections to a cluster, and the login that its user needs.</summary>
/// <param name="configuration">Which cluster, as whom.</param>
/// <param name="activity">Told of every call, and of logins.</param>
/// <param name="time">The clock.</param>
/// <param name="interceptor">What a trial has put in between; null for nothing.</param>
internal sealed class ClusterLogins(ClusterConfiguration configuration, IActivity activity, TimeProvider time, Interceptor? interceptor)
{
    /// <summary>Connections to the API server.</summary>
    /// <param name="certificate">The client certificate of a login; null for that of the kubeconfig, if it has one.</param>
    /// <exception cref="HotstackException">A certificate or key cannot be used.</exception>
    public Api Connect(LoginCertificate? certificate)
    {
        TlsConfiguration tls = configuration.Tls with { WritesRepeatedFields = configuration.RepeatsFields };
        return Connect(
            certificate is null ? tls : tls with { ClientCertificate = certificate.Certificate, ClientKey = certificate.Key },
            ProxyRule.OfCluster(configuration.Proxy));
    }

    /// <summary>The login; null where the kubeconfig has all that is needed.</summary>
    public LoginSession? Open()
    {
        ILogin? login = configuration switch
        {
            { Exec: { } plugin } => new ExecLogin(plugin, configuration, activity, time),
            // The cluster's own proxy is not the issuer's, as by client-go.
            { Oidc: { } provider } => new OidcLogin(provider, () => Connect(provider.Tls, ProxyRule.OfCluster(null)), activity, time),
            _ => null,
        };
        return login is null ? null : new LoginSession(login, Connect, time);
    }

    private Api Connect(TlsConfiguration tls, ProxyRule proxy) =>
        new(HttpTransport.Create(tls, proxy, false, interceptor, null), new RetryPolicy(time, activity), activity) { Interceptor = interceptor };
}
