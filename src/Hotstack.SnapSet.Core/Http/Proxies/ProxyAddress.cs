using System.Net;

namespace Hotstack.Http;

/// <summary>The address of a proxy and, apart from it, who we are there: messages of the platform show the address.</summary>
/// <param name="Address">Scheme (http, https, socks4, socks4a, socks5), host and port.</param>
/// <param name="Credentials">User and password; null for none.</param>
/// <param name="Origin">What names it, for messages: <c>HTTPS_PROXY</c>.</param>
internal sealed record ProxyAddress(Uri Address, NetworkCredential? Credentials, string Origin)
{
    private const int SocksPort = 1080;

    private static readonly string[] Schemes = ["http", "https", "socks4", "socks4a", "socks5"];

    /// <summary>Reads a variable's value: an address, or a mere host, which is taken for one of http.</summary>
    /// <exception cref="HotstackException"><c>ProxyInvalid</c>. The value is not shown, for it may hold a password.</exception>
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

    /// <summary>Takes an address apart; null if it is not one of a proxy.</summary>
    public static ProxyAddress? OrNull(Uri address, string origin)
    {
        // All SOCKS 5 proxies are given the name, and look it up: the platform knows no other way.
        string scheme = address.Scheme == "socks5h" ? "socks5" : address.Scheme;
        // A part after the host with a @ in it is the rest of a password with a slash.
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
