using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Hotstack.Configuration;

namespace Hotstack.Http;

/// <summary>Makes the pooled connections, each pool with its own trust; nothing here is process-wide.</summary>
public static class HttpTransport
{
    /// <summary>The longest lists have some 2 MB; more than this is no answer, but an attack on our memory.</summary>
    private const int LargestAnswer = 64 << 20;

    private const int MostTold = 5;

    /// <summary>A client without a time limit of its own: each <see cref="ApiRequest"/> brings one.</summary>
    /// <param name="tls">Whom to trust, and what to show.</param>
    /// <param name="proxy">Which proxy a call goes through; null for what the variables say of a cloud.</param>
    /// <param name="forData">For bytes that are to come as they are: with a gzip filter Glance would compress an image, and
    /// a range of it would be one of nobody knows what.</param>
    /// <exception cref="HotstackException">A certificate or key cannot be read (<c>CertificateFileInvalid</c>).</exception>
    public static HttpClient Create(TlsConfiguration tls, ProxyRule? proxy = null, bool forData = false) =>
        Create(tls, proxy ?? ProxyRule.OfCloud, forData, null, null);

    /// <summary>The same with something in between, and somebody who is warned of certificates that are not used.</summary>
    internal static HttpClient Create(TlsConfiguration tls, ProxyRule proxy, bool forData, Wire? wire, IActivity? activity)
    {
        SocketsHttpHandler handler = CreateHandler(tls, proxy, forData, activity);
        return new HttpClient(new ProxyGate(proxy, wire is null ? handler : wire.Wrap(handler)))
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
            // The user's own configuration says so (insecure, or verify: false).
#pragma warning disable CA5359
            options.RemoteCertificateValidationCallback = static (_, _, _, _) => true;
#pragma warning restore CA5359
        }
        else if (tls.CaCertificates is not null || tls.CaCertificatePath is not null)
        {
            var anchors = new TrustAnchors(LoadAnchors(tls, activity));
            options.RemoteCertificateValidationCallback = (_, shown, sent, errors) => anchors.Accepts(shown, sent, errors);
            // The platform builds a chain of its own before that, for which it must not fetch anything.
            options.CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = true,
            };
        }

        if (tls.ClientCertificate is not null || tls.ClientCertificatePath is not null)
        {
            // And not ClientCertificates, of which none is sent if its authority is not among those that the server lists.
            options.ClientCertificateContext = LoadClientCertificate(tls);
        }

        var handler = new SocketsHttpHandler
        {
            // By hand in Api: a token must not follow a redirect to a foreign host.
            AllowAutoRedirect = false,
            AutomaticDecompression = forData ? DecompressionMethods.None : DecompressionMethods.All,
            ConnectTimeout = TimeSpan.FromSeconds(20),
            // So that a changed DNS record is seen during a long wait.
            PooledConnectionLifetime = TimeSpan.FromMinutes(2),
            MaxConnectionsPerServer = 16,
            // Asked at each call. Connections are pooled by proxy, so none that another variable led to is used again.
            Proxy = proxy,
            SslOptions = options,
            UseCookies = false,
            RequestHeaderEncodingSelector = static (field, _) => RepeatedFields.EncodingOf(field),
        };
        if (tls.WritesRepeatedFields)
        {
            handler.PlaintextStreamFilter = static (context, _) => new ValueTask<Stream>(new RepeatedFieldsStream(context.PlaintextStream));
        }

        return handler;
    }

    private static X509Certificate2Collection LoadAnchors(TlsConfiguration tls, IActivity? activity)
    {
        string place = $"CA certificate {Place(tls, tls.CaCertificates, tls.CaCertificatePath)}";
        return Use(tls, tls.CaCertificatePath, place, () =>
        {
            CertificateBundle bundle = CertificateBundle.Read(tls.CaCertificates ?? CertificateFolder.ReadText(tls.CaCertificatePath!));
            Warn(bundle, place, activity);
            return bundle.Certificates;
        });
    }

    /// <summary>Tells of the certificates of a bundle that are not used.</summary>
    internal static void Warn(CertificateBundle bundle, string place, IActivity? activity)
    {
        if (bundle.Complaints.Count > 0)
        {
            string more = bundle.Complaints.Count > MostTold ? $" and {bundle.Complaints.Count - MostTold} more" : "";
            activity?.Warning($"The {place}: {string.Join(", ", bundle.Complaints.Take(MostTold))}{more}. The others are used.");
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
            // On Windows they would be added to the user's own store to be sent.
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
}
