using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Hotstack.Configuration;
using Hotstack.Http.Proxies;
using Hotstack.Http.Trust;

namespace Hotstack.Http;

/// <summary>Makes pooled connections, each pool with its own trust. Nothing is process-wide.</summary>
public static class HttpTransport
{
    /// <summary>The longest lists have about 2 MB; a larger answer would only fill our memory.</summary>
    private const int LargestAnswer = 64 << 20;

    private const int MaxTold = 5;

    /// <summary>A connection through a lost tunnel first starts it again.</summary>
    private static readonly TimeSpan DialTimeout = TimeSpan.FromSeconds(45);

    /// <summary>A client without a timeout: each <see cref="ApiRequest"/> has its own.</summary>
    /// <param name="tls">Whom to trust, and which certificate to present.</param>
    /// <param name="proxy">The proxy of a call; null for the variables' proxy for a cloud.</param>
    /// <param name="forData">For raw bytes: with a gzip filter Glance would compress an image, and ranges of it would be
    /// meaningless.</param>
    /// <param name="interceptor">A trial's interceptor; null for none.</param>
    /// <param name="activity">Gets warnings about certificates that are not used.</param>
    /// <param name="dial">Opens the connections; null for the platform's sockets.</param>
    /// <exception cref="HotstackException">A certificate or key cannot be read (<c>CertificateFileInvalid</c>).</exception>
    internal static HttpClient Create(
        TlsConfiguration tls, ProxyRule? proxy = null, bool forData = false, Interceptor? interceptor = null, IActivity? activity = null,
        Dial? dial = null)
    {
        proxy ??= ProxyRule.OfCloud;
        SocketsHttpHandler handler = CreateHandler(tls, proxy, forData, activity);
        if (dial is not null)
        {
            handler.ConnectCallback = async (context, stop) => await dial(context.DnsEndPoint, stop);
            handler.ConnectTimeout = DialTimeout;
        }

        return new HttpClient(new ProxyGate(proxy, interceptor is null ? handler : interceptor.Wrap(handler)))
        {
            Timeout = Timeout.InfiniteTimeSpan,
            MaxResponseContentBufferSize = LargestAnswer,
        };
    }

    private static SocketsHttpHandler CreateHandler(TlsConfiguration tls, ProxyRule proxy, bool forData, IActivity? activity)
    {
        var options = new SslClientAuthenticationOptions();
        if (!tls.Verify)
        {
            // The user configured it (insecure, or verify: false).
#pragma warning disable CA5359
            options.RemoteCertificateValidationCallback = static (_, _, _, _) => true;
#pragma warning restore CA5359
        }
        else if (tls.CaCertificates is not null || tls.CaCertificatePath is not null)
        {
            var anchors = new TrustAnchors(LoadAnchors(tls, activity));
            options.RemoteCertificateValidationCallback = (_, shown, sent, errors) => anchors.Accepts(shown, sent, errors);
            // Before that the platform builds a chain of its own, for which it must not fetch anything.
            options.CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck,
                    DisableCertificateDownloads = true,
            };
        }

        if (tls.ClientCertificate is not null || tls.ClientCertificatePath is not null)
        {
            // ClientCertificates would be sent only if the server lists their authority.
            options.ClientCertificateContext = LoadClientCertificate(tls);
        }

        var handler = new SocketsHttpHandler
        {
            // Api follows redirects: a token must not go to a foreign host.
            AllowAutoRedirect = false,
            AutomaticDecompression = forData ? DecompressionMethods.None : DecompressionMethods.All,
            ConnectTimeout = TimeSpan.FromSeconds(20),
            // A changed DNS record counts during a long wait.
            PooledConnectionLifetime = TimeSpan.FromMinutes(2),
            MaxConnectionsPerServer = 16,
            // Asked at each call. Connections are pooled by proxy, so a changed variable never reuses the old proxy's.
            Proxy = proxy,
            SslOptions = options,
            UseCookies = false,
            RequestHeaderEncodingSelector = static (field, _) => RepeatedFields.EncodingOf(field),
        };
        if (tls.WritesRepeatedFields)
        {
            handler.PlaintextStreamFilter = static (context, _) => new ValueTask<Stream>(RepeatedFields.Over(context.PlaintextStream));
        }

