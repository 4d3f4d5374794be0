using System.Net;

namespace Hotstack.Http.Proxies;

/// <summary>
/// The proxy of a call. The variables are read at each call, so that <c>$env:NO_PROXY</c> counts from the next one on; the platform
/// would read them once for the process, by rules of its own.
/// </summary>
/// <remarks>
/// For clouds and clusters alike by the rules of Go (https://pkg.go.dev/golang.org/x/net/http/httpproxy): <c>HTTPS_PROXY</c> for https,
/// <c>HTTP_PROXY</c> for http, <c>NO_PROXY</c> (<see cref="NoProxyList"/>), of two spellings the one in capitals. For a cloud
/// <c>ALL_PROXY</c> is for schemes without a variable of their own, as in requests
/// (https://requests.readthedocs.io/en/latest/user/advanced/#proxies); kubectl ignores it.
/// </remarks>
public sealed class ProxyRule : IWebProxy, ICredentials
{
    /// <summary>A proxy that cannot exist, for calls that must fail: the name is reserved (RFC 2606).</summary>
    private static readonly Uri Nowhere = new("http://proxy.invalid:9");

    private static readonly string[] Names = ["HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY"];

    private readonly Func<string, string?> _variable;
    private readonly bool _withAll;
    private readonly ProxyAddress? _always;

    private ProxyRule(Func<string, string?> variable, bool withAll, ProxyAddress? always) =>
        (_variable, _withAll, _always) = (variable, withAll, always);

    /// <summary>For the services of a cloud.</summary>
    public static ProxyRule OfCloud => OfVariables(Environment.GetEnvironmentVariable, withAll: true);

    /// <summary>No proxy, whatever the variables say.</summary>
    public static ProxyRule None => OfVariables(_ => null, withAll: false);

    /// <summary>For a cluster.</summary>
    /// <param name="proxyUrl">The kubeconfig's proxy for all calls (http, https, socks5; may hold a user); null for the variables'
    /// proxy.</param>
    public static ProxyRule OfCluster(Uri? proxyUrl) =>
        proxyUrl is null ? OfVariables(Environment.GetEnvironmentVariable, withAll: false) : Always(proxyUrl);

    /// <inheritdoc/>
    public ICredentials? Credentials { get => this; set => throw new NotSupportedException(); }

    internal static ProxyRule Always(Uri proxyUrl) => new(
        _ => null, false, ProxyAddress.OrNull(proxyUrl, "proxy-url")
            ?? throw new ArgumentException("It is no address of a proxy.", nameof(proxyUrl)));

    internal static ProxyRule OfVariables(Func<string, string?> variable, bool withAll) => new(variable, withAll, null);

    /// <summary>The proxy for a call; null for none.</summary>
    /// <exception cref="HotstackException"><c>ProxyInvalid</c>: the variable holds no address, or cannot be trusted.</exception>
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
            // On an exception the platform would connect directly. ProxyGate has reported it, unless the variable has just changed.
            return Nowhere;
        }
    }

    /// <inheritdoc/>
    public bool IsBypassed(Uri host) => GetProxy(host) is null;

    /// <inheritdoc/>
    public NetworkCredential? GetCredential(Uri uri, string authType) =>
        Known().FirstOrDefault(proxy => proxy.Credentials is not null
            && proxy.Address.Equals(new UriBuilder(uri) { Path = "/" }.Uri))?.Credentials;

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

    /// <summary>A CGI program gets its caller's header field <c>Proxy:</c> as HTTP_PROXY: https://httpoxy.org/.</summary>
    private static HotstackException RefusedInCgi(string name) =>
        new(ErrorCause.ConfigurationInvalid, "ProxyInvalid",
            $"The variable {name} is not used: REQUEST_METHOD is set, as for a CGI program, whose caller can set {name}.")
        {
            Target = name,
            Hint = "Remove REQUEST_METHOD from the environment, or use https endpoints with HTTPS_PROXY.",
        };
}

/// <summary>The address of a proxy, and separately our credentials: the platform's messages show the address.</summary>
/// <param name="Address">Scheme (http, https, socks4, socks4a, socks5), host and port.</param>
/// <param name="Credentials">User and password; null for none.</param>
/// <param name="Origin">Its origin, for messages: <c>HTTPS_PROXY</c>.</param>
internal sealed record ProxyAddress(Uri Address, NetworkCredential? Credentials, string Origin)
{
    private const int SocksPort = 1080;

    private static readonly string[] Schemes = ["http", "https", "socks4", "socks4a", "socks5"];

    /// <summary>Reads a variable's value: an address, or a host, which means http.</summary>
    /// <exception cref="HotstackException"><c>ProxyInvalid</c>. The value is not shown: it may hold a password.</exception>
    public static ProxyAddress Of(string value, string origin)
    {
        string text = value.Trim();
        return Uri.TryCreate(text.Contains("://", StringComparison.Ordinal) ? text : "http://" + text, UriKind.Absolute, out Uri? address)
            && OrNull(address, origin) is { } proxy
            ? proxy
            : throw new HotstackException(
                ErrorCause.ConfigurationInvalid, "ProxyInvalid",
                $"The variable {origin} does not hold the address of a proxy. Its value is not shown, as it may hold a password.")
            {
                Target = origin,
                Hint = "Write http://proxy.example:3128 (or https:, socks5:, socks5h:), with special characters of a password as %XX; or remove the variable.",
            };
    }

    /// <summary>Reads an address; null if it is not one of a proxy.</summary>
    public static ProxyAddress? OrNull(Uri address, string origin)
    {
        // The platform always lets a SOCKS 5 proxy resolve the name.
        string scheme = address.Scheme == "socks5h" ? "socks5" : address.Scheme;
        // A @ after the host is the rest of a password with a slash.
        if (!Schemes.Contains(scheme) || address.Host.Length == 0 || address.PathAndQuery.Contains('@', StringComparison.Ordinal)
            || address.Fragment.Length > 0)
        {
            return null;
        }

        int port = address.Port > 0 ? address.Port : SocksPort;
        return new ProxyAddress(new UriBuilder(scheme, address.IdnHost, port).Uri, CredentialsOf(address), origin);
    }

    /// <summary>The address and its origin, without a password.</summary>
    public override string ToString() => $"{Address.GetLeftPart(UriPartial.Authority)} ({Origin})";

    private static NetworkCredential? CredentialsOf(Uri address) =>
        address.UserInfo.Split(':', 2) is [{ Length: > 0 } user, .. string[] password]
            ? new NetworkCredential(Uri.UnescapeDataString(user), Uri.UnescapeDataString(string.Concat(password)))
            : null;
}
