using System.Net;

namespace Hotstack.Http;

/// <summary>
/// Which proxy a call goes through. The variables are read at each call, so that <c>$env:NO_PROXY</c> counts from the next one on;
/// the platform would read them once for the whole process, and by rules of its own.
/// </summary>
/// <remarks>
/// For clouds and clusters alike by the rules of Go (https://pkg.go.dev/golang.org/x/net/http/httpproxy): <c>HTTPS_PROXY</c> for https,
/// <c>HTTP_PROXY</c> for http, <c>NO_PROXY</c> (<see cref="NoProxyList"/>), of two spellings the one in capitals. For a cloud
/// <c>ALL_PROXY</c> is for what has no variable of its own, as in requests
/// (https://requests.readthedocs.io/en/latest/user/advanced/#proxies); kubectl does not know it.
/// </remarks>
public sealed class ProxyRule : IWebProxy, ICredentials
{
    /// <summary>Where a call goes that must not go anywhere: the name is reserved (RFC 2606).</summary>
    private static readonly Uri Nowhere = new("http://proxy.invalid:9");

    private static readonly string[] Names = ["HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY"];

    private readonly Func<string, string?> _variable;
    private readonly bool _withAll;
    private readonly ProxyAddress? _always;

    private ProxyRule(Func<string, string?> variable, bool withAll, ProxyAddress? always) =>
        (_variable, _withAll, _always) = (variable, withAll, always);

    /// <summary>For the services of a cloud.</summary>
    public static ProxyRule OfCloud => OfVariables(Environment.GetEnvironmentVariable, withAll: true);

    /// <summary>For a cluster.</summary>
    /// <param name="proxyUrl">The proxy of the kubeconfig (http, https, socks5; may hold a user), which gets everything; null for what the variables say.</param>
    public static ProxyRule OfCluster(Uri? proxyUrl) =>
        proxyUrl is null ? OfVariables(Environment.GetEnvironmentVariable, withAll: false) : Always(proxyUrl);

    /// <inheritdoc/>
    public ICredentials? Credentials { get => this; set => throw new NotSupportedException(); }

    internal static ProxyRule Always(Uri proxyUrl) => new(
        _ => null, false, ProxyAddress.OrNull(proxyUrl, "proxy-url") ?? throw new ArgumentException("It is no address of a proxy.", nameof(proxyUrl)));

    internal static ProxyRule OfVariables(Func<string, string?> variable, bool withAll) => new(variable, withAll, null);

    /// <summary>The proxy for a call; null for none.</summary>
    /// <exception cref="HotstackException"><c>ProxyInvalid</c>: the variable that counts holds no address, or is not to be trusted.</exception>
    internal ProxyAddress? For(Uri uri)
    {
        if (_always is not null)
        {
            return _always;
        }

        (string Name, string Value)? chosen = Variable(uri.Scheme == Uri.UriSchemeHttps ? "HTTPS_PROXY" : "HTTP_PROXY")
            ?? (_withAll ? Variable("ALL_PROXY") : null);
        if (chosen is not { } variable || NoProxyList.Of(Variable("NO_PROXY")?.Value).Excludes(uri))
        {
            return null;
        }

        return uri.Scheme == Uri.UriSchemeHttp && variable.Name is "HTTP_PROXY" or "http_proxy" && Variable("REQUEST_METHOD") is not null
            ? throw RefusedInCgi(variable.Name)
            : ProxyAddress.Of(variable.Value, variable.Name);
    }

    /// <inheritdoc/>
    public Uri? GetProxy(Uri destination)
    {
        try
        {
            return For(destination)?.Address;
        }
        catch (HotstackException)
        {
            // The platform takes an exception for "none", and would go direct. ProxyGate has told of it, unless it is new.
            return Nowhere;
        }
    }

    /// <inheritdoc/>
    public bool IsBypassed(Uri host) => GetProxy(host) is null;

    /// <inheritdoc/>
    public NetworkCredential? GetCredential(Uri uri, string authType) =>
        Known().FirstOrDefault(proxy => proxy.Credentials is not null && proxy.Address.Equals(new UriBuilder(uri) { Path = "/" }.Uri))?.Credentials;

    private IEnumerable<ProxyAddress> Known()
    {
        if (_always is not null)
        {
            yield return _always;
        }

        foreach (string name in Names.Where(name => _withAll || name != "ALL_PROXY"))
        {
            if (Variable(name) is { } variable && OrNull(variable) is { } proxy)
            {
                yield return proxy;
            }
        }
    }

    private static ProxyAddress? OrNull((string Name, string Value) variable)
    {
        try
        {
            return ProxyAddress.Of(variable.Value, variable.Name);
        }
        catch (HotstackException)
        {
            return null;
        }
    }

    private (string Name, string Value)? Variable(string name)
    {
        foreach (string spelling in new[] { name, name.ToLowerInvariant() })
        {
            if (_variable(spelling) is { Length: > 0 } value)
            {
                return (spelling, value);
            }
        }

        return null;
    }

    /// <summary>A CGI program gets the header field <c>Proxy:</c> of whoever calls it as HTTP_PROXY: https://httpoxy.org/.</summary>
    private static HotstackException RefusedInCgi(string name) =>
        new(ErrorCause.ConfigurationInvalid, "ProxyInvalid",
            $"The variable {name} is not used: REQUEST_METHOD is set, as for a CGI program, whose caller can set {name}.")
        {
            Target = name,
            Hint = "Remove REQUEST_METHOD from the environment, or use https endpoints with HTTPS_PROXY.",
        };
}