        return handler;
    }

    private static X509Certificate2Collection LoadAnchors(TlsConfiguration tls, IActivity? activity)
    {
        string place = $"CA certificate {Place(tls, tls.CaCertificates, tls.CaCertificatePath)}";
        return Use(tls, tls.CaCertificatePath, place, () =>
        {
            CertificateBundle bundle = CertificateBundle.Read(tls.CaCertificates ?? CertificateBundle.ReadText(tls.CaCertificatePath!));
            Warn(bundle, place, activity);
            return bundle.Certificates;
        });
    }

    /// <summary>Warns of the certificates of a bundle that are not used.</summary>
    internal static void Warn(CertificateBundle bundle, string place, IActivity? activity)
    {
        if (bundle.Complaints.Count > 0)
        {
            string more = bundle.Complaints.Count > MaxTold ? $" and {bundle.Complaints.Count - MaxTold} more" : "";
            activity?.Warning($"The {place}: {string.Join(", ", bundle.Complaints.Take(MaxTold))}{more}. The others are used.");
        }
    }

    private static SslStreamCertificateContext LoadClientCertificate(TlsConfiguration tls)
    {
        string what = $"client certificate {Place(tls, tls.ClientCertificate, tls.ClientCertificatePath)}"
            + (tls.ClientKey is null && tls.ClientKeyPath is { } keyPath ? $" with key {PathValue.Shown(keyPath)}" : "");
        return Use(tls, tls.ClientCertificatePath, what, () =>
        {
            string certificate = tls.ClientCertificate ?? InputFile.ReadText(tls.ClientCertificatePath!);
            string key = tls.ClientKey ?? (tls.ClientKeyPath is { } path ? InputFile.ReadText(path) : certificate);
            // On Windows they would be added to the user's certificate store.
            X509Certificate2Collection? above = OperatingSystem.IsWindows() ? null : CertificateBundle.Read(certificate).Certificates;
            above?.RemoveAt(0);
            return SslStreamCertificateContext.Create(PemCertificates.ReadWithKey(certificate, key), above, offline: true);
        });
    }

    private static string Place(TlsConfiguration tls, string? text, string? path) =>
        text is null ? PathValue.Shown(path ?? "") : $"of {tls.Origin ?? "the configuration"}";

    private static T Use<T>(TlsConfiguration tls, string? path, string what, Func<T> load)
    {
        try
        {
            return load();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            throw new HotstackException(
                ErrorCause.ConfigurationInvalid, "CertificateFileInvalid", $"The {what} cannot be used: {e.Message}", e)
            {
                Target = path is null ? tls.Origin : PathValue.Shown(path),
                Hint = tls.Hints.CertificateFile,
            };
        }
    }

    /// <summary>Reports an invalid proxy variable, which the platform would ignore, and names the proxy of a failed call.</summary>
    private sealed class ProxyGate(ProxyRule rule, HttpMessageHandler inner) : DelegatingHandler(inner)
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            ProxyAddress? proxy = rule.For(request.RequestUri!);
            try
            {
                return await base.SendAsync(request, cancellationToken);
            }
            catch (HttpRequestException e) when (proxy is not null)
            {
                throw new ProxiedCallException(proxy, e);
            }
        }
    }

    /// <summary>A call through a proxy failed. It holds the proxy as text only: Get-Error shows all properties of an exception.</summary>
    internal sealed class ProxiedCallException(ProxyAddress proxy, HttpRequestException inner)
        : HttpRequestException(inner.HttpRequestError, inner.Message, inner, inner.StatusCode)
    {
        /// <summary>The address and its origin, without a password.</summary>
        public string Proxy { get; } = proxy.ToString();

        /// <summary>Its host and origin.</summary>
        public string ProxyHost { get; } = $"{proxy.Address.Host}, the proxy of {proxy.Origin}";
    }
}

/// <summary>What a trial puts between Core and a service. Only trials use it.</summary>
/// <param name="Wrap">Wraps the handler of the connections.</param>
internal sealed record Interceptor(Func<HttpMessageHandler, HttpMessageHandler> Wrap)
{
    /// <summary>The longest timeout: a trial cannot wait minutes for each call that hangs.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.MaxValue;

    /// <summary>A timeout, at most <see cref="Patience"/>.</summary>
    public TimeSpan Limit(TimeSpan usual) => usual != Timeout.InfiniteTimeSpan && usual > Patience ? Patience : usual;
}
