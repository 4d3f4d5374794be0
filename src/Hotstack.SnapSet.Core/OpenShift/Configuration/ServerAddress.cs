using Hotstack.Http.Proxies;

namespace Hotstack.OpenShift.Configuration;

/// <summary>The addresses of a cluster. No message shows them: they may hold a password by mistake.</summary>
internal static class ServerAddress
{
    private static readonly string[] ProxySchemes = ["http", "https", "socks5"];

    /// <summary>Without user, query, fragment and last slash.</summary>
    /// <exception cref="HotstackException"><c>KubeconfigInvalid</c>.</exception>
    public static Uri Of(KubeconfigEntry cluster)
    {
        const string hint = "It looks like https://api.lab.example:6443.";
        string text = cluster.Values.Text("server")
            ?? throw KubeconfigFile.Invalid($"The {cluster.Title} has no server.", hint, cluster.Name);
        Uri url = OrNull(text)
            ?? throw cluster.Values["server"]!.Mark.Error("server has to be a URL that begins with https:// or http://.", hint);
        return url.UserInfo.Length == 0
            ? url
            : throw cluster.Values["server"]!.Mark.Error("server holds a user or password.",
                "They belong to the user: 'username' and 'password'.");
    }

    public static Uri? OrNull(string? text) =>
        Uri.TryCreate(text?.Trim(), UriKind.Absolute, out Uri? url) && url.Scheme is "https" or "http" && url.Host.Length > 0
            ? new Uri(url.GetLeftPart(UriPartial.Authority) + Path(url))
            : null;

    /// <summary>As client-go joins it with the path of a call: unescaped, without empty segments.</summary>
    private static string Path(Uri url) => string.Concat(
        Uri.UnescapeDataString(url.AbsolutePath).Split('/', StringSplitOptions.RemoveEmptyEntries)
            .Select(segment => "/" + Escaped(segment)));

    private static string Escaped(string segment) =>
        string.Concat(segment.Select(sign => "%?#\\".Contains(sign) ? Uri.HexEscape(sign) : $"{sign}"));

    /// <summary>The proxy; null for none.</summary>
    /// <exception cref="HotstackException"><c>KubeconfigInvalid</c>.</exception>
    public static Uri? ProxyOf(KubeconfigEntry cluster)
    {
        if (cluster.Values.Text("proxy-url") is not { } text)
        {
            return null;
        }

        return Uri.TryCreate(text.Trim(), UriKind.Absolute, out Uri? url) && ProxySchemes.Contains(url.Scheme)
            && ProxyAddress.OrNull(url, "proxy-url") is not null
            ? url
            : throw cluster.Values["proxy-url"]!.Mark.Error("proxy-url has to be a URL that begins with http://, https:// or socks5://.",
                "It looks like http://proxy.example:3128.");
    }
}
